"""Crawls in bad weather: every failure is a row and a debt, and none stops the rest."""

import re
import signal
import time

import pytest
from portal import Answer, article_page, at_first, away, html, listing_page, text

from archive import Archive

HOME = html("<h1>Cổng thông tin điện tử</h1><p>Chào mừng quý vị đến với cổng thông tin.</p>")


@pytest.fixture
def weather(portal):
    """Ten articles, of which some are had in the end and some are not."""
    articles = portal.add_articles("/tin", 10)
    good = {path: portal.routes[path] for path in articles}
    with type(portal)() as elsewhere:
        elsewhere.routes["/tin"] = html(article_page(99))
        portal.routes |= {
            "/": HOME,
            articles[0]: at_first(1, Answer(status=503, headers=[("Retry-After", "1")]), good[articles[0]]),
            articles[1]: at_first(1, html(article_page(1), dropped=True), good[articles[1]]),
            articles[2]: html(article_page(2), dropped=True),
            articles[3]: away(f"{elsewhere.origin}/tin"),
            articles[4]: Answer(HOME.body, status=404),
            articles[5]: away("/"),
            articles[6]: Answer(status=500),
            articles[7]: html("<div id='app'></div>"),
            articles[8]: away(articles[8] + "?lang=vi"),
            f"{articles[8]}?lang=vi": good[articles[8]],
        }
        portal.add_listing("/tin", articles, a_page=20)
        portal.elsewhere = elsewhere
        yield articles


def test_bad_weather(portal, weather, congtin, rows):
    done = congtin("crawl", f"{portal.origin}/tin")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    failed = dict(rows("SELECT url, error FROM failures"))
    assert {path: failed.get(portal.origin + path) for path in weather} == {
        weather[0]: None,
        weather[1]: None,
        weather[2]: "cut off",
        weather[3]: "off portal",
        weather[4]: "absent",
        weather[5]: "absent",
        weather[6]: "status",
        weather[7]: "unreadable",
        weather[8]: None,
        weather[9]: None,
    }
    assert rows("SELECT count(*) FROM articles") == [(4,)]
    assert rows("SELECT state, count(*) FROM links GROUP BY 1") == [("failed", 6), ("kept", 4)]
    assert portal.elsewhere.log == []

    busy = [asked.at for asked in portal.log if asked.path == weather[0]]
    assert busy[1] - busy[0] >= 1
    assert len(portal.asked(weather[2])) == 3  # twice more, as Scrapy retries
    statuses = rows("SELECT status, count(*) FROM captures WHERE role = 'article' AND status <> 200 GROUP BY 1")
    assert statuses == [(302, 3), (404, 1), (500, 3), (503, 1)]


def test_what_failed_is_owed_to_the_next_crawl(portal, weather, congtin, rows):
    congtin("crawl", f"{portal.origin}/tin")
    portal.routes |= {path: html(article_page(i)) for i, path in enumerate(weather)}
    portal.log.clear()
    congtin("crawl", f"{portal.origin}/tin")
    assert set(portal.asked("/tin/")) == {weather[i] for i in (2, 3, 6, 7)}  # what was absent is asked for after a day
    assert rows("SELECT count(*) FROM articles") == [(8,)]


def test_why_a_page_was_not_had_is_said_in_plain_words(portal, congtin, rows):
    articles = portal.add_articles("/tin", 4)
    portal.routes[articles[0]] = html(article_page(0, told="x" * 400_000))
    portal.routes[articles[1]] = html(article_page(1), dropped=True)
    portal.routes[articles[2]] = html(article_page(1), wait=3)
    portal.add_listing("/tin", articles)
    before = "import crawler.settings as s; s.DOWNLOAD_MAXSIZE = 100_000; s.DOWNLOAD_TIMEOUT = 1; s.RETRY_TIMES = 0"
    congtin("crawl", f"{portal.origin}/tin", before=before)
    told = dict(rows("SELECT error, message FROM failures"))
    assert set(told) == {"too large", "cut off", "timeout"}
    for message in told.values():
        assert re.fullmatch(r"[a-z][^<\[\]_]+", message), message
        assert not re.search(r"Error|Exception|Failure", message)


