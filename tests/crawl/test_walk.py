"""When a walk ends, without any network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import Archive
from archive.models import now, stamp
from crawler.listing import Listed, Listing
from crawler.walk import Bounds, End, Walk, frontier

START = "http://a.vn/tin"


def page(numbers, following=None, day=None):
    articles = [Listed(f"http://a.vn/tin/{n}", f"Bài số {n}", day) for n in numbers]
    return Listing(articles, [f"http://a.vn/tin?page={following}"] if following else [], "ul.news")


def test_goes_on_to_the_next_page():
    assert Walk(START, None).turn(page([1, 2], following=2), Bounds()) == "http://a.vn/tin?page=2"


def test_ends_with_the_pager():
    end = Walk(START, None).turn(page([1, 2]), Bounds())
    assert end is End.LAST_PAGE
    assert end.complete


def test_ends_where_a_page_lists_nothing():
    assert Walk(START, None).turn(page([], following=2), Bounds()) is End.LAST_PAGE


def test_ends_where_a_list_comes_again():
    walk = Walk(START, None)
    walk.turn(page([1, 2], following=2), Bounds())
    assert walk.turn(page([1, 2], following=3), Bounds()) is End.LOOP


def test_ends_where_the_pager_leads_back():
    walk = Walk(START, None)
    walk.turn(page([1, 2], following=2), Bounds())
    assert walk.turn(page([3, 4], following=2), Bounds()) is End.LAST_PAGE


def test_ends_where_everything_is_known():
    end = Walk(START, None).turn(page([1, 2], following=2), Bounds(), known=True)
    assert end is End.KNOWN
    assert end.complete


def test_bounds_leave_the_walk_incomplete():
    old = page([1, 2], following=2, day="2022-05-01")
    assert Walk(START, None).turn(old, Bounds(since="2023-01-01")) is End.OLD
    assert Walk(START, None).turn(page([1], following=2), Bounds(pages=1)) is End.BOUND
    assert Walk(START, None).turn(page([1], following=2), Bounds(), enough=True) is End.BOUND
    assert not End.OLD.complete
    assert not End.BOUND.complete


def test_what_a_listing_does_not_date_may_be_young():
    assert Bounds(since="2023-01-01").wanted(page([1], day=None).articles) != []
    assert Bounds(since="2023-01-01").wanted(page([1], day="2023-01-01").articles) != []


def test_home_page_is_barren_only_when_its_sections_are():
    home = Walk("http://a.vn/", None)
    assert home.barren
    home.sections.append(Walk(START, "Tin", seed=False))
    home.sections[0].turn(page([1]), Bounds())
    assert not home.barren


@given(st.lists(st.integers(1, 6), min_size=1, max_size=40), st.lists(st.integers(1, 6), min_size=40, max_size=40))
def test_every_walk_ends(lists, pagers):
    """Whatever a portal of six pages and six lists answers, in whatever order."""
    walk = Walk(START, None)
    for turns, (numbers, following) in enumerate(zip(lists * 8, pagers * 8, strict=False)):
        if isinstance(walk.turn(page([numbers], following=following), Bounds()), End):
            assert turns <= 7
            return


class TestFrontier:
    """Behind which crawl nothing new can stand. Crawls follow each other within the second here."""

    @pytest.fixture
    def archive(self, tmp_path):
        with Archive(tmp_path / "kho", create=True) as archive:
            yield archive

    def capture(self, archive, url):
        query = (
            "INSERT INTO captures (record_id, url, role, status, fetched_at, payload_digest, warc, offset, length)"
            " VALUES (hex(randomblob(8)), ?, 'listing', 200, ?, '', 'w', (SELECT count(*) FROM captures), 1)"
        )
        return archive.db.conn.execute(query, (url, stamp(now()))).lastrowid

    def crawled(self, archive, url, outcome="done", failed=False):
        crawl_id = archive.begin_crawl("tinh")
        last = self.capture(archive, url)
        if failed:
            archive.fail(crawl_id, url=url, field="listing", error="status", message="500")
        archive.finish_crawl(crawl_id, outcome=outcome, exit_code=0, counts={}, coverage={})
        return crawl_id, last

    def test_none_before_the_first_crawl(self, archive):
        assert frontier(archive, "tinh", START, 0) == 0

    def test_the_last_crawl_that_walked_it_to_the_end(self, archive):
        crawl_id, last = self.crawled(archive, START)
        assert frontier(archive, "tinh", START, last) == crawl_id

    def test_not_one_that_was_cut_short(self, archive):
        crawl_id, _ = self.crawled(archive, START)
        _, last = self.crawled(archive, START, outcome="interrupted")
        assert frontier(archive, "tinh", START, last) == crawl_id

    def test_not_one_that_a_page_failed(self, archive):
        _, last = self.crawled(archive, START, failed=True)
        assert frontier(archive, "tinh", START, last) == 0

    def test_not_one_of_another_listing_though_this_crawl_has_begun_in_the_same_second(self, archive):
        _, last = self.crawled(archive, "http://a.vn/van-hoa")
        self.capture(archive, START)
        assert frontier(archive, "tinh", START, last) == 0

    def test_not_one_of_another_portal(self, archive):
        _, last = self.crawled(archive, START)
        assert frontier(archive, "khac", START, last) == 0
