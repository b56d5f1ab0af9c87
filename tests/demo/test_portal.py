"""The portal serves what it says it serves."""

import gzip
import re
import socket
import struct
import unicodedata
import zlib
from datetime import date
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from lxml import html

from crawler.demo.portal import DemoPortal


def links(reply, url, path="//a/@href | //img/@src | //link/@href"):
    return [urljoin(url, href) for href in html.fromstring(reply.body.decode()).xpath(path)]


def walk(fetch, start, path):
    """Every page that can be reached by the links under an XPath, by address."""
    pages, waiting = {}, [start]
    while waiting:
        url = waiting.pop()
        if url not in pages:
            pages[url] = fetch(url)
            waiting += [to for to in links(pages[url], url, path) if to.startswith("http")]
    return pages


def shown(reply):
    """What a browser displays, composed, soft hyphens gone, white space folded."""
    text = html.fromstring(reply.body.decode()).xpath("string(//*[@id='main-content'])").replace("\xad", "")
    return " ".join(unicodedata.normalize("NFC", text).split())


class TestWhatStandsWhere:
    def test_it_answers_on_loopback_only(self, portal):
        assert urlsplit(portal.origin).hostname == "127.0.0.1"
        assert portal._server.server_address[0] == "127.0.0.1"

    def test_the_pagers_reach_every_article(self, portal, fetch):
        pager = "//ul[contains(@class, 'pag')]//a/@href"
        items = "//h3[@class='asset-title']/a/@href | //h2[@class='Title']/a/@href"
        found = {}
        for title, start in portal.listings.items():
            pages = walk(fetch, start, pager)
            on_pages = [links(reply, url, items) for url, reply in pages.items() if url != start]
            assert len(on_pages) >= 2, title
            assert all(1 <= len(page) <= 8 for page in on_pages), title
            found[title] = [url for page in on_pages for url in page]
            assert len(set(found[title])) == len(found[title]), title
        both = [url for urls in found.values() for url in urls]
        assert set(both) == {article.url for article in portal.articles}
        assert len(both) == len(portal.articles) + 2  # two articles stand in two sections
        for article in portal.articles:
            assert article.url in found[article.section]

    def test_the_next_button_alone_reaches_the_end(self, portal, fetch):
        for title in ("Tin tức sự kiện", "Kinh tế - Xã hội"):
            pages = walk(fetch, portal.listings[title], "//ul[contains(@class, 'pager')]//a[.='next']/@href")
            assert len(pages) == 3

    def test_the_first_page_is_what_no_number_gives(self, portal, fetch):
        for start, query in zip(portal.listings.values(), ("_101_cur=1", "_101_cur=1", "page=1"), strict=True):
            assert fetch(start).body == fetch(f"{start}?{query}").body
            assert fetch(start).body == fetch(f"{start}?{query[:-1]}rubbish").body
            assert fetch(start).body != fetch(f"{start}?{query[:-1]}2").body

    def test_a_page_past_the_end_is_the_last(self, portal, fetch):
        start = portal.listings["Văn hóa - Du lịch"]
        assert fetch(f"{start}?page=99").body == fetch(f"{start}?page=2").body

    def test_no_link_on_the_portal_is_dead(self, portal, fetch):
        pages = [portal.origin + "/", *portal.listings.values(), *(article.url for article in portal.articles)]
        targets = {
            to.partition("#")[0] for url in pages for to in links(fetch(url), url) if to.startswith(portal.origin)
        }
        assert len(targets) > 90
        assert {to: status for to in targets if (status := fetch(to).status) != 200} == {}

    def test_what_is_not_there_is_404(self, portal, fetch):
        for path in (
            "/khong-co",
            "/tin-tuc-su-kien/",
            "/tin-tuc-su-kien/-/view_content/1-x.html",
            "/upload/../etc",
            "/[",
        ):
            reply = fetch(portal.origin + path)
            assert (reply.status, "Không tìm thấy" in shown(reply)) == (404, True), path

    def test_robots_txt(self, portal, fetch):
        robots = RobotFileParser()
        robots.parse(fetch(f"{portal.origin}/robots.txt").body.decode().splitlines())
        assert all(robots.can_fetch("congtin", article.url) for article in portal.articles)
        assert not robots.can_fetch("congtin", f"{portal.origin}/dang-nhap")