def test_host_that_asks_for_a_long_pause_is_left_alone(portal, congtin, rows):
    articles = portal.add_articles("/tin", 30)
    portal.routes |= {path: Answer(status=503, headers=[("Retry-After", "3600")]) for path in articles}
    portal.add_listing("/tin", articles, a_page=30)
    done = congtin("crawl", f"{portal.origin}/tin")
    assert done.returncode == 3
    assert "asks to be left alone for 3600 seconds" in done.stderr
    assert len(portal.asked("/tin/")) < 30


def test_pager_that_never_ends(portal, congtin, rows):
    articles = portal.add_articles("/tin", 5)

    def page(number):
        return html(listing_page("/tin", articles, number, 1, f"<a href='/tin?page={number + 1}'>Trang sau</a>"))

    portal.routes |= {f"/tin?page={n}": page(n) for n in range(2, 30)} | {"/tin": page(1)}
    done = congtin("crawl", f"{portal.origin}/tin")
    assert done.returncode == 0, done.stderr
    assert portal.asked("/tin?") == ["/tin?page=2"]
    assert rows("SELECT count(*) FROM articles") == [(5,)]


def test_pager_that_goes_round(portal, congtin):
    articles = portal.add_articles("/tin", 15)
    pages = [articles[:5], articles[5:10], articles[10:]]
    for n in range(12):
        following = f"<a href='/tin?page={n + 1}'>Trang sau</a>"
        portal.routes[f"/tin?page={n}" if n else "/tin"] = html(listing_page("/tin", pages[n % 3], n + 1, 1, following))
    congtin("crawl", f"{portal.origin}/tin")
    assert portal.asked("/tin?") == ["/tin?page=1", "/tin?page=2", "/tin?page=3"]


def test_broken_listing_page_ends_the_walk_and_the_next_crawl_goes_on_behind_it(portal, congtin, rows):
    articles = portal.add_articles("/tin", 15)
    portal.add_listing("/tin", articles)
    whole = portal.routes["/tin?page=2"]
    portal.routes["/tin?page=2"] = Answer(status=500)
    done = congtin("crawl", f"{portal.origin}/tin")
    assert done.returncode == 3
    assert rows("SELECT url, field, error FROM failures") == [(f"{portal.origin}/tin", "listing", "status")]
    portal.routes["/tin?page=2"] = whole
    congtin("crawl", f"{portal.origin}/tin")
    assert rows("SELECT count(*) FROM articles") == [(15,)]


def test_robots_txt_forbids(portal, congtin, rows):
    portal.routes["/robots.txt"] = text("User-agent: congtin\nDisallow: /\n")
    portal.add_listing("/tin", portal.add_articles("/tin", 3))
    done = congtin("crawl", f"{portal.origin}/tin")
    assert done.returncode == 5
    assert "no listing could be had (robots)" in done.stderr
    assert portal.asked() == ["/robots.txt"]


def test_robots_txt_that_cannot_be_had_forbids(portal, congtin, rows):
    portal.add_listing("/tin", portal.add_articles("/tin", 3))
    portal.routes["/robots.txt"] = Answer(b"<h1>503</h1>", 503)
    done = congtin("crawl", f"{portal.origin}/tin")
    assert done.returncode == 5
    assert "no listing could be had (robots)" in done.stderr
    assert set(portal.asked()) == {"/robots.txt"}
    portal.routes["/robots.txt"] = Answer(b"<h1>404</h1>", 404)
    assert congtin("crawl", f"{portal.origin}/tin").returncode == 0


