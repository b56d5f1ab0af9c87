"""Archives of several machines joined: equal to one archive that crawled all, whatever they share and however often."""

import json
import shutil
import sqlite3
import time
from contextlib import closing

import pytest
from portal import Answer, Portal, article_page, html

from archive import Archive
from archive.verify import broken
from crawler.again.readers import Readers

ARTICLES = """
SELECT url, portal, section, title, published_at, lead, body, captions, author, source, revision, gone_at IS NULL
  FROM articles ORDER BY url"""
REVISIONS = """
SELECT a.url, r.revision, r.title, r.body, r.images, c.payload_digest
  FROM revisions r JOIN articles a ON a.id = r.article_id JOIN captures c ON c.id = r.capture_id ORDER BY 1, 2"""
LINKS = "SELECT url, portal, section, state FROM links ORDER BY url"


def asked(folder, query):
    with closing(sqlite3.connect(folder / "archive.db")) as conn:
        return conn.execute(query).fetchall()


@pytest.fixture
def other():
    with Portal() as portal:
        yield portal


@pytest.fixture
def machines(portal, other, congtin, tmp_path):
    """One machine crawls both portals; another one later the second, when an article of it has been edited; `all` crawls all."""
    for one, count in ((portal, 5), (other, 6)):
        paths = one.add_articles(
            "/tin", count, more="<figure><img src='/anh.jpg'><figcaption>Cầu mới.</figcaption></figure>"
        )
        one.routes["/anh.jpg"] = Answer(b"\xff\xd8 anh", mime="image/jpeg")
        one.add_listing("/tin", paths)
    first, second, everything = tmp_path / "may-1", tmp_path / "may-2", tmp_path / "tat-ca"
    both = [f"{one.origin}/tin" for one in (portal, other)]
    for folder in (first, everything):
        assert congtin("crawl", *both, "--archive", folder).returncode == 0
    other.routes[paths[2]] = html(article_page(2, told="Cầu vừa thông xe sáng nay, sớm hơn dự định cả tháng."))
    other.routes["/tin/chuyen-cu-4999.html"] = Answer(b"", 500)
    other.add_listing("/tin", ["/tin/chuyen-cu-4999.html", *paths])
    time.sleep(2.1)  # files are named after the second in which their crawl began, and crawls are told apart by two
    for folder, more in ((second, ()), (everything, ("--recheck",))):
        assert congtin("crawl", both[1], "--archive", folder, *more).returncode == 3
    return first, second, everything


def test_two_are_as_one_that_crawled_both(machines, congtin, tmp_path):
    first, second, everything = machines
    before = [sorted((path.name, path.stat().st_size) for path in (one / "warc").iterdir()) for one in (first, second)]
    merged = tmp_path / "gop"
    done = congtin("merge", first, second, "--archive", merged)
    assert done.returncode == 0, done.stderr
    for query in (ARTICLES, REVISIONS, LINKS):
        assert asked(merged, query) == asked(everything, query)
    assert asked(merged, "SELECT count(*) FROM images WHERE capture_id IS NULL") == [(0,)]
    told = "SELECT portal, outcome, exit_code, new, failed FROM crawls ORDER BY started_at, portal"
    assert asked(merged, told) == sorted(asked(first, told)) + asked(second, told)
    with Archive(merged) as archive:
        assert list(broken(archive, Readers(merged))) == []
    assert [
        sorted((path.name, path.stat().st_size) for path in (one / "warc").iterdir()) for one in (first, second)
    ] == before


def test_again_changes_nothing_and_brings_nothing(machines, congtin, tmp_path):
    first, second, _ = machines
    merged = tmp_path / "gop"
    congtin("merge", first, second, "--archive", merged)
    files = sorted((path.name, path.stat().st_mtime_ns, path.stat().st_ino) for path in (merged / "warc").iterdir())
    database = (merged / "archive.db").read_bytes()
    done = congtin("merge", second, first, "--archive", merged, "--json")
    assert (done.returncode, json.loads(done.stdout)["files"]) == (0, 0)
    assert files == sorted(
        (path.name, path.stat().st_mtime_ns, path.stat().st_ino) for path in (merged / "warc").iterdir()
    )
    assert (merged / "archive.db").read_bytes() == database


