"""How a crawl ended, from its figures alone."""

from datetime import UTC, datetime
from math import comb

import pytest

from archive import Archive
from archive.models import Exchange, Link, Provenance
from crawler.crawl import FORSAKEN, Crawl
from crawler.drift import ENOUGH, fell
from crawler.items import ReadPage
from crawler.listing import Listed
from crawler.reading import Article
from crawler.verdict import conclude
from crawler.walk import Walk


@pytest.fixture
def crawl(tmp_path):
    with Archive(tmp_path / "kho", create=True) as archive:
        yield Crawl(archive, "tinh", {"software": "congtin"})


@pytest.fixture
def walks():
    return [
        Walk("http://a.vn/tin", "Tin", pages=3, articles=20),
        Walk("http://a.vn/van-hoa", "Văn hóa", pages=1, articles=5),
    ]


def test_all_well(crawl, walks):
    summary = conclude(crawl, walks, "finished")
    assert (summary.outcome, summary.exit_code, summary.reasons) == ("done", 0, [])


def test_the_highest_code_counts(crawl, walks):
    crawl.counts["failed"] += 1
    walks[0].articles = 0
    summary = conclude(crawl, walks, "finished")
    assert (summary.outcome, summary.exit_code, len(summary.reasons)) == ("done", 4, 2)


@pytest.mark.parametrize(
    ("reason", "outcome", "exit_code"),
    [
        ("shutdown", "interrupted", 130),
        (FORSAKEN, "partial", 0),
        ("start_error", "partial", 1),
        ("cancelled", "partial", 1),
    ],
)
def test_why_the_spider_was_closed(crawl, walks, reason, outcome, exit_code):
    summary = conclude(crawl, walks, reason)
    assert (summary.outcome, summary.exit_code) == (outcome, exit_code)


def test_unreachable_only_when_no_listing_could_be_had(crawl, walks):
    walks[0].broken, walks[0].pages = "timeout", 0
    assert conclude(crawl, walks, "finished").exit_code == 0
    crawl.summary = None
    walks[1].broken, walks[1].pages = "robots", 0
    summary = conclude(crawl, walks, "finished")
    assert (summary.outcome, summary.exit_code) == ("unreachable", 5)
    assert summary.reasons == ["no listing could be had (robots, timeout)"]


def test_end_once_written_stands(crawl, walks):
    conclude(crawl, walks, "finished")
    assert conclude(crawl, [], "shutdown").outcome == "done"


# --- drift: the portal against its own past ---

WHOLE = {
    "published_at": "2023-05-29",
    "section": "Tin",
    "lead": "Chợ phiên mở lại.",
    "author": "Hồng Hà",
    "source": "Báo Nam Định",
    "layout": "liferay",
}


class Portal:
    """Crawls of one portal whose pages are said, not fetched."""

    def __init__(self, archive):
        self.archive = archive
        self.pages = 0

    def crawl(self, *pages, walks=(), unreadable=0):
        """A crawl that reads so many pages: (number, fields that they lack or have otherwise)."""
        crawl = Crawl(self.archive, "tinh", {"software": "congtin"})
        for count, fields in pages:
            for _ in range(count):
                self._keep(crawl, fields)
        for _ in range(unreadable):
            crawl.fail_article(self._link(crawl), "body", "unreadable", "has no text", None)
        return conclude(crawl, walks or [Walk("http://a.vn/tin", "Tin", pages=1, articles=9)], "finished")

    def _link(self, crawl):
        self.pages += 1
        url = f"http://a.vn/tin/{self.pages}"
        crawl.discover("http://a.vn/tin", "Tin", [Listed(url, "Tin")])
        [link] = crawl.take(1)
        return link

    def _keep(self, crawl, fields):
        link = self._link(crawl)
        exchange = Exchange(link.url, "GET", [], 200, "OK", [], link.url.encode(), datetime.now(UTC))
        capture = crawl.capture(exchange, Provenance("tinh", "article"))
        values = WHOLE | fields
        article = Article(link.url, f"Tin {self.pages}", body=("Chợ họp từ sáng sớm.",), **values)
        crawl.keep(ReadPage(article, Link(**{**_asdict(link), "section": values["section"]}), capture))


def _asdict(link):
    return {name: getattr(link, name) for name in link.__slots__}


@pytest.fixture
def portal(tmp_path):
    with Archive(tmp_path / "kho", create=True) as archive:
        yield Portal(archive)


def test_a_field_that_98_of_100_had_and_60_have_now_alarms(portal):
    assert portal.crawl((98, {}), (2, {"lead": None})).exit_code == 0
    summary = portal.crawl((15, {}), (10, {"lead": None}))
    assert summary.exit_code == 4
    assert summary.reasons == ["fewer pages than ever have: lead 98% → 60% (as on http://a.vn/tin/116)"]
    [failure] = portal.archive.db.query("SELECT * FROM failures")
    assert (failure["crawl_id"], failure["field"], failure["error"]) == (summary.crawl_id, "lead", "drift")
    assert failure["url"] == "http://a.vn/tin/116"


def test_what_has_drifted_is_written_down_once(portal):
    portal.crawl((20, {}))
    crawl = Crawl(portal.archive, "tinh", {"software": "congtin"})
    barren = [Walk("http://a.vn/tin", "Tin", pages=1)]
    assert conclude(crawl, barren, "finished") == conclude(crawl, barren, "finished")
    assert portal.archive.db["failures"].count == 1


