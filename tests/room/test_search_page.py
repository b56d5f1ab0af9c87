"""The search page: what it finds, how it narrows, and that every search is an address."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree, html

if TYPE_CHECKING:
    import httpx

ATOM = "{http://www.w3.org/2005/Atom}"


def page(room: httpx.Client, path: str, status: int = 200, **headers: str) -> html.HtmlElement:
    answer = room.get(path, headers=headers)
    assert answer.status_code == status, answer.text
    return html.fromstring(answer.text)


def found(root: html.HtmlElement) -> list[str]:
    return [heading.text_content() for heading in root.xpath("//ol[@class='hits']//h2")]


def test_plain_words_find_every_spelling_and_hits_are_marked(room):
    root = page(room, "/?q=nam+dinh")
    assert "Nam Định thông xe cầu mới qua sông Đào" in found(root)
    assert root.xpath("//h2//mark/text()")[:2] == ["Nam", "Định"]


def test_the_snippet_does_not_say_the_headline_again(room):
    snippets = page(room, "/?q=hội+làng").xpath("//p[@class='snippet']/text()")
    assert set(snippets) == {"Bạc nén và lụa tơ tằm bày kín sân đình."}


def test_a_word_with_diacritics_finds_that_word_alone(room):
    assert len(found(page(room, "/?q=bạc"))) == 20
    assert found(page(room, "/?q=bác")) == []


def test_a_composed_and_a_decomposed_query_find_the_same(room):
    assert found(page(room, "/?q=cầu")) == found(page(room, "/?q=cầu")) != []


def test_other_tones_are_suggested_where_they_find_something(room):
    root = page(room, "/?q=bác+nén")
    [link] = root.xpath("//p[@class='meant']/a")
    assert link.text == "bạc nén"
    assert len(found(page(room, link.get("href")))) == 20


def test_the_first_page_shows_the_newest_articles(room):
    root = page(room, "/")
    assert root.xpath("//h1/text()") == ["Newest articles"]
    days = root.xpath("//ol[@class='hits']//time/@datetime")
    assert days == sorted(days, reverse=True)
    assert len(days) == 20


def test_pages_follow_one_another_without_gaps(room):
    seen: list[str] = []
    address = "/?q=hội+làng"
    while address:
        root = page(room, address)
        seen += found(root)
        address = next(iter(root.xpath("//a[@rel='next']/@href")), "")
    assert len(seen) == len(set(seen)) == 45


@pytest.mark.parametrize("number", ["0", "-3", "x", "", "99999999999999999999", "1e3", "³"])
def test_any_page_number_shows_a_page(room, number):
    assert found(page(room, f"/?q=hội&page={number}"))


def test_a_page_beyond_the_last_is_the_last(room):
    assert found(page(room, "/?q=hội+làng&page=999")) == found(page(room, "/?q=hội+làng&page=3"))


def test_order_by_date(room):
    for order, turned in (("newest", True), ("oldest", False)):
        days = page(room, f"/?q=hội&sort={order}").xpath("//ol[@class='hits']//time/@datetime")
        assert days == sorted(days, reverse=turned)


def test_each_facet_counts_what_choosing_it_leaves(room):
    links = page(room, "/?q=hoi").xpath("//aside//details//a")
    assert len(links) > 8
    for link in links:
        count = link.xpath("./span[@class='n']/text()")[0]
        assert page(room, link.get("href")).xpath("//p[@class='count']/text()")[0].split()[0] == count


def test_a_chosen_facet_can_be_let_go(room):
    root = page(room, "/?q=hội&section=Kinh+tế&from=2021-01-01&to=2021-12-31")
    chips = root.xpath("//ul[@class='chips']//a")
    assert [chip.get("aria-label") for chip in chips] == [
        "Remove the filter Section: Kinh tế",
        "Remove the filter Year: 2021",
    ]
    assert parse_qs(urlsplit(chips[0].get("href")).query) == {
        "q": ["hội"],
        "from": ["2021-01-01"],
        "to": ["2021-12-31"],
    }
    assert parse_qs(urlsplit(chips[1].get("href")).query) == {"q": ["hội"], "section": ["Kinh tế"]}


def test_the_form_keeps_the_filters(room):
    root = page(room, "/?q=hội&section=Kinh+tế&sort=newest&lang=vi")
    form = root.xpath("//form")[0]
    kept = {"q": "hội", "section": "Kinh tế", "sort": "newest", "lang": "vi"}
    assert kept.items() <= dict(form.form_values()).items()


def test_nothing_with_these_filters_offers_the_search_without_them(room):
    root = page(room, "/?q=hội+làng&author=Không+Ai")
    [link] = root.xpath("//div[@class='nothing']//a")
    assert link.text == "Search without the filters: 45 articles"
    assert len(found(page(room, link.get("href")))) == 20


@pytest.mark.parametrize("day", ["2023-13-01", "hôm qua", "20230529", "9999999-01-01", "<script>"])
def test_what_is_no_day_is_said_and_left_out(room, day):
    root = page(room, f"/?q=hội&from={day}")
    assert day in root.xpath("string(//p[@role='alert'])")
    assert found(root)


@pytest.mark.parametrize("query", ['"', "(((", "title:", "-", "OR OR", "a\x00b", "%", "*", "\U0001f600", "AND NOT ("])
def test_any_string_is_a_query(room, query):
    room.get("/", params={"q": query}).raise_for_status()


def test_a_language_that_was_asked_for_goes_along(room):
    root = page(room, "/?q=hội&lang=vi")
    inside = [link for link in root.xpath("//main//a/@href") if link.startswith("/")]
    assert inside
    assert all("lang=vi" in link for link in inside)


def test_the_feed_is_atom_and_lists_the_newest(room):
    answer = room.get("/feed.atom?q=hội")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(answer.content)
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 45
    for part in ("id", "title", "updated"):
        assert all(entry.findtext(f"{ATOM}{part}") for entry in (feed, *entries))
    published = [entry.findtext(f"{ATOM}published") for entry in entries]
    assert all(stamp and "T" in stamp for stamp in published)


def test_an_article_that_has_a_day_alone_was_published_on_it_in_vietnam(room):
    feed = etree.fromstring(room.get("/feed.atom?q=hội").content)
    entry = next(
        one for one in feed.findall(f"{ATOM}entry") if one.findtext(f"{ATOM}title").startswith("Hội làng thứ 4 ")
    )
    assert entry.findtext(f"{ATOM}published") == "2020-05-15T00:00:00+07:00"
    assert entry.findtext(f"{ATOM}updated").startswith("2024-03-01T")


def test_days_in_the_wrong_order_are_said_and_can_be_turned_round(room):
    root = page(room, "/?q=hội&from=2021-12-31&to=2021-01-01")
    [notice] = root.xpath("//p[@role='alert']")
    assert "From 31 December 2021 is later than to 1 January 2021" in notice.text_content()
    [link] = notice.xpath("./a/@href")
    assert found(page(room, link)) == found(page(room, "/?q=hội&from=2021-01-01&to=2021-12-31")) != []
    assert not page(room, "/?q=hội&from=2021-01-01&to=2021-01-01").xpath("//p[@role='alert']")


def test_a_query_that_is_cut_is_said_to_be(room):
    query = "hội " + "làng " * 500
    [notice] = html.fromstring(room.get("/", params={"q": query}).text).xpath("//p[@role='alert']")
    assert "first 2,000 letters" in notice.text_content()
    assert not page(room, "/?q=hội").xpath("//p[@role='alert']")


def test_what_is_undated_names_no_time(portal):
    room = portal(lambda newsroom: newsroom.kept(newsroom.Story("http://cong.example/1", "Bài", published_at=None)))
    root = page(room, "/")
    assert root.xpath("//p[@class='where']/span[1]/text()") == ["undated"]
    assert root.xpath("//ol//time") == []


def test_there_is_one_search_landmark(room):
    root = page(room, "/")
    assert len(root.xpath("//search | //*[@role='search']")) == 1


def test_a_portal_is_shown_by_its_title_where_it_is_known(portal):
    def work(newsroom):
        capture = newsroom.fetched("https://namdinh.gov.vn/1", b"<p>x</p>")
        story = newsroom.Story("https://namdinh.gov.vn/1", "Bài")
        newsroom.archive.keep(story, portal="namdinh", section=None, capture_id=capture, link_url=story.url)
        newsroom.kept(newsroom.Story("http://cong.example/1", "Bài khác"))

    title, room = "Cổng thông tin điện tử tỉnh Nam Định", portal(work)
    root = page(room, "/")
    assert sorted(root.xpath("//p[@class='where']/span[last()]/text()")) == sorted(["cong", title])
    [facet] = [link for link in root.xpath("//aside//details//a") if title in link.text_content()]
    chosen = page(room, facet.get("href"))
    assert found(chosen) == ["Bài"]
    assert f"Portal: {title}" in chosen.xpath("string(//ul[@class='chips'])")
    assert title in page(room, "/article/1").xpath("string(//p[@class='where'])")


def test_the_page_names_its_feed(room):
    [feed] = page(room, "/?q=hội&page=2").xpath("//link[@rel='alternate']/@href")
    assert parse_qs(urlsplit(feed).query) == {"q": ["hội"]}
