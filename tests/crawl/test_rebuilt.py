"""What a real crawl left, and what is made of its WARC files alone, are the same."""

import shutil

import pytest
from portal import Answer

from archive import Archive
from crawler.demo.portal import DemoPortal

TABLES = ("captures", "articles", "revisions", "images", "attachments", "links")


def rows(folder, table):
    """All rows; when a link was found is when the listing was read, some milliseconds after it was captured."""
    with Archive(folder) as archive:
        found = list(archive.db.query(f"SELECT * FROM {table} ORDER BY id"))
    return [{name: value for name, value in row.items() if name != "discovered_at"} for row in found]


@pytest.fixture
def same_again(congtin, tmp_path):
    """Finds that the archive of the test is whole, and that its WARC files alone make the same one."""

    def check(*tables):
        old, new = tmp_path / "congtin-archive", tmp_path / "moi"
        shutil.rmtree(new, ignore_errors=True)
        for done in (
            congtin("verify", "--jobs", "1"),
            congtin("rebuild", "--into", new, "--jobs", "1"),
            congtin("verify", "--jobs", "1", "--archive", new),
        ):
            assert done.returncode == 0, done.stdout + done.stderr
        for table in tables or TABLES:
            assert rows(old, table) == rows(new, table), table

    return check


def test_answers_without_a_content_type(portal, congtin, same_again):
    articles = portal.add_articles("/tin", 3)
    portal.add_listing("/tin", articles)
    portal.routes[articles[1]] = Answer(b"busy", 503, mime=None, etag=False)
    assert congtin("crawl", f"{portal.origin}/tin").returncode == 3
    same_again("captures", "articles")


def test_a_crawled_portal_rebuilt_and_verified(congtin, same_again, tmp_path):
    with DemoPortal() as portal:
        for _ in range(2):
            assert congtin("crawl", portal.origin + "/").returncode == 0
    same_again()
    assert len(rows(tmp_path / "moi", "articles")) == 40