def test_into_an_archive_that_has_debts(machines, congtin, tmp_path):
    """What the bytes do not tell stays: what is owed, what failed, how crawls ended."""
    first, second, everything = machines
    with closing(sqlite3.connect(second / "archive.db")) as conn, conn:
        conn.execute(
            "INSERT INTO links (url, portal, discovered_at) VALUES ('http://x.vn/no', 'x.vn', '2026-01-01T00:00:00Z')"
        )
        conn.execute(
            "INSERT INTO failures (url, field, error, message, at) VALUES ('http://x.vn/', 'listing', 'timeout', 'no answer', '2026-01-01T00:00:00Z')"
        )
    assert congtin("merge", first, "--archive", second).returncode == 0
    for query in (ARTICLES, REVISIONS):
        assert asked(second, query) == asked(everything, query)
    assert asked(second, "SELECT state FROM links WHERE url = 'http://x.vn/no'") == [("owed",)]
    assert asked(second, "SELECT count(*) FROM failures WHERE error = 'timeout'") == [(1,)]
    assert asked(second, "SELECT attempts > 0, state FROM links WHERE url LIKE '%4999%'") == [(1, "failed")]


def test_a_merge_that_was_cut_short_is_finished(machines, congtin, tmp_path):
    first, second, everything = machines
    merged = tmp_path / "gop"
    congtin("merge", first, "--archive", merged)
    for path in (second / "warc").iterdir():  # brought, and then the process died
        shutil.copy(path, merged / "warc")
    (merged / "warc" / "nua-chung.warc.gz.part").write_bytes(b"\x1f\x8b")
    assert congtin("merge", second, "--archive", merged).returncode == 0
    assert asked(merged, ARTICLES) == asked(everything, ARTICLES)


def test_files_of_one_name_and_other_bytes(machines, congtin, tmp_path):
    first, second, everything = machines
    [path] = (second / "warc").iterdir()
    name = next(one.name for one in (first / "warc").iterdir() if one.name.startswith(path.name.rsplit("-", 2)[0]))
    path.rename(path.with_name(name))
    merged = tmp_path / "gop"
    assert congtin("merge", first, second, "--archive", merged).returncode == 0
    assert len(list((merged / "warc").iterdir())) == 3
    assert asked(merged, ARTICLES) == asked(everything, ARTICLES)
    assert json.loads(congtin("merge", first, second, "--archive", merged, "--json").stdout)["files"] == 0


def test_a_file_that_several_have_comes_once(machines, congtin, tmp_path):
    """Whatever it is called there: what was merged before is named otherwise."""
    first, second, everything = machines
    [path] = (second / "warc").iterdir()
    name = next(one.name for one in (first / "warc").iterdir() if one.name.startswith(path.name.rsplit("-", 2)[0]))
    path.rename(path.with_name(name))
    third, merged = tmp_path / "may-3", tmp_path / "gop"
    assert congtin("merge", first, second, "--archive", third).returncode == 0
    done = congtin("merge", second, third, first, "--archive", merged)
    assert done.returncode == 0, done.stderr
    assert len(list((merged / "warc").iterdir())) == 3
    assert asked(merged, ARTICLES) == asked(everything, ARTICLES)
    assert json.loads(congtin("merge", third, second, "--archive", merged, "--json").stdout)["files"] == 0
    assert json.loads(congtin("merge", second, "--archive", third, "--json").stdout)["files"] == 0