def test_robots_txt_forbids_a_part(portal, congtin, rows):
    portal.routes["/robots.txt"] = text("User-agent: *\nDisallow: /tin/kin\n")
    open_, closed = portal.add_articles("/tin", 2), portal.add_articles("/tin/kin", 2)
    portal.add_listing("/tin", [*open_, *closed])
    done = congtin("crawl", f"{portal.origin}/tin")
    assert done.returncode == 3
    assert dict(rows("SELECT error, count(*) FROM failures GROUP BY 1")) == {"robots": 2}
    assert portal.asked("/tin/kin") == []


def test_portal_that_is_not_there(congtin, rows):
    done = congtin("crawl", "http://127.0.0.1:9/tin")
    assert done.returncode == 5
    assert re.fullmatch(
        r"127\.0\.0\.1_9: 1 pages failed .*\n127\.0\.0\.1_9: no listing could be had \(refused\)\.\n", done.stderr
    )
    assert rows("SELECT outcome, exit_code FROM crawls") == [("unreachable", 5)]


def test_listing_without_articles_is_drift(portal, congtin):
    portal.routes["/tin"] = html("<div id='app'>Đang tải…</div>")
    done = congtin("crawl", f"{portal.origin}/tin")
    assert done.returncode == 4
    assert f"listings that gave no articles: {portal.origin}/tin" in done.stderr


def test_field_that_most_articles_used_to_have_is_missed(portal, congtin):
    portal.add_listing("/tin", portal.add_articles("/tin", 12))
    assert congtin("crawl", f"{portal.origin}/tin").returncode == 0
    later = portal.add_articles("/sau", 12)
    for i, path in enumerate(later):
        portal.routes[path] = html(re.sub(r'<p class="date">.*?</p>', "", article_page(i)))
    portal.add_listing("/sau", later)
    done = congtin("crawl", f"{portal.origin}/sau")
    assert done.returncode == 4
    assert "published_at 100% → 0%" in done.stderr


def test_slow_page_times_out(portal, congtin, rows):
    articles = portal.add_articles("/tin", 3)
    portal.routes[articles[1]] = html(article_page(1), wait=3)
    portal.add_listing("/tin", articles)
    before = "import crawler.settings as s; s.DOWNLOAD_TIMEOUT = 1; s.RETRY_TIMES = 0"
    assert congtin("crawl", f"{portal.origin}/tin", before=before).returncode == 3
    assert rows("SELECT url, error FROM failures") == [(portal.origin + articles[1], "timeout")]


def test_page_too_large_is_cut_short(portal, congtin, rows):
    articles = portal.add_articles("/tin", 3)
    portal.routes[articles[0]] = html(article_page(0, told="x" * 400_000))
    portal.routes[articles[1]] = html(article_page(1, told="x" * 400_000), zipped=True)
    portal.add_listing("/tin", articles)
    before = "import archive.codings as c, crawler.settings as s; s.DOWNLOAD_MAXSIZE = c.LIMIT = 100_000"
    assert congtin("crawl", f"{portal.origin}/tin", before=before).returncode == 3
    told = dict(zip((portal.origin + path for path in articles), ("too large", "undecodable"), strict=False))
    assert dict(rows("SELECT url, error FROM failures")) == told


def test_full_disk_stops_the_page_and_then_the_crawl(portal, congtin, rows):
    portal.add_listing("/tin", portal.add_articles("/tin", 40), a_page=40)
    before = """
import errno, archive.warc as warc
real, left = warc._write_all, [8]
def full(file, data):
    left[0] -= 1
    if left[0] < 0:
        raise OSError(errno.ENOSPC, "No space left on device")
    real(file, data)
warc._write_all = full"""
    done = congtin("crawl", f"{portal.origin}/tin", before=before)
    assert done.returncode == 1  # 3 would be passed over in silence
    assert "No space left on device" in done.stderr
    assert done.stderr.count("\n") == 1
    assert rows("SELECT count(*) FROM failures") == [(0,)]  # of the portal's doing
    assert "Traceback" not in done.stderr
    assert len(portal.asked("/tin/")) < 20
    kept = rows("SELECT count(*) FROM articles")[0][0]
    assert kept == rows("SELECT count(*) FROM captures WHERE role = 'article'")[0][0] == 5
    again = congtin("crawl", f"{portal.origin}/tin")
    assert again.returncode == 0, again.stderr
    assert rows("SELECT count(*) FROM articles") == [(40,)]


