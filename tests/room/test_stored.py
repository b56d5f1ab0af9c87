"""What was captured: the very bytes, in a sandbox; and the way to them by time (RFC 7089)."""

from __future__ import annotations

import re
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from lxml import html

ORIGINAL = "http://cong.example/cau-moi.html"


def test_the_bytes_are_those_that_were_captured(room, ids, pages):
    answer = room.get(f"/capture/{ids['page']}")
    assert answer.status_code == 200
    assert answer.content == pages["bridge"]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_a_capture_is_sandboxed(room, ids):
    headers = room.get(f"/capture/{ids['page']}").headers
    policy = [part.strip() for part in headers["content-security-policy"].split(";")]
    assert "sandbox" in policy  # with no exception: no script, an origin of its own
    assert "default-src 'none'" in policy
    assert not any(part.startswith("script-src") for part in policy)
    assert headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in headers  # the portal's stays in the archive


def test_memento_headers(room, origin, ids):
    headers = room.get(f"/capture/{ids['page']}").headers
    assert headers["memento-datetime"] == "Fri, 01 Mar 2024 01:02:00 GMT"
    links = dict(re.findall(r'<([^>]+)>; rel="([^"]+)"', headers["link"]))
    assert links == {
        ORIGINAL: "original",
        f"{origin}/timegate/{ORIGINAL}": "timegate",
        f"{origin}/timemap/link/{ORIGINAL}": "timemap",
        f"{origin}/page/1": "first memento",
        f"{origin}/page/{ids['page']}": "last memento",
    }


@pytest.mark.parametrize(
    ("wanted", "which"),
    [
        (None, "page"),
        ("Fri, 01 Mar 2030 00:00:00 GMT", "page"),
        ("Fri, 01 Mar 2024 01:01:30 GMT", "first"),
        ("Fri, 01 Mar 2024 01:02:00 GMT", "page"),
        ("Sat, 01 Jan 2000 00:00:00 GMT", "first"),
    ],
)
def test_the_timegate_leads_to_the_capture_of_that_time(room, origin, ids, wanted, which):
    answer = room.get(f"/timegate/{ORIGINAL}", headers={"Accept-Datetime": wanted} if wanted else {})
    assert answer.status_code == 302
    assert answer.headers["location"] == f"{origin}/page/{ids[which]}"
    assert "accept-datetime" in answer.headers["vary"].lower()
    assert f'<{ORIGINAL}>; rel="original"' in answer.headers["link"]
    assert "memento-datetime" not in answer.headers


def test_a_time_that_is_none_is_told(room):
    assert room.get(f"/timegate/{ORIGINAL}", headers={"Accept-Datetime": "hôm qua".encode()}).status_code == 400


def test_the_timemap_lists_every_capture(room, origin, ids):
    answer = room.get(f"/timemap/link/{ORIGINAL}")
    assert answer.headers["content-type"] == "application/link-format"
    lines = answer.text.strip().split(",\n")
    assert len(lines) == 5
    assert f'<{origin}/page/{ids["first"]}>; rel="first memento"; datetime="Fri, 01 Mar 2024 01:01:00 GMT"' in lines
    times = [parsedate_to_datetime(found) for found in re.findall(r'datetime="([^"]+)"', answer.text)]
    assert times == sorted(times)


@pytest.mark.parametrize("kind", ["timegate", "timemap/link"])
def test_an_address_may_be_escaped_and_an_unknown_one_is_not_found(room, kind):
    assert room.get(f"/{kind}/http%3A%2F%2Fcong.example%2Fcau-moi.html").status_code in (200, 302)
    assert room.get(f"/{kind}/http://elsewhere.example/a?b=1").status_code == 404