def test_a_file_that_came_twice_is_passed_over(machines, congtin, tmp_path):
    """As merges of old brought it: the archive heals by a rebuild, and is whole."""
    first, second, everything = machines
    merged = tmp_path / "gop"
    assert congtin("merge", first, second, "--archive", merged).returncode == 0
    [path] = (second / "warc").iterdir()
    shutil.copy(path, merged / "warc" / path.name.replace("-00001.", "-00002."))
    with closing(sqlite3.connect(merged / "archive.db")) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    for words in (["verify"], ["rebuild"], ["verify"]):
        done = congtin(*words, "--archive", merged)
        assert done.returncode == 0, done.stderr
    assert asked(merged, ARTICLES) == asked(everything, ARTICLES)
    database = (merged / "archive.db").read_bytes()
    assert json.loads(congtin("merge", second, "--archive", merged, "--json").stdout)["files"] == 0
    assert (merged / "archive.db").read_bytes() == database


def test_an_empty_database_is_none(machines, congtin, tmp_path):
    """As a merge leaves it that was cut short at its beginning."""
    first, second, everything = machines
    merged = tmp_path / "gop"
    assert congtin("merge", first, second, "--archive", merged).returncode == 0
    for path in merged.glob("archive.db*"):
        path.unlink()
    (merged / "archive.db").touch()
    assert congtin("merge", first, second, "--archive", merged).returncode == 0
    assert asked(merged, ARTICLES) == asked(everything, ARTICLES)


def test_the_database_of_something_else_stays(machines, congtin, tmp_path):
    first, *_ = machines
    merged = tmp_path / "gop"
    merged.mkdir()
    with closing(sqlite3.connect(merged / "archive.db")) as conn, conn:
        conn.execute("CREATE TABLE sach (ten TEXT)")
    before = (merged / "archive.db").read_bytes()
    for words in ([], ["--dry-run"]):
        done = congtin("merge", first, "--archive", merged, *words)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "is not the database of an archive" in done.stderr
    assert (merged / "archive.db").read_bytes() == before
    assert [path.name for path in merged.iterdir()] == ["archive.db"]


def test_what_a_crash_left_open_comes_as_far_as_it_goes(machines, congtin, tmp_path):
    first, second, everything = machines
    [path] = (second / "warc").iterdir()
    torn = path.with_name(path.name + ".open")
    path.rename(torn)
    torn.write_bytes(torn.read_bytes() + b"\x1f\x8b\x08\x00 torn")
    size, merged = torn.stat().st_size, tmp_path / "gop"
    assert congtin("merge", first, second, "--archive", merged).returncode == 0
    assert torn.stat().st_size == size
    assert asked(merged, ARTICLES) == asked(everything, ARTICLES)
    assert json.loads(congtin("merge", second, "--archive", merged, "--json").stdout)["files"] == 0


def test_a_damaged_one_is_refused_before_anything_is_brought(machines, congtin, tmp_path):
    first, second, _ = machines
    [path] = (second / "warc").iterdir()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(data)
    done = congtin("merge", first, second, "--archive", tmp_path / "gop")
    assert done.returncode == 7
    assert path.name in done.stderr
    assert not list((tmp_path / "gop").glob("warc/*"))


def test_what_cannot_be_merged(machines, congtin, tmp_path):
    first, *_ = machines
    (tmp_path / "trong").mkdir()
    for words in ([tmp_path / "khong-co"], [tmp_path / "trong"], [first, first], [tmp_path / "gop"]):
        assert congtin("merge", *words, "--archive", tmp_path / "gop").returncode == 2
    with Archive(first) as archive, archive.lock():
        assert congtin("merge", first, "--archive", tmp_path / "gop").returncode == 6


def test_a_dry_run(machines, congtin, tmp_path):
    first, second, _ = machines
    done = congtin("merge", first, second, "--archive", tmp_path / "gop", "--dry-run")
    assert done.returncode == 0
    assert done.stdout.startswith("3 WARC files")
    assert not (tmp_path / "gop").exists()