def test_full_disk_that_takes_no_listing_is_no_portal_that_cannot_be_reached(portal, congtin, rows):
    articles = portal.add_articles("/tin", 15)
    portal.add_listing("/tin", articles)
    before = """
import archive.warc as warc
from archive.errors import Unwritable
real = warc.WarcWriter.write
def full(self, exchange, *more):
    if exchange.url.endswith({}):
        raise Unwritable("Could not write: No space left on device; make room there and crawl again.")
    return real(self, exchange, *more)
warc.WarcWriter.write = full"""
    for page, exit_code in (("/tin", 1), ("/tin?page=2", 1)):
        done = congtin("crawl", f"{portal.origin}/tin", before=before.format(repr(page)))
        assert done.returncode == exit_code, done.stderr
        assert "make room there and crawl again.\n" in done.stderr
        assert rows("SELECT outcome FROM crawls ORDER BY id DESC LIMIT 1") == [("partial",)]
    assert congtin("crawl", f"{portal.origin}/tin").returncode == 0
    assert rows("SELECT count(*) FROM articles") == [(15,)]


@pytest.mark.parametrize("step", ["discover", "due"])
def test_what_the_ledger_does_not_take_is_a_fault(portal, congtin, rows, step):
    portal.add_listing("/tin", portal.add_articles("/tin", 5))
    before = f"""
import sqlite3
from archive.ledger import Ledger
def full(self, *_, **__):
    raise sqlite3.OperationalError("database or disk is full")
Ledger.{step} = full"""
    done = congtin("crawl", f"{portal.origin}/tin", before=before)
    assert done.returncode == 1
    assert "database or disk is full" in done.stderr
    assert congtin("crawl", f"{portal.origin}/tin").returncode == 0
    assert rows("SELECT count(*) FROM articles") == [(5,)]


def test_fault_of_our_own_is_counted_and_the_page_owed_again(portal, congtin, rows):
    articles = portal.add_articles("/tin", 4)
    portal.add_listing("/tin", articles)
    before = f"""
import crawler.spider as spider
real = spider.read
def odd(body, url, **more):
    if url.endswith({articles[2]!r}):
        raise ZeroDivisionError("a bug")
    return real(body, url, **more)
spider.read = odd"""
    done = congtin("crawl", f"{portal.origin}/tin", before=before)
    assert done.returncode == 3
    assert "ZeroDivisionError: a bug" in done.stderr
    assert rows("SELECT url, error FROM failures") == [(portal.origin + articles[2], "unexpected")]
    assert congtin("crawl", f"{portal.origin}/tin").returncode == 0
    assert rows("SELECT count(*) FROM articles") == [(4,)]


@pytest.fixture
def running(portal, started):
    """A crawl in a process of its own that has had some of forty articles, and now gets one a second."""
    articles = portal.add_articles("/tin", 40)
    for i, path in enumerate(articles):
        portal.routes[path] = html(article_page(i), wait=float(i > 5))
    portal.add_listing("/tin", articles, a_page=10)
    with started("crawl", f"{portal.origin}/tin", "--delay", "0") as process:
        _wait_for(lambda: len(portal.asked("/tin/")) >= 8)
        yield process
        process.kill()


