"""The ledger: what a crawl visits next, and what becomes of a link."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from archive.ledger import FAILURES_IN_A_ROW, next_visit
from archive.models import moment, now, stamp

if TYPE_CHECKING:
    from archive import Archive

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def urls(*numbers: int) -> list[str]:
    return [f"https://x.vn/{number}" for number in numbers]


def listed(*numbers: int) -> list[tuple[str, str | None, str | None]]:
    return [(url, "Tin tức", "https://x.vn/tin") for url in urls(*numbers)]


def due(archive: Archive, crawl: int, limit: int = 100, **options: Any) -> list[int]:
    return [int(link.url.rpartition("/")[2]) for link in archive.ledger.due("namdinh", crawl, limit, **options)]


def test_a_link_is_owed_from_the_moment_it_is_seen(archive: Archive) -> None:
    assert archive.ledger.discover("namdinh", listed(1, 2, 1), 7).new == 2
    again = archive.ledger.discover("baonamdinh", [(urls(2)[0], "Khác", None), *listed(3)], 8)
    assert (again.new, again.known) == (1, 1)
    link = archive.ledger.due("namdinh", 8, 10)[0]
    assert (link.url, link.portal, link.section, link.listing_url) == (
        "https://x.vn/1",
        "namdinh",
        "Tin tức",
        "https://x.vn/tin",
    )
    assert (link.state, link.attempts, link.last_error, link.next_visit_at, link.etag) == ("owed", 0, None, None, None)
    assert archive.ledger.counts("namdinh") == {"owed": 2, "kept": 0, "failed": 0, "gone": 0}
    assert archive.ledger.counts()["owed"] == 3
    assert archive.ledger.counts("khác") == {"owed": 0, "kept": 0, "failed": 0, "gone": 0}


def test_the_newest_finds_come_first_in_the_order_of_their_listings(archive: Archive) -> None:
    archive.ledger.discover("namdinh", listed(3, 1), 1)
    archive.ledger.discover("namdinh", listed(9, 7), 2)
    archive.ledger.discover("namdinh", listed(8), 2)
    archive.ledger.discover("khác", listed(5), 2)
    assert due(archive, 2) == [9, 7, 8, 3, 1]
    assert due(archive, 2, limit=3) == [9, 7, 8]


def test_no_link_is_visited_twice_in_a_crawl_and_none_is_lost_to_the_next(archive: Archive) -> None:
    archive.ledger.discover("namdinh", listed(1, 2, 3), 1)
    archive.ledger.trying(urls(1)[0], 1)
    archive.ledger.trying(urls(2)[0], 1)
    archive.ledger.failed(urls(2)[0], "timeout")
    assert due(archive, 1) == [3]
    assert due(archive, 2) == [1, 3, 2]


def test_what_failed_is_owed_at_once_and_weekly_from_the_fifth_time(archive: Archive, desk: Any) -> None:
    archive.ledger.discover("namdinh", listed(1))
    for crawl in range(1, FAILURES_IN_A_ROW + 3):
        assert due(archive, crawl, now=desk.at) == [1]
        archive.ledger.trying(urls(1)[0], crawl)
        archive.ledger.failed(urls(1)[0], f"lần {crawl}", desk.at)
        link = archive.db["links"].get(1)
        assert (link["state"], link["attempts"], link["last_error"]) == ("failed", crawl, f"lần {crawl}")
        if crawl >= FAILURES_IN_A_ROW:
            assert due(archive, crawl + 1, now=desk.at + 7 * DAY - HOUR) == []
            desk.at += 7 * DAY
    desk.keep(desk.Story(urls(1)[0]))
    assert archive.db["links"].get(1)["attempts"] == 0


@pytest.mark.parametrize(
    ("age", "pause"),
    [
        (timedelta(), HOUR * 12),
        (2 * DAY - HOUR, HOUR * 12),
        (2 * DAY, DAY),
        (7 * DAY - HOUR, DAY),
        (7 * DAY, 7 * DAY),
        (30 * DAY, 30 * DAY),
        (365 * DAY - HOUR, 30 * DAY),
        (365 * DAY, 180 * DAY),
        (5000 * DAY, 180 * DAY),
    ],
)
def test_the_older_an_article_the_rarer_the_visits(age: timedelta, pause: timedelta) -> None:
    seen = moment("2023-05-29T01:15:00Z")
    assert next_visit(seen, seen + age) == seen + age + pause


def test_kept_articles_are_due_again_with_what_their_last_response_said(archive: Archive, desk: Any) -> None:
    archive.ledger.discover("namdinh", listed(1, 2, 3), 1)
    for number in (2, 1):
        url = urls(number)[0]
        capture = desk.capture(url, url.encode(), response_headers=[("ETag", f'"{number}"'), ("Last-Modified", "Mon")])
        archive.keep(desk.Story(url), portal="namdinh", section=None, capture_id=capture.id, link_url=url)
    assert due(archive, 2, now=desk.at + 11 * HOUR) == [3]
    assert due(archive, 2, now=desk.at + 13 * HOUR) == [3, 2, 1]  # debts first, then the longest overdue
    link = archive.ledger.due("namdinh", 2, 10, desk.at + DAY)[1]
    assert (link.state, link.etag, link.last_modified) == ("kept", '"2"', "Mon")


def test_a_page_that_failed_keeps_what_it_was_last_kept_with(archive: Archive, desk: Any) -> None:
    archive.ledger.discover("namdinh", listed(1), 1)
    kept = desk.capture(urls(1)[0], b"mot", response_headers=[("ETag", '"1"')])
    archive.keep(desk.Story(urls(1)[0]), portal="namdinh", section=None, capture_id=kept.id, link_url=urls(1)[0])
    desk.capture(urls(1)[0], b"loi", response_headers=[("ETag", '"2"')])
    archive.ledger.failed(urls(1)[0], "Unreadable")
    assert archive.ledger.due("namdinh", 2, 10)[0].etag == '"1"'


def test_everything_means_everything_once_the_longest_untried_first(archive: Archive, desk: Any) -> None:
    archive.ledger.discover("namdinh", listed(1, 2, 3, 4, 5), 1)
    for number in (1, 2):
        desk.keep(desk.Story(urls(number)[0]))
    for _ in range(FAILURES_IN_A_ROW):
        archive.ledger.failed(urls(3)[0], "timeout")
    archive.ledger.gone(urls(4)[0], now() - 3 * DAY)
    archive.ledger.gone(urls(4)[0])
    archive.ledger.trying(urls(1)[0], 2)
    assert due(archive, 3, now=desk.at) == [5]
    assert due(archive, 3, everything=True) == [5, 2, 3, 4, 1]
    assert due(archive, 3, limit=2, everything=True) == [5, 2]
    archive.ledger.trying(urls(2)[0], 3)
    assert due(archive, 3, everything=True) == [5, 3, 4, 1]


class TestGone:
    """Absent is gone only when two crawls at least a day apart saw it."""

    def test_one_absence_is_not_enough(self, archive: Archive, desk: Any) -> None:
        archive.ledger.discover("namdinh", listed(1, 2), 1)
        desk.keep(desk.Story(urls(1)[0]))
        for url, state in zip(urls(1, 2), ("kept", "failed"), strict=True):
            assert not archive.ledger.gone(url, desk.at)
            assert not archive.ledger.gone(url, desk.at + 23 * HOUR)
            link = next(archive.db["links"].rows_where("url = ?", [url]))
            assert (link["state"], link["last_error"]) == (state, f"absent since {stamp(desk.at)}")
            assert link["next_visit_at"] == stamp(desk.at + 47 * HOUR)
            assert archive.ledger.gone(url, desk.at + DAY)
        assert archive.ledger.counts("namdinh") == {"owed": 0, "kept": 0, "failed": 0, "gone": 2}
        assert due(archive, 5, now=desk.at + 900 * DAY) == []
        assert archive.article(1)["gone_at"] == stamp(desk.at + DAY)

    def test_a_page_that_was_there_in_between_is_not_gone(self, archive: Archive, desk: Any) -> None:
        archive.ledger.discover("namdinh", listed(1), 1)
        desk.keep(desk.Story(urls(1)[0]))
        assert not archive.ledger.gone(urls(1)[0], desk.at)
        assert archive.seen(urls(1)[0])
        assert not archive.ledger.gone(urls(1)[0], desk.at + 3 * DAY)

    def test_an_article_is_there_as_long_as_one_address_leads_to_it(self, archive: Archive, desk: Any) -> None:
        archive.ledger.discover("namdinh", listed(1, 2), 1)
        for link in urls(1, 2):
            desk.keep(desk.Story("https://x.vn/bai"), link_url=link)
        for number, gone_at in ((1, None), (2, stamp(desk.at + 2 * DAY))):
            archive.ledger.gone(urls(number)[0], desk.at)
            assert archive.ledger.gone(urls(number)[0], desk.at + 2 * DAY)
            assert archive.article(1)["gone_at"] == gone_at

    def test_a_link_that_no_listing_had(self, archive: Archive) -> None:
        assert not archive.ledger.gone("https://x.vn/không")


@pytest.mark.parametrize("everything", [False, True])
def test_asking_costs_the_same_in_a_long_ledger(archive: Archive, everything: bool) -> None:
    """Every query walks an index: none sorts, none reads the whole table."""
    asked: list[str] = []
    archive.db.conn.set_trace_callback(asked.append)
    archive.ledger.due("namdinh", 1, 10, everything=everything)
    archive.db.conn.set_trace_callback(None)
    assert len(asked) == (2 if everything else 3)
    for query in asked:
        plan = [row[3] for row in archive.db.conn.execute(f"EXPLAIN QUERY PLAN {query}")]
        assert plan[0].startswith("SEARCH l USING INDEX idx_links_portal_"), plan
        assert not any("TEMP B-TREE" in step or "SCAN" in step for step in plan), plan
