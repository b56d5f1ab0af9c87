"""What was captured: the very bytes, in a sandbox; and the way to them by time (RFC 7089)."""

from __future__ import annotations

import re
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
        f"{origin}/capture/1": "first memento",
        f"{origin}/capture/{ids['page']}": "last memento",
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
    assert answer.headers["location"] == f"{origin}/capture/{ids[which]}"
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
    assert f'<{origin}/capture/{ids["first"]}>; rel="first memento"; datetime="Fri, 01 Mar 2024 01:01:00 GMT"' in lines
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
    assert root.xpath("//a/@href") == ["/timegate/http://cong.example/tin/khac.html"]
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
    assert moved.headers["location"] == f"/timegate/{ORIGINAL}"
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