def test_one_ctrl_c_finishes_what_is_in_flight(portal, running, congtin, rows):
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert "interrupted; the next crawl goes on" in err
    assert "Traceback" not in err
    assert rows("SELECT outcome, exit_code FROM crawls") == [("interrupted", 130)]
    fetched = len(set(portal.asked("/tin/")))
    assert rows("SELECT count(*) FROM articles") == [(fetched,)]
    assert 8 <= fetched < 40
    portal.add_articles("/tin", 40)  # at once from now on
    assert congtin("crawl", f"{portal.origin}/tin").returncode == 0
    assert rows("SELECT count(*) FROM articles") == [(40,)]


def test_one_ctrl_c_under_a_long_pause_asks_for_nothing_more(portal, started, rows):
    portal.add_listing("/tin", portal.add_articles("/tin", 5))
    with started("crawl", f"{portal.origin}/tin", "--delay", "100") as process:
        _wait_for(portal.asked)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        try:
            _, err = process.communicate(timeout=20)
        finally:
            process.kill()
    assert process.returncode == 130
    assert err.splitlines() == [
        "Stopping; Ctrl-C again stops at once.",
        f"{portal.name}: interrupted; the next crawl goes on.",
    ]
    assert portal.asked() == ["/robots.txt"]
    assert rows("SELECT outcome, exit_code, failed FROM crawls") == [("interrupted", 130, 0)]


def test_ctrl_c_while_it_starts(portal, congtin, rows):
    portal.add_listing("/tin", portal.add_articles("/tin", 5))
    before = """
import os, signal
from crawler.spider import PortalSpider
real = PortalSpider.from_crawler.__func__
def interrupted(cls, *args, **told):
    os.kill(os.getpid(), signal.SIGINT)
    return real(cls, *args, **told)
PortalSpider.from_crawler = classmethod(interrupted)"""
    done = congtin("crawl", f"{portal.origin}/tin", before=before)
    assert done.returncode == 130, done.stderr
    assert f"{portal.name}: interrupted; the next crawl goes on." in done.stderr
    assert "Traceback" not in done.stderr
    assert rows("SELECT outcome, exit_code FROM crawls") == [("interrupted", 130)]
    assert portal.asked("/tin") == []


def test_two_ctrl_c_stop_at_once(portal, running, rows):
    _keep_waiting(portal)
    _wait_for(lambda: len(portal.asked("/tin/")) >= 10)
    running.send_signal(signal.SIGINT)
    time.sleep(1)
    began = time.monotonic()
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert time.monotonic() - began < 40  # of the 60 seconds that the pages under way would have taken
    assert running.returncode == 130, err
    assert "Traceback" not in err
    assert rows("SELECT outcome, exit_code FROM crawls") == [("interrupted", 130)]


def test_killed_crawl_loses_only_what_was_in_flight(portal, running, congtin, rows, tmp_path):
    running.kill()
    running.wait()
    before = rows("SELECT count(*) FROM articles")[0][0]
    assert before >= 1
    portal.add_articles("/tin", 40)  # at once from now on
    portal.log.clear()
    done = congtin("crawl", f"{portal.origin}/tin")
    assert done.returncode == 0, done.stderr
    assert "left open by a crawl that was cut short" in done.stdout + done.stderr
    assert rows("SELECT count(*) FROM articles") == [(40,)]
    assert len(portal.asked("/tin/")) == 40 - before
    assert congtin("verify").returncode == 0
    with Archive(tmp_path / "congtin-archive") as archive:
        assert list((archive.path / "warc").glob("*.open")) == []


def test_second_crawl_of_an_archive_is_refused(portal, running, congtin):
    _keep_waiting(portal)
    done = congtin("crawl", f"{portal.origin}/tin")
    assert done.returncode == 6
    assert done.stderr.count("\n") == 1


def _keep_waiting(portal):
    for path in [path for path in portal.routes if path.startswith("/tin/")]:
        portal.routes[path] = html("<p>…</p>", wait=60)


def _wait_for(true, seconds=120):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
