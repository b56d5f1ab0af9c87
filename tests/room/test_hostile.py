"""An article that attacks whoever reads it: inert on every page, in the feed and in the metadata."""

from __future__ import annotations

import json

import httpx
import pytest
from lxml import etree, html

EVIL = "document.title='pwned'"
OURS = {"http", "https", ""}


@pytest.fixture(scope="module")
def paths(ids) -> list[str]:
    article = f"/article/{ids['hostile']}"
    return [
        "/",
        "/?q=đọc",
        "/?q=độc",
        "/?section=Mục",
        f"/?q={EVIL}",
        f'/?q="><script>{EVIL}</script>&lang=en',
        article,
    ]


def addresses(root: html.HtmlElement) -> list[str]:
    return root.xpath("//@href | //@src | //@action | //@formaction | //@data | //@poster | //@srcset")


def test_no_address_that_is_not_found_makes_a_link_to_another_host(origin):
    root = html.fromstring(httpx.get(f"{origin}//evil.example/x").text)
    assert root.xpath("//nav[@class='languages']//a/@href") == ["/evil.example/x?lang=vi", "/evil.example/x?lang=en"]


def test_nothing_of_it_is_markup(room, paths):
    for path in paths:
        root = html.fromstring(room.get(path).text)
        scripts = root.xpath("//script[not(@type='application/ld+json')]")
        assert [script.get("src") for script in scripts] in ([], ["/room/room.js"]), path
        assert not root.xpath("//@*[starts-with(name(), 'on')] | //@style | //style | //iframe | //object | //svg"), (
            path
        )
        assert not root.xpath("//img[@src='x']"), path
        for address in addresses(root):
            assert address.partition(":")[0] in OURS or address.startswith(("/", "#")), (path, address)


def test_it_is_shown_as_text(room, ids):
    root = html.fromstring(room.get(f"/article/{ids['hostile']}").text)
    assert root.xpath("string(//h1)").startswith("Bài độc <script>document.title='pwned'</script><img src=x")
    assert "{{ 7*7 }}" in root.xpath("string(//h1)")
    assert "Thân bài độc <script>" in root.xpath("string(//main//article)")
    assert "</figcaption></style><script>" in root.xpath("string(//main//article)")


def test_the_json_in_the_page_cannot_end_its_element(room, ids):
    text = room.get(f"/article/{ids['hostile']}").text
    inside = text.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert "<" not in inside
    told = json.loads(inside)
    assert "<script>" in told["headline"]
    assert "url" not in told  # javascript: is no address
    assert told["image"] == ["http://cong.example/doc.png"]


def test_the_feed_is_whole(room):
    feed = etree.fromstring(room.get("/feed.atom?q=độc").content)  # a control character would make it no XML
    titles = feed.xpath("//*[local-name()='entry']/*[local-name()='title']")
    assert [len(title) for title in titles] == [0]
    assert "<script>" in titles[0].text
    assert not [href for href in feed.xpath("//@href") if not href.startswith("http")]


def test_datasette_and_the_crawls_page_show_it_as_text(room, ids):
    for path in (
        "/crawls",
        "/timeline",
        "/archive/articles",
        f"/archive/articles/{ids['hostile']}",
        "/archive/failures",
    ):
        root = html.fromstring(room.get(path).text)
        assert not root.xpath("//img[@src='x'] | //*[@onclick] | //*[@onerror]"), path
        assert not [script for script in root.xpath("//script/text()") if "pwned" in script], path


def test_a_file_name_stays_one(room, ids):
    article = html.fromstring(room.get(f"/article/{ids['hostile']}").text)
    assert article.xpath("//ul[@class='documents']//a") == []  # neither was captured
    for style in ("bibtex", "ris", "csl-json"):
        disposition = room.get(f"/article/{ids['hostile']}/cite/{style}").headers["content-disposition"]
        assert "/" not in disposition
        assert disposition.count('"') == 2
