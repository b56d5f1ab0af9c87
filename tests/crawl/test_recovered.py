"""A portal crawled live, filled from a web archive, crawled again: one archive, one article each, one chain of versions."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from portal import Answer, article_page, html
from webarchive import WebArchive

from archive import Archive
from archive.verify import broken
from crawler.again.readers import Readers
from crawler.again.rebuild import rebuild

EARLIER = "Bản cũ của bài: cầu còn đang thi công, bà con vẫn phải đi đò ngang sang chợ như mấy chục năm nay."
REVISIONS = """
SELECT r.revision, substr(r.seen_at, 1, 4), r.body LIKE 'Bản cũ%' FROM revisions r JOIN articles a ON a.id = r.article_id
 WHERE a.url = ? ORDER BY r.revision"""
FIELDS = "url, title, body, section, revision, first_seen_at, last_seen_at, gone_at, changed_at"


@pytest.fixture
def web():
    with WebArchive(page=100) as web:
        yield web


def two_days_pass(folder):
    with closing(sqlite3.connect(folder / "archive.db")) as conn, conn:
        conn.execute(
            "UPDATE links SET absent_at = strftime('%Y-%m-%dT%H:%M:%SZ', absent_at, '-2 days'), next_visit_at = absent_at"
            " WHERE absent_at IS NOT NULL"
        )


def other(path, told):
    """The article's page with another text."""
    return html(article_page(int(path.rpartition("-")[2][:4]) - 4000, told=told)).body


def test_live_and_recovered_are_one_archive(portal, congtin, web, tmp_path):
    folder = tmp_path / "congtin-archive"
    paths = portal.add_articles("/tin", 8)
    deleted, edited, same, unlisted = paths[:4]
    portal.add_listing("/tin", [path for path in paths if path != unlisted])
    assert congtin("crawl", f"{portal.origin}/tin").returncode == 0

    live = {path: portal.routes[path].body for path in paths}
    portal.routes[deleted] = Answer(b"<h1>404</h1>", 404)
    congtin("crawl", f"{portal.origin}/tin", "--recheck")
    two_days_pass(folder)
    congtin("crawl", f"{portal.origin}/tin", "--recheck")

    def asked(query, *values):
        with closing(sqlite3.connect(folder / "archive.db")) as conn:
            return conn.execute(query, values).fetchall()

    assert asked("SELECT count(*) FROM articles WHERE gone_at IS NOT NULL") == [(1,)]

    url = {path: portal.origin + path for path in paths}
    web.hold(url[deleted], "20150101000000", other(deleted, EARLIER))
    web.hold(url[deleted], "20990101000000", live[deleted])
    web.hold(url[edited], "20150101000000", other(edited, EARLIER))
    web.hold(url[edited], "20160101000000", live[edited])
    web.hold(url[same], "20150601000000", live[same].replace(b"</body>", b"<i>x</i></body>"))
    web.hold(url[unlisted], "20170101000000", live[unlisted])
    host = portal.origin.removeprefix("http://")
    done = congtin("import", "wayback", host, "--server", web.server, "--delay", "0")
    assert done.returncode == 0, done.stderr

    year = asked("SELECT substr(max(first_seen_at), 1, 4) FROM articles")[0][0]
    assert asked("SELECT count(*), count(DISTINCT title), count(gone_at) FROM articles") == [(8, 8, 0)]
    assert asked(REVISIONS, url[deleted]) == [(1, "2015", 1), (2, year, 0)]
    assert asked(REVISIONS, url[edited]) == [(1, "2015", 1), (2, "2016", 0)]
    assert asked(REVISIONS, url[same]) == [(1, "2015", 0)]
    seen = "SELECT substr(first_seen_at, 1, 4), substr(last_seen_at, 1, 4) FROM articles WHERE url = ?"
    assert asked(seen, url[deleted]) == [("2015", "2099")]
    assert asked(seen, url[edited]) == asked(seen, url[same]) == [("2015", year)]
    assert asked(seen, url[unlisted]) == [("2017", "2017")]

    portal.routes[edited] = html("<p>x</p>" + other(edited, "Bản mới của bài: cầu đã thông xe, ai cũng vui.").decode())
    portal.log.clear()
    assert congtin("crawl", f"{portal.origin}/tin", "--recheck").returncode in (0, 3)  # the deleted one answers 404
    assert [row[:2] for row in asked(REVISIONS, url[edited])] == [(1, "2015"), (2, "2016"), (3, year)]
    assert asked("SELECT count(*), sum(revision) FROM articles") == [(8, 8 + 3)]
    with Archive(folder) as archive:
        assert list(broken(archive, Readers(folder))) == []
    rebuild(folder, into=tmp_path / "lai")
    with closing(sqlite3.connect(tmp_path / "lai" / "archive.db")) as conn:
        again = sorted(map(repr, conn.execute(f"SELECT {FIELDS} FROM articles")))
    assert again == sorted(map(repr, asked(f"SELECT {FIELDS} FROM articles")))


def test_an_edit_that_was_taken_back_before_the_next_visit(portal, congtin, web, tmp_path):
    """Live in one version, years later still: what a web archive saw between is a version, and so is the way back."""
    folder = tmp_path / "congtin-archive"
    [path] = portal.add_articles("/tin", 1)
    portal.add_listing("/tin", [path])
    congtin("crawl", f"{portal.origin}/tin")
    with closing(sqlite3.connect(folder / "archive.db")) as conn, conn:
        [[at]] = conn.execute("SELECT fetched_at FROM captures WHERE role = 'article'").fetchall()
    between = datetime.fromisoformat(at) + timedelta(seconds=1)
    web.hold(portal.origin + path, f"{between:%Y%m%d%H%M%S}", other(path, EARLIER))
    time.sleep(2.1)
    congtin("crawl", f"{portal.origin}/tin", "--recheck")
    host = portal.origin.removeprefix("http://")
    assert congtin("import", "wayback", host, "--server", web.server, "--delay", "0").returncode == 0
    with Archive(folder) as archive:
        told = archive.db.conn.execute("SELECT body LIKE 'Bản cũ%' FROM revisions ORDER BY revision").fetchall()
        assert told == [(0,), (1,), (0,)]
        assert archive.db.conn.execute("SELECT body LIKE 'Bản cũ%', revision FROM articles").fetchall() == [(0, 3)]
        assert list(broken(archive, Readers(folder))) == []