class TestArticles:
    def test_every_page_shows_what_was_written(self, portal, fetch):
        for article in portal.articles:
            text = shown(fetch(article.url))
            told = [article.title, article.published_raw, article.section, article.lead or ""]
            told += [part.replace(" | ", "") for part in article.body]
            told += [text for image in article.images for text in (image.caption, image.credit) if text]
            told += [article.author or "", article.author_role or "", article.source_raw or ""]
            told += [attachment.label for attachment in article.attachments]
            assert [words for words in told if words not in text] == [], article.url

    def test_pictures_and_documents_are_linked_in_order(self, portal, fetch):
        for article in portal.articles:
            found = links(fetch(article.url), article.url, "//*[@id='main-content']//img/@src")
            assert [url for url in found if "/icons/" not in url] == [image.url for image in article.images]
            documents = links(fetch(article.url), article.url, "//a[contains(@href, '.pdf')]/@href")
            assert documents == [attachment.url for attachment in article.attachments]

    def test_one_page_is_decomposed_and_one_has_soft_hyphens(self, portal, fetch):
        pages = [fetch(article.url).body.decode() for article in portal.articles]
        assert sum(not unicodedata.is_normalized("NFC", page) for page in pages) == 1
        assert [page.count("&shy;") for page in pages if "&shy;" in page] == [2]

    def test_who_signs_for_the_pictures_took_those_that_name_nobody(self, portal):
        taken_by = {
            image.url.rpartition("/")[2]: image.credit for article in portal.articles for image in article.images
        }
        assert taken_by["lo-nau-bac.png"] == taken_by["ban-tay-tho-bac.png"] == "Lê Thúy"  # "Bài, ảnh: Lê Thúy"
        assert taken_by["phoi-lua.png"] == "Trần Thị Oanh"
        assert taken_by["ke-bien-hai-trieu.png"] is None

    def test_dates_in_both_manners(self, portal):
        raw = {(article.published_raw, article.published_at) for article in portal.articles}
        assert ("17/05/2024 | 4:57 PM", "2024-05-17T16:57:00+07:00") in raw
        assert ("02/03/2023 | 12:00 AM", "2023-03-02T00:00:00+07:00") in raw
        assert ("12/06/2025 | 12:30 PM", "2025-06-12T12:30:00+07:00") in raw
        assert ("Chủ nhật, 24/03/2024 10:15", "2024-03-24T10:15:00+07:00") in raw
        assert ("Thứ 6, Ngày 03 / 02 / 2023", "2023-02-03") in raw

    def test_only_the_banner_knows_what_day_it_is(self):
        with DemoPortal(today=date(2031, 1, 5)) as one, DemoPortal(today=date(2032, 6, 7)) as other:
            first, second = (each.answer("/van-hoa-du-lich").body.decode() for each in (one, other))
        assert "Chủ nhật, 05/01/2031" in first
        assert second == first.replace("Chủ nhật, 05/01/2031", "Thứ Hai, 07/06/2032").replace("© 2031", "© 2032")


class TestFiles:
    def test_pictures_decode_and_differ(self, portal, fetch):
        bodies = [fetch(image.url).body for article in portal.articles for image in article.images]
        assert len(set(bodies)) == len(bodies) > 40
        assert max(map(len, bodies)) < 8_000
        for body in bodies:
            assert decoded(body) == (320, 200)

    def test_documents_are_whole_pdf_files(self, portal, fetch):
        documents = [attachment.url for article in portal.articles for attachment in article.attachments]
        assert len(documents) == 4
        for url in documents:
            reply = fetch(url)
            assert reply.headers["Content-Type"] == "application/pdf"
            assert len(reply.body) < 2_000
            offsets = [int(offset) for offset in re.findall(rb"(?m)^(\d{10}) 00000 n ?$", reply.body)]
            assert [reply.body[at:].split(b"\n")[0] for at in offsets] == [b"%d 0 obj" % n for n in range(1, 6)]
            start = int(reply.body.split(b"startxref\n")[1].split()[0])
            assert reply.body[start:].startswith(b"xref\n0 6\n")


class TestHttp:
    @pytest.fixture
    def url(self, portal):
        return portal.articles[0].url

    def test_the_same_bytes_every_time(self, fetch, url):
        assert fetch(url).body == fetch(url).body

    def test_304_for_who_has_it(self, fetch, url):
        whole = fetch(url)
        for known in ({"If_None_Match": whole.headers["ETag"]}, {"If_Modified_Since": whole.headers["Last-Modified"]}):
            reply = fetch(url, **known)
            assert (reply.status, reply.body, reply.headers["ETag"]) == (304, b"", whole.headers["ETag"])

    @pytest.mark.parametrize(
        "known",
        [
            {"If_None_Match": '"other"'},
            {"If_Modified_Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
            {"If_Modified_Since": "yesterday"},
            {"If_None_Match": '"other"', "If_Modified_Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
        ],
    )
    def test_200_for_who_has_something_else(self, fetch, url, known):
        assert fetch(url, **known).status == 200

    def test_every_page_has_an_etag_of_its_own(self, portal, fetch):
        tags = {fetch(article.url).headers["ETag"] for article in portal.articles}
        assert len(tags) == len(portal.articles)

    def test_gzip_when_asked(self, fetch, url):
        plain, zipped = fetch(url), fetch(url, Accept_Encoding="gzip, deflate")
        assert (plain.headers["Content-Encoding"], zipped.headers["Content-Encoding"]) == (None, "gzip")
        assert gzip.decompress(zipped.body) == plain.body

    def test_pictures_are_sent_as_they_are(self, portal, fetch):
        image = next(image for article in portal.articles for image in article.images)
        reply = fetch(image.url, Accept_Encoding="gzip")
        assert (reply.headers["Content-Type"], reply.headers["Content-Encoding"]) == ("image/png", None)

    def test_head_gives_the_head_alone(self, portal, fetch, url):
        address = urlsplit(portal.origin)
        with socket.create_connection((address.hostname, address.port)) as wire:
            wire.sendall(f"HEAD {urlsplit(url).path} HTTP/1.0\r\n\r\n".encode())
            head, _, body = b"".join(iter(lambda: wire.recv(65536), b"")).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ")
        assert f"Content-Length: {len(fetch(url).body)}".encode() in head
        assert body == b""

    def test_a_taken_port_is_told(self, portal):
        with pytest.raises(OSError, match="in use"):
            DemoPortal(urlsplit(portal.origin).port)


def decoded(png):
    """(width, height) of a PNG of 8-bit RGB whose every chunk and pixel is in place."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + data)
        chunks[kind] = data
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, *how = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert how == [8, 2, 0, 0, 0]
    assert len(zlib.decompress(chunks[b"IDAT"])) == height * (1 + 3 * width)
    return width, height
