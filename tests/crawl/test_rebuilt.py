"""What a real crawl left, and what is made of its WARC files alone, are the same."""

import gzip
import shutil
import sqlite3
import zlib
from contextlib import closing

import pytest
from portal import Answer, article_page, away, html, listing_page

from archive import Archive
from crawler.demo.portal import DemoPortal

TABLES = ("captures", "articles", "revisions", "images", "attachments", "links")


def all_rows(folder, table):
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
            assert all_rows(old, table) == all_rows(new, table), table

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
    assert len(all_rows(tmp_path / "moi", "articles")) == 40


def wrong_sum(page):
    packed = bytearray(gzip.compress(page, mtime=0))
    packed[-8] ^= 255
    return bytes(packed)


CODINGS = {
    "gzip": (("gzip", gzip.compress), True),
    "in capitals": (("GZIP", gzip.compress), True),
    "twice": (("gzip, gzip", lambda page: gzip.compress(gzip.compress(page))), True),
    "with a tail": (("gzip", lambda page: gzip.compress(page) + b"<!-- cache -->"), True),
    "announced and not done": (("gzip", bytes), True),
    "charset": (("utf-8", bytes), True),
    "none": (("none", bytes), True),
    "identity": (("identity", bytes), True),
    "raw deflate": (("deflate", lambda page: zlib.compress(page)[2:-4]), True),
    "cut gzip": (("gzip", lambda page: gzip.compress(page)[:-12]), False),
    "cut deflate": (("deflate", lambda page: zlib.compress(page)[:-6]), False),
    "wrong sum": (("gzip", wrong_sum), False),
    "never asked for": (("zstd", bytes), False),
}


@pytest.mark.parametrize("coding", CODINGS)
def test_what_servers_do_to_bodies_is_undone_alike_live_and_stored(coding, portal, congtin, same_again, rows):
    """Be it an article or a listing; what cannot be undone has failed, until it comes better."""
    (name, pack), readable = CODINGS[coding]
    articles = portal.add_articles("/tin", 3)
    portal.add_listing("/tin", articles)
    portal.add_listing("/sau", portal.add_articles("/sau", 3))
    good = {path: portal.routes[path] for path in (articles[1], "/sau")}
    for path, answer in good.items():
        packed = Answer(pack(answer.body), headers=[("Content-Encoding", name)])
        portal.routes[path] = packed
    done = congtin("crawl", f"{portal.origin}/tin", f"{portal.origin}/sau")
    assert done.returncode == (0 if readable else 3), done.stderr
    failed = [] if readable else [(articles[1], "page", "undecodable"), ("/sau", "listing", "undecodable")]
    query = "SELECT url, field, error FROM failures ORDER BY url DESC"
    assert rows(query) == [(portal.origin + path, field, error) for path, field, error in failed]
    assert rows("SELECT count(*) FROM articles") == [(6 if readable else 2,)]
    same_again("captures", "articles", "links")
    portal.routes |= good
    assert congtin("crawl", f"{portal.origin}/tin", f"{portal.origin}/sau").returncode == 0
    assert rows("SELECT count(*) FROM articles") == [(6,)]
    same_again("captures", "articles", "links")


def let_days_pass(folder):
    """Two days since an absence was noted."""
    with closing(sqlite3.connect(folder / "archive.db")) as conn, conn:
        conn.execute(
            "UPDATE links SET absent_at = strftime('%Y-%m-%dT%H:%M:%SZ', absent_at, '-2 days'), next_visit_at = absent_at"
            " WHERE absent_at IS NOT NULL"
        )


def home(portal, paths):
    """A home page as portals have it: named after the portal, and full of news."""
    news = listing_page("/tin", paths, 1, 1)
    return html(f"<h1>Cổng thông tin điện tử tỉnh Nam Định</h1>{news}").body


@pytest.mark.parametrize("to", ["/", "/tin/", "/loi"])
def test_a_deleted_article_that_redirects_is_no_unchanged_one(portal, congtin, same_again, rows, to):
    """Wherever it leads, and though the same page came from there the day before."""
    articles = portal.add_articles("/tin", 9)
    portal.add_listing("/tin", articles, a_page=20)
    assert congtin("crawl", f"{portal.origin}/tin").returncode == 0
    there = portal.routes[articles[3]]
    portal.routes |= {articles[3]: away(to), articles[4]: away(to), "/": Answer(home(portal, articles))}
    portal.routes |= {"/tin/": portal.routes["/tin"], "/loi": html("<h1>Lỗi 404</h1><p>Trang không tồn tại.</p>")}
    for _ in range(2):
        assert congtin("crawl", f"{portal.origin}/tin", "--recheck").returncode == 3
    told = rows("SELECT error, count(*) FROM failures GROUP BY 1")
    assert told == [("unreadable" if to == "/loi" else "absent", 4)]
    same_again("articles", "captures", "links")
    portal.routes |= {articles[3]: there, articles[4]: html(article_page(4))}
    assert congtin("crawl", f"{portal.origin}/tin", "--recheck").returncode == 0