@pytest.mark.parametrize("field", WHOLE)
def test_every_field_is_watched(portal, field):
    lost = "conventions" if field == "layout" else None
    portal.crawl((40, {}))
    [reason] = portal.crawl((20, {field: lost})).reasons
    assert reason == f"fewer pages than ever have: {field} 100% → 0% (as on http://a.vn/tin/41)"


def test_one_of_ten_pages_does_not_alarm(portal):
    portal.crawl((500, {}))
    assert portal.crawl((9, {}), (1, {"lead": None})).exit_code == 0


def test_too_few_pages_alone_do_not_alarm_but_together_do(portal):
    """As a crawl every half hour finds them."""
    portal.crawl((60, {}))
    codes = [portal.crawl((3, {"author": None})).exit_code for _ in range(4)]
    assert codes == [0, 0, 0, 4]
    assert portal.crawl((3, {})).exit_code == 0  # no page of it lacks anything


def test_what_only_some_ever_had_may_be_missing_for_once(portal):
    portal.crawl((30, {}), (70, {"author": None}))
    assert portal.crawl((10, {"author": None})).exit_code == 0


def test_an_alarm_goes_on_until_the_new_ways_have_become_the_past(portal):
    for _ in range(10):
        portal.crawl((10, {}))
    codes = [portal.crawl((10, {"source": None})).exit_code for _ in range(31)]
    assert codes[:10] == [4] * 10
    assert codes[-1] == 0
    assert codes == sorted(codes, reverse=True)


def test_pages_that_cannot_be_read_any_more_are_drift_and_not_only_failed(portal):
    portal.crawl((30, {}))
    summary = portal.crawl(unreadable=20)
    assert summary.exit_code == 4
    assert "body 100% → 0%" in summary.reasons[-1]
    assert "(as on http://a.vn/tin/31)" in summary.reasons[-1]


def test_what_never_was_an_article_is_not_held_against_the_next_crawls(portal):
    assert portal.crawl((30, {}), unreadable=12).exit_code == 3
    crawl = Crawl(portal.archive, "tinh", {"software": "congtin"})
    for link in crawl.take(50):
        crawl.fail_article(link, "body", "unreadable", "has no text", None)
    summary = conclude(crawl, [Walk("http://a.vn/tin", "Tin", pages=1, articles=9)], "finished")
    assert (summary.exit_code, summary.counts["failed"], summary.coverage) == (3, 12, {})


def test_a_section_that_used_to_give_links_and_gives_none(portal):
    def home(articles):
        sections = [Walk("http://a.vn/tin", "Tin", seed=False, pages=1, articles=articles)]
        sections.append(Walk("http://a.vn/lich", "Lịch", seed=False, pages=1))  # never gave any
        return [Walk("http://a.vn/", None, pages=1, articles=4, sections=sections)]

    assert portal.crawl((12, {}), walks=home(12)).exit_code == 0
    summary = portal.crawl(walks=home(0))
    assert (summary.exit_code, summary.reasons) == (4, ["listings that gave no articles: http://a.vn/tin"])
    assert portal.archive.db.execute("SELECT url, field FROM failures").fetchall() == [("http://a.vn/tin", "listing")]


def test_a_listing_that_was_not_reached_is_not_barren(portal):
    walks = [Walk("http://a.vn/tin", "Tin", pages=1, articles=9), Walk("http://a.vn/sau", "Sau")]
    assert portal.crawl(walks=walks).exit_code == 0


def test_all_that_drifted_is_told_and_another_portal_is_no_past(portal):
    portal.crawl((20, {}))
    portal.archive.db.execute("UPDATE crawls SET portal = 'khac'")
    assert portal.crawl((20, {"lead": None})).exit_code == 0
    portal.archive.db.execute("UPDATE crawls SET portal = 'tinh' WHERE id = 1")
    portal.archive.db.execute("DELETE FROM crawls WHERE id = 2")
    summary = portal.crawl((20, {"lead": None, "author": None}), walks=[Walk("http://a.vn/x", "X", pages=1)])
    [reason] = summary.reasons
    assert reason.split("; ") == [
        "listings that gave no articles: http://a.vn/x",
        "fewer pages than ever have: lead 100% → 0%, author 100% → 0% (as on http://a.vn/tin/41)",
    ]


def test_bad_luck_alone_seldom_alarms():
    """The chance that a portal which did not change gives an alarm, over all its samples: exact, binomial."""
    for share in (0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1.0):
        for pages in (ENOUGH, 15, 20, 40):
            alarms = (k for k in range(pages + 1) if fell((share, 1000), (k / pages, pages)))
            chance = sum(comb(pages, k) * share**k * (1 - share) ** (pages - k) for k in alarms)
            assert chance < 0.004, (share, pages)


@pytest.mark.parametrize(
    ("before", "now", "alarm"),
    [
        ((0.98, 50), (0.6, 10), True),
        ((0.98, 20), (0.6, 20), True),
        ((1.0, 12), (0.0, 12), True),
        ((0.98, 1000), (0.9, 10), False),
        ((0.98, 1000), (0.9, 1000), False),  # sure, but not by much
        ((1.0, 1000), (0.0, ENOUGH - 1), False),
        ((1.0, ENOUGH - 1), (0.0, 1000), False),
        ((0.6, 1000), (0.98, 1000), False),
    ],
)
def test_clearly(before, now, alarm):
    assert fell(before, now) is alarm
