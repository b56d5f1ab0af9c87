"""The article page: set for reading, with its pictures, versions, citations, and what programs read from it."""

from __future__ import annotations

import json
import shutil

import httpx
import pytest
from lxml import html

from archive import Archive

SITE = "http://cong.example"


def page(room: httpx.Client, path: str, status: int = 200) -> html.HtmlElement:
    answer = room.get(path)
    assert answer.status_code == status, answer.text
    return html.fromstring(answer.text)


@pytest.fixture(scope="module")
def bridge(room, ids) -> html.HtmlElement:
    return page(room, f"/article/{ids['bridge']}")


def test_the_text_stands_in_its_order_with_headings_lists_and_tables(bridge):
    shown = [
        (element.tag, " ".join(element.text_content().split()))
        for element in bridge.xpath("//main//article/*[self::p or self::h2 or self::ul or self::div or self::figure]")
    ]
    assert shown == [
        ("p", "Cây cầu nối hai bờ sau ba năm thi công."),
        ("p", "Sáng 29/5, đoàn xe đầu tiên qua cầu trong nắng sớm."),
        ("figure", "Cầu mới nhìn từ bờ nam. Photo: Viết Khôi"),
        ("h2", "Một công trình mong đợi"),
        ("p", "Cầu dài 870 mét, rộng 16 mét."),
        ("div", "Hạng mụcGiá trịCầu chính540 tỷ"),
        ("ul", "Đường dẫn phía bắcĐường dẫn phía nam"),
        ("p", "Người dân hai bờ đi lại dễ hơn."),
        (
            "figure",
            "This picture is not in the archive. Its address on the portal Đoàn xe đầu tiên.",
        ),
    ]
    assert bridge.xpath("//h1/text()") == ["Nam Định thông xe cầu mới qua sông Đào"]


def test_a_picture_comes_from_the_archive(room, bridge):
    [src] = bridge.xpath("//figure//img/@src")
    picture = room.get(src)
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")


def test_byline_attribution_documents_and_where_it_came_from(bridge, ids):
    assert bridge.xpath("string(//p[@class='byline'])") == "Hồng Hà, Thu TrangPV"
    assert bridge.xpath("//p[@class='attribution']/text()") == ["(Nguồn: Báo Nam Định)"]
    documents = bridge.xpath("//ul[@class='documents']/li")
    assert documents[0].xpath("./a/@href") == [f"/capture/{ids['document']}"]
    assert " ".join(documents[1].text_content().split()) == "Phụ lục (missing from the archive)"
    about = bridge.xpath("string(//aside)")
    assert f"{SITE}/cau-moi.html" in about
    assert "sha256:" in about
    assert bridge.xpath("//aside//time/@datetime")[0] == "2024-03-01T01:02:00Z"


def test_every_version_can_be_read(room, bridge, ids):
    links = bridge.xpath("//ol[@class='versions']//a/@href")
    assert len(links) == 2
    old = page(room, links[0])
    assert old.xpath("//h1/text()") == ["Nam Định sắp thông xe cầu mới"]
    assert "version 1 of 2" in old.xpath("string(//p[@class='notice'])")
    assert "Cầu dài 870 mét." in old.xpath("//main//article/p/text()")
    assert page(room, f"/article/{ids['bridge']}?version=7", 404) is not None


def test_two_versions_compared(room, ids):
    root = page(room, f"/article/{ids['bridge']}/diff?from=1&to=2")
    removed, added = (
        ["".join(mark.xpath("./text()")) for mark in root.xpath(f"//section[@aria-labelledby='field-title']//{tag}")]
        for tag in ("del", "ins")
    )
    assert removed == [" sắp"]
    assert added == [" qua sông Đào"]
    assert root.xpath("//section/h2/text()") == ["Headline", "Text"]


@pytest.mark.parametrize(("query", "status"), [("", 200), ("?from=1&to=1", 200), ("?from=9", 404), ("?from=x", 400)])
def test_versions_that_cannot_be_compared_are_told(room, ids, query, status):
    page(room, f"/article/{ids['bridge']}/diff{query}", status)


def test_one_version_has_nothing_to_be_compared_with(room, ids):
    page(room, f"/article/{ids['hostile']}/diff", 404)


@pytest.mark.parametrize("style", ["bibtex", "ris", "csl-json"])
def test_citations_stand_on_the_page_and_as_files(room, bridge, ids, style):
    answer = room.get(f"/article/{ids['bridge']}/cite/{style}")
    shown = bridge.xpath(f"string(//pre[@id='cite-{style}'])")
    assert shown.split() == answer.text.split()
    assert "Hồng Hà" in shown
    assert answer.headers["content-disposition"].startswith('attachment; filename="cong-1.')
    assert bridge.xpath(f"//link[@rel='alternate'][contains(@href, '/cite/{style}')]/@type")