def test_a_stored_page_shows_its_pictures_and_nothing_that_acts(room, ids):
    answer = room.get(f"/page/{ids['page']}")
    root = html.fromstring(answer.text)
    assert root.xpath("//h1/text()") == ["Cầu mới"]
    assert root.xpath("//img/@src")[0].startswith("data:image/png;base64,")
    assert not root.xpath(
        "//script | //iframe | //link | //base | //meta | //@onload | //@onerror | //@srcset | //@action"
    )
    assert not re.search(r"url\(|@import|preconnect|javascript:", answer.text)
    assert root.xpath("//p[@style]/text()") == ["xanh"]
    assert root.xpath("//a[.='khác']/@href") == ["/near/20240301010200/http://cong.example/tin/khac.html"]
    assert root.xpath("//a[.='chạy'][not(@href)]")
    assert not root.xpath("//@target")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["memento-datetime"] == "Fri, 01 Mar 2024 01:02:00 GMT"


def test_what_is_no_page_is_offered_as_a_file_under_a_harmless_name(room, ids):
    answer = room.get(f"/capture/{ids['document']}")
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"ke-hoach c_u.pdf\"; filename*=UTF-8''ke-hoach%20c%E1%BA%A7u.pdf"
    )


def test_a_captured_error_is_shown_as_one_and_a_redirect_is_followed_within_the_archive(room, ids):
    assert room.get(f"/capture/{ids['missing']}").status_code == 404
    moved = room.get(f"/capture/{ids['moved']}")
    assert moved.status_code == 302
    assert re.fullmatch(rf"/near/202403010\d{{5}}/{ORIGINAL}", moved.headers["location"])
    assert "memento-datetime" in moved.headers


