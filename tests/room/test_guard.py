"""What every response carries, and which requests are answered at all."""

from __future__ import annotations

import re

import pytest

PAGES = [
    "/",
    "/?q=hội",
    "/article/1",
    "/article/1/diff",
    "/timeline",
    "/crawls",
    "/feed.atom",
    "/nope",
    "/room/room.css",
]
DATA = ["/archive", "/archive/articles", "/archive/articles/1", "/archive.json?sql=select+1", "/-/versions.json"]


@pytest.mark.parametrize(
    "path", [*PAGES, *DATA, "/capture/1", "/page/1", "/timemap/link/http://cong.example/cau-moi.html"]
)
def test_every_response_carries_the_security_headers(room, path):
    headers = room.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    policy = headers["content-security-policy"]
    for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert len(headers.get_list("content-security-policy")) == 1
    assert "set-cookie" not in headers
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("path", PAGES)
def test_our_pages_run_our_file_alone(room, origin, path):
    policy = room.get(path).headers["content-security-policy"]
    assert f"script-src {origin}/room/;" in policy
    assert "unsafe" not in policy
    assert "form-action 'self'" in policy


@pytest.mark.parametrize("path", DATA)
def test_datasettes_pages_run_only_the_scripts_of_its_templates(room, path):
    [scripts] = re.findall(r"script-src ([^;]*)", room.get(path).headers["content-security-policy"])
    assert "unsafe" not in scripts
    assert scripts.count("'sha256-") >= 3


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8001",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "",
        "127.0.0.2",
        "[::2]",
        "localhost@evil.example",
        "127.0.0.1:80:80",
        "127.0.0.1 evil.example",
        "localhost:x",
    ],
)
@pytest.mark.parametrize("path", ["/", "/archive.json", "/capture/1", "/room/room.js"])
def test_a_name_that_is_not_ours_is_refused(room, host, path):
    answer = room.get(path, headers={"Host": host})
    assert answer.status_code in (400, 421)
    assert "Congtin" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8001", "127.0.0.1:1", "[::1]:8001"])
def test_names_of_this_machine_are_answered(room, host):
    assert room.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_written(room, method):
    answer = room.request(method, "/-/messages")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_head_has_no_body(room):
    answer = room.head("/")
    assert (answer.status_code, answer.content) == (200, b"")


def test_sql_only_reads(room):
    answer = room.get("/archive.json", params={"sql": "delete from articles"})
    assert answer.status_code == 400
    assert room.get("/archive/articles.json?_shape=array").json()


def test_datasettes_own_pages_stay(room):
    rows = room.get("/archive/articles.json", params={"_shape": "array", "_search": "nam dinh"}).json()
    assert rows[0]["title"] == "Nam Định thông xe cầu mới qua sông Đào"
    assert room.get("/archive.json?sql=select+count(*)+n+from+articles&_shape=array").json() == [{"n": 48}]
    assert 'href="/"' in room.get("/archive/articles").text


def test_static_files_stay_in_their_folder(room):
    for path in ("/room/../guard.py", "/room/..%2fguard.py", "/room/%2e%2e/guard.py", "/room//etc/passwd"):
        assert room.get(path).status_code in (400, 403, 404)