def test_an_unknown_style_is_not_found(room, ids):
    page(room, f"/article/{ids['bridge']}/cite/word", 404)


def test_schema_org(bridge, origin, ids):
    told = json.loads(bridge.xpath("string(//script[@type='application/ld+json'])"))
    assert told["@type"] == "NewsArticle"
    assert told["headline"] == "Nam Định thông xe cầu mới qua sông Đào"
    assert told["datePublished"] == "2023-05-29T08:15:00+07:00"
    assert [author["name"] for author in told["author"]] == ["Hồng Hà", "Thu Trang"]
    assert told["archivedAt"] == f"{origin}/page/{ids['page']}"
    assert told["image"] == [f"{SITE}/cau.png", f"{SITE}/mat.png"]


def test_schema_org_tells_people_from_offices(portal):
    byline = "Hồng Hà, Sở Y tế; TTXVN"
    room = portal(lambda newsroom: newsroom.kept(newsroom.Story(f"{SITE}/1", "Bài", author=byline)))
    told = json.loads(page(room, "/article/1").xpath("string(//script[@type='application/ld+json'])"))
    assert [(author["@type"], author["name"]) for author in told["author"]] == [
        ("Person", "Hồng Hà"),
        ("Organization", "Sở Y tế"),
        ("Organization", "TTXVN"),
    ]


def test_an_earlier_version_is_described_and_cited_as_it_was(room, origin, ids):
    old = page(room, f"/article/{ids['bridge']}?version=1")
    told = json.loads(old.xpath("string(//script[@type='application/ld+json'])"))
    assert told["headline"] == "Nam Định sắp thông xe cầu mới"
    assert told["archivedAt"] == f"{origin}/page/{ids['first']}"
    assert "dateModified" not in told
    assert old.xpath("//meta[@name='citation_title' or @name='DC.title']/@content") == [told["headline"]] * 2
    links = old.xpath("//link[contains(@href, '/cite/')]/@href") + old.xpath(
        "//aside//a[contains(@href, '/cite/')]/@href"
    )
    assert len(links) == 6
    assert all("version=1" in link for link in links)
    for link in links:
        answer = room.get(link).text
        assert "sắp thông xe" in answer
        assert "Archived capture 2024-03-01T01:01:00Z" in answer
    assert "sắp thông xe" in old.xpath("string(//pre[@id='cite-bibtex'])")
    assert "cong-1-v1.bib" in room.get(links[0]).headers["content-disposition"]
    assert room.get(f"/article/{ids['bridge']}/cite/ris?version=7").status_code == 404


def test_what_zotero_reads(bridge):
    told = [(meta.get("name"), meta.get("content")) for meta in bridge.xpath("//meta[@name]")]
    assert [content for name, content in told if name == "citation_author"] == ["Hồng Hà", "Thu Trang"]
    kept = dict(told)
    assert kept["citation_title"] == "Nam Định thông xe cầu mới qua sông Đào"
    assert kept["citation_publication_date"] == "2023/05/29"
    assert kept["citation_public_url"] == f"{SITE}/cau-moi.html"
    assert kept["DC.source"] == "Báo Nam Định"


@pytest.mark.parametrize(
    "path",
    ["/article/99999", "/article/x", "/article/1/2", "/article/999999999999999999", "/nope", "/article", "/%41%zz"],
)
def test_what_is_not_there_is_said_so(room, path):
    assert page(room, path, 404).xpath("//h1/text()") == ["Not found"]


def test_who_took_it_from_whom_is_told_in_both_directions(folder, ids, serving, tmp_path):
    copied = tmp_path / "kho"
    shutil.copytree(folder, copied)
    told = {"by": "attribution", "of_copy": 0.9, "of_original": 0.62, "changes": ["headline", "shortened"]}
    with Archive(copied) as archive:
        row = {"article_id": ids["old"], "original_id": ids["bridge"], "similarity": 0.9, "evidence": json.dumps(told)}
        archive.db["copies"].insert(row)
        title = archive.article(ids["bridge"])["title"]
    with serving(copied) as origin, httpx.Client(base_url=origin, headers={"Accept-Language": "en"}) as client:
        [taken] = page(client, f"/article/{ids['old']}").xpath("//section[@aria-labelledby='taken-from']//li")
        [taker] = page(client, f"/article/{ids['bridge']}").xpath("//section[@aria-labelledby='taken-by']//li/a/@href")
    assert title in taken.text_content()
    assert "the original is credited; 90 % of the copy’s text, 62 % of the original’s" in taken.text_content()
    assert taken.text_content().endswith("; headline changed; shortened")
    assert taker.startswith(f"/article/{ids['old']}")