def test_a_picture_is_one_by_its_bytes(room, ids):
    for name in ("svg", "page", "document"):
        assert room.get(f"/picture/{ids[name]}").status_code == 404
    answer = room.get(f"/picture/{ids['picture']}")
    again = room.get(f"/picture/{ids['picture']}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_picture_whose_bytes_are_lost_is_said_to_be_missing(damaged_room, ids):
    root = html.fromstring(damaged_room.get(f"/article/{ids['bridge']}").text)
    assert root.xpath("//figure//img") == []
    assert len(root.xpath("//figure/p[@class='missing']")) == 2


def test_damaged_bytes_are_told_and_never_shown(damaged_room, ids):
    answer = damaged_room.get(f"/capture/{ids['page']}")
    assert answer.status_code == 500
    assert "congtin verify" in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", ["/capture/99999", "/picture/99999", "/page/99999", "/capture/999999999999999999"])
def test_no_such_capture(room, path):
    assert room.get(path).status_code == 404


SITE = "http://cong.example"
HTTPS = "https://www.cong.example"


def test_what_is_no_page_is_found_where_its_bytes_are(room, origin, ids):
    answer = room.get(f"/timegate/{SITE}/cau.png")
    assert answer.headers["location"] == f"{origin}/capture/{ids['picture']}"


def test_a_link_of_a_stored_page_leads_to_the_capture_nearest_to_its_own_time(portal):
    told = {}

    def work(newsroom):
        told["early"] = newsroom.fetched(f"{SITE}/b.html", b"<p>mot</p>")
        told["page"] = newsroom.fetched(f"{SITE}/a.html", b"<a href='/b.html'>b</a>")
        newsroom.at += timedelta(days=1)
        told["late"] = newsroom.fetched(f"{SITE}/b.html", b"<p>hai</p>")

    room = portal(work)
    [way] = html.fromstring(room.get(f"/page/{told['page']}").text).xpath("//a[.='b']/@href")
    assert room.get(way).headers["location"] == f"{room.base_url}/page/{told['early']}"
    assert room.get(way.replace("20240301", "20240302")).headers["location"].endswith(f"/page/{told['late']}")
    assert room.get("/near/20240231000000/http://cong.example/b.html").status_code == 400
    assert room.get("/near/20240301000000/http://cong.example/z.html").status_code == 404


def test_http_and_https_with_www_and_without_are_one_address(portal):
    told = {}

    def work(newsroom):
        told["old"] = newsroom.fetched(f"{SITE}/a.html", b"<p>mot</p>")
        told["moved"] = newsroom.fetched(f"{SITE}/a.html", b"", status=301, location=f"{HTTPS}/a.html")
        told["new"] = newsroom.fetched(f"{HTTPS}/a.html", b"<p>hai</p><img src='/a.png'>")
        newsroom.fetched(f"{SITE}/a.png", newsroom.png(), "image/png", "image")
        told["lost"] = newsroom.fetched(f"{SITE}/c.html", b"", status=301, location=f"{HTTPS}/c.html")

    room = portal(work)
    room.follow_redirects = True
    for address in (f"{SITE}/a.html", f"{HTTPS}/a.html"):
        assert room.get(f"/timemap/link/{address}").text.count("memento") == 3
        assert room.get(f"/timegate/{address}").url.path == f"/page/{told['new']}"
    assert room.get(f"/capture/{told['moved']}").url.path in (f"/page/{told['old']}", f"/page/{told['new']}")
    assert "data:image/png" in room.get(f"/page/{told['new']}").text
    assert room.get(f"/timegate/{SITE}/c.html").status_code == 404  # it moved to itself, and nothing came of it


@pytest.mark.parametrize("path", ["tin%20mới.html", "mới.html", "a%20b.html", "a.html?tên=%2B b", "%C4%91ê/đê.html"])
def test_any_address_is_found_by_the_rooms_own_links(portal, path):
    told = []
    room = portal(lambda newsroom: told.append(newsroom.kept(newsroom.Story(f"{SITE}/{path}", "Bài"))))
    article = html.fromstring(room.get(f"/article/{told[0]}").text)
    [way] = article.xpath("//a[contains(@href, '/timemap/')]/@href")
    listed = room.get(way)
    assert listed.status_code == 200
    for relation in ("self", "timegate", "memento"):
        place = re.search(rf'<([^>]+)>; rel="[a-z ]*{relation}"', listed.text)[1]
        assert room.get(place, follow_redirects=True).status_code == 200, relation


def test_an_address_may_be_typed_as_it_is_written(portal):
    room = portal(lambda newsroom: newsroom.fetched(f"{SITE}/tin%20mới.html", b"<p>x</p>"))
    assert room.get(f"/timegate/{SITE}/tin%20m%E1%BB%9Bi.html").status_code == 302


def test_a_stored_page_says_what_it_is_and_leads_back(room, ids):
    root = html.fromstring(room.get(f"/page/{ids['page']}").text)
    [banner] = root.xpath("//body/*[1][self::congtin-archive]")
    assert "archived on 1 March 2024, 01:02 UTC from http://cong.example/cau-moi.html" in banner.text_content()
    ways = banner.xpath(".//a/@href")
    assert ways == [f"/article/{ids['bridge']}", f"/timemap/link/{ORIGINAL}"]
    old = html.fromstring(room.get(f"/page/{ids['first']}?lang=vi").text)
    assert old.xpath("//congtin-archive//a/@href")[0] == f"/article/{ids['bridge']}?version=1&lang=vi"
    assert "lưu lúc 1/3/2024, 01:01 UTC" in old.xpath("string(//congtin-archive)")


@pytest.mark.parametrize(
    ("body", "text"),
    [(b"<body>a<b>c</b>d", "acd"), (b"<p>x</p>", "x"), (b"<frameset><frame src=x></frameset>", ""), (b"", "")],
)
def test_any_page_carries_the_banner_first_and_loses_nothing_by_it(portal, body, text):
    room = portal(lambda newsroom: newsroom.fetched(f"{SITE}/a.html", body))
    [page] = html.fromstring(room.get("/page/1").text).xpath("//body")
    assert page[0].tag == "congtin-archive"
    assert not page.text
    assert page.text_content() == page[0].text_content() + text