def test_an_article_that_redirects_is_read_again_wherever_it_leads(portal, congtin, same_again, rows):
    articles = portal.add_articles("/tin", 3)
    portal.add_listing("/tin", articles)
    portal.routes |= {articles[0]: away("/vi" + articles[0]), "/vi" + articles[0]: portal.routes[articles[0]]}
    for _ in range(2):
        assert congtin("crawl", f"{portal.origin}/tin", "--recheck").returncode == 0
    assert rows("SELECT unchanged FROM crawls ORDER BY id") == [(0,), (3,)]
    same_again()


def test_a_listing_or_the_home_page_at_an_article_s_address(portal, congtin, same_again, rows, tmp_path):
    """Absent like 404: gone after two crawls a day apart, back when it comes back; what never was an article has failed."""
    articles = portal.add_articles("/tin", 8)
    portal.add_listing("/tin", articles, a_page=20)
    pages = {path: portal.routes[path] for path in articles}
    portal.routes[articles[7]] = portal.routes["/tin"]
    assert congtin("crawl", f"{portal.origin}/tin").returncode == 3
    portal.routes |= {articles[2]: portal.routes["/tin"], articles[5]: Answer(home(portal, articles))}
    states = "SELECT l.state, a.gone_at IS NOT NULL, count(*) FROM links l LEFT JOIN articles a ON a.id = l.article_id"
    states += " GROUP BY 1, 2 ORDER BY 1"
    for _ in range(2):  # twice on one day
        assert congtin("crawl", f"{portal.origin}/tin", "--recheck").returncode == 3
        assert rows(states) == [("failed", 0, 1), ("kept", 0, 7)]
    told = rows("SELECT url, error FROM failures WHERE crawl_id = 3 ORDER BY url")
    told_absent = [(portal.origin + articles[at], "absent") for at in (2, 5)]
    assert told == [*told_absent, (portal.origin + articles[7], "unreadable")]
    assert rows("SELECT read FROM crawls") == [(8,), (0,), (0,)]
    same_again("articles", "links")
    let_days_pass(tmp_path / "congtin-archive")
    assert congtin("crawl", f"{portal.origin}/tin", "--recheck").returncode == 3
    assert rows(states) == [("failed", 0, 1), ("gone", 1, 2), ("kept", 0, 5)]
    assert rows("SELECT gone, coverage FROM crawls WHERE id = 4") == [(2, "{}")]
    portal.routes |= pages
    assert congtin("crawl", f"{portal.origin}/tin", "--recheck").returncode == 0
    assert rows(states) == [("kept", 0, 8)]
    assert congtin("verify", "--jobs", "1").returncode == 0


def test_a_portal_that_is_filled_from_newest_to_oldest_has_not_drifted(portal, congtin, same_again, tmp_path):
    """Its old articles lack what new ones have, in whatever order they are visited again; what new ones lack is drift."""
    picture = "<figure><img src='/anh.jpg'><figcaption>Cầu mới.</figcaption></figure>"
    articles = portal.add_articles("/tin", 80)
    pinned, young, old = articles[79:], articles[:39], articles[39:79]
    for i, path in enumerate(young):
        portal.routes[path] = html(article_page(i, more=picture))
    portal.add_listing("/tin", [*pinned, *young, *old], a_page=40)
    for words in (["--max-pages", "1"], ["--full"], ["--recheck"]):
        done = congtin("crawl", f"{portal.origin}/tin", "--no-images", *words)
        assert done.returncode == 0, done.stderr
        portal.add_articles("/tin", 80, more=f"<p>Tòa soạn sẽ tiếp tục thông tin sau lần {words[0]}.</p>")
        for i, path in enumerate(young):
            portal.routes[path] = html(article_page(i, more=picture))
    portal.add_listing("/sau", portal.add_articles("/sau", 12))
    done = congtin("crawl", f"{portal.origin}/sau", "--no-images")
    assert done.returncode == 4
    assert "images 98% → 0%" in done.stderr
    same_again("articles", "links")
    told = [
        [(row["read"], row["coverage"]) for row in all_rows(tmp_path / name, "crawls")]
        for name in ("congtin-archive", "moi")
    ]
    assert told[0] == told[1]
    assert [read for read, _ in told[0]] == [40, 0, 0, 12]
    assert [row["changed"] for row in all_rows(tmp_path / "moi", "crawls")] == [0, 0, 41, 0]


def test_what_was_absent_or_failed_was_so_when_it_answered(portal, congtin, same_again):
    """And not when that was read, which may be seconds later."""
    articles = portal.add_articles("/tin", 4)
    portal.routes |= {articles[1]: Answer(b"", 500), articles[2]: Answer(b"<h1>404</h1>", 404)}
    portal.add_listing("/tin", articles)
    before = """
import time
from crawler.crawl import Crawl
real = Crawl.capture
def slow(self, exchange, provenance):
    capture = real(self, exchange, provenance)
    time.sleep(1.1 * (exchange.status in (404, 500)))
    return capture
Crawl.capture = slow"""
    assert congtin("crawl", f"{portal.origin}/tin", before=before).returncode == 3
    same_again("links")
