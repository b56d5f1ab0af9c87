"""What a crawl is asked for: by name, by address, by a list, all."""

import pytest

from archive.errors import BadInput
from crawler.targets import chosen, portals


def test_every_portal_that_is_known():
    assert chosen((), None, every=True) == tuple(portals())
    with pytest.raises(BadInput, match="--all is every portal already"):
        chosen(("namdinh",), None, every=True)


def test_a_list_of_portals_and_addresses(tmp_path):
    path = tmp_path / "ds.txt"
    path.write_text("\ufeff# các cổng\nnamdinh   # tỉnh cũ\n\n  https://a.vn/tin#dau\n", "utf-8")
    assert chosen(("ninhbinh",), path, every=False) == ("ninhbinh", "namdinh", "https://a.vn/tin#dau")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"namdinh\nnam dinh\n", "line 2: 'nam dinh' is neither"),
        (b"ftp://a.vn/", "line 1: "),
        (b"# nothing\n", "names nothing to crawl"),
        (b"\xff\xfe\x00", "could not be read"),
    ],
)
def test_a_list_that_cannot_be_meant(tmp_path, congtin, text, told):
    path = tmp_path / "ds.txt"
    path.write_bytes(text)
    done = congtin("crawl", "--list", path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert told in done.stderr
    assert not (tmp_path / "congtin-archive").exists()


def test_a_list_is_crawled_in_one_run(portal, congtin, tmp_path):
    portal.add_listing("/tin", portal.add_articles("/tin", 3))
    path = tmp_path / "ds.txt"
    path.write_text(f"{portal.origin}/tin\n")
    done = congtin("crawl", "--list", path)
    assert done.returncode == 0
    assert "3 new" in done.stdout


def test_a_list_that_is_not_there(congtin, tmp_path):
    assert congtin("crawl", "--list", tmp_path / "khong.txt").returncode == 2
