"""WARC files: what goes in comes out, other tools agree, and no failure of the disk leaves half a record."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive.errors import Damaged
from archive.models import Capture, Exchange, Provenance
from archive.warc import WarcWriter, payload_digest, read_record

if TYPE_CHECKING:
    from archive import warc

AT = datetime(2023, 5, 29, 1, 15, 30, 250_000, tzinfo=UTC)
FROM = Provenance("namdinh", "article", "Tin tức – sự kiện", "https://x.vn/tin?trang=2")
INFO = {"software": "congtin", "operator": "Kho lưu trữ", "robots": "obey"}


def exchange(url: str = "https://x.vn/tin/1?a=b", body: bytes = b"<p>trang</p>", **fields: Any) -> Exchange:
    known: dict[str, Any] = {
        "method": "GET",
        "request_headers": [("Host", "x.vn"), ("Accept", "*/*")],
        "status": 200,
        "reason": "OK",
        "response_headers": [("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("set-cookie", "b=2")],
        "fetched_at": AT,
    }
    return Exchange(url=url, body=body, **{**known, **fields})


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[WarcWriter]:
    writer = WarcWriter(tmp_path, "namdinh", INFO)
    yield writer
    writer.close()


def records(path: Path) -> list[tuple[str, dict[str, str], bytes]]:
    """Every record as warcio reads it: type, headers, block."""
    with path.open("rb") as stream:
        found = ArchiveIterator(stream, no_record_parse=True)
        return [(record.rec_type, dict(record.rec_headers.headers), record.raw_stream.read()) for record in found]


def members(path: Path) -> list[bytes]:
    """Every gzip member of a file, decompressed."""
    rest, found = path.read_bytes(), []
    while rest:
        stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
        found.append(stream.decompress(rest))
        assert stream.eof
        rest = stream.unused_data
    return found


def only(tmp_path: Path) -> Path:
    [path] = (tmp_path / "warc").iterdir()
    return path


def capture_of(written: warc.Written, told: Exchange) -> Capture:
    place = (written.payload_digest, written.warc, written.offset, written.length)
    return Capture(1, written.record_id, told.url, "article", told.status, None, "2023-05-29T01:15:30Z", *place)


TOKEN = st.text(alphabet="abcXYZ-09", min_size=1, max_size=12)
# latin-1 without control characters and the white space that HTTP strips from the ends
VALUE = st.text(alphabet=st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=30).map(
    lambda v: v.strip(" ")
)
HEADERS = st.lists(st.tuples(TOKEN.filter(lambda name: name.lower() != "transfer-encoding"), VALUE), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=400), HEADERS, st.integers(100, 599), VALUE), min_size=1, max_size=4))
def test_what_goes_in_comes_out(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[bytes, list[tuple[str, str]], int, str]]
) -> None:
    folder = tmp_path_factory.mktemp("kho")
    writer = WarcWriter(folder, "namdinh", INFO)
    exchanges = [
        exchange(f"https://x.vn/{n}", body, response_headers=headers, status=status, reason=reason)
        for n, (body, headers, status, reason) in enumerate(told)
    ]
    places = [writer.write(one, FROM) for one in exchanges]
    for closed in (False, True):
        for one, place in zip(exchanges, places, strict=True):
            record = read_record(folder, place.warc, place.offset)
            assert (record.status, record.reason, record.headers) == (one.status, one.reason, one.response_headers)
            assert (record.body, record.url, record.record_id) == (one.body, one.url, place.record_id)
            assert record.payload_digest == place.payload_digest == payload_digest(one.body)
        if not closed:
            writer.close()


def test_one_exchange_is_a_response_its_request_and_where_it_came_from(tmp_path: Path, writer: WarcWriter) -> None:
    told = exchange(ip="203.0.113.7", body=gzip.compress(b"trang"), request_body=b"__EVENTTARGET=2", method="POST")
    written = writer.write(told, FROM)
    writer.close()
    assert only(tmp_path).name == written.warc
    warcinfo, response, request, metadata = records(only(tmp_path))

    assert [warcinfo[0], response[0], request[0], metadata[0]] == ["warcinfo", "response", "request", "metadata"]
    assert warcinfo[1]["WARC-Filename"] == written.warc
    assert "software: congtin\r\noperator: Kho lưu trữ\r\nrobots: obey\r\n" in warcinfo[2].decode()
    assert response[1]["WARC-Date"] == "2023-05-29T01:15:30Z"
    assert response[1]["WARC-IP-Address"] == "203.0.113.7"
    assert response[2].startswith(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n\r\n"
    )
    assert request[2] == b"POST /tin/1?a=b HTTP/1.1\r\nHost: x.vn\r\nAccept: */*\r\n\r\n__EVENTTARGET=2"
    assert (
        metadata[2].decode()
        == "portal: namdinh\r\nrole: article\r\nsection: Tin tức – sự kiện\r\nvia: https://x.vn/tin?trang=2\r\n"
    )
    for _, headers, _ in (request, metadata):
        assert headers["WARC-Concurrent-To"] == written.record_id
        assert headers["WARC-Target-URI"] == "https://x.vn/tin/1?a=b"
    assert all(
        headers["WARC-Warcinfo-ID"] == warcinfo[1]["WARC-Record-ID"] for _, headers, _ in (response, request, metadata)
    )


def test_what_is_kept_of_headers(tmp_path: Path, writer: WarcWriter) -> None:
    sent = [
        ("Transfer-Encoding", "chunked"),
        ("X-Tên".encode().decode("latin-1"), "ảnh.jpg".encode().decode("latin-1")),
    ]
    written = writer.write(exchange(response_headers=sent), FROM)
    assert read_record(tmp_path, written.warc, written.offset).headers == sent[1:]
    writer.close()
    assert b"X-T\xc3\xaan: \xe1\xba\xa3nh.jpg\r\n" in members(only(tmp_path))[1]


def test_nothing_that_a_page_says_can_break_the_records_headers(tmp_path: Path, writer: WarcWriter) -> None:
    tricky = Provenance("namdinh", "listing", "Tin\r\nWARC-Type: response\r\n\r\n", "https://x.vn/\nvia: y")
    written = writer.write(exchange("https://x.vn/a b\r\nX: y"), tricky)
    writer.close()
    metadata = records(only(tmp_path))[3]
    assert (
        metadata[2]
        == b"portal: namdinh\r\nrole: listing\r\nsection: Tin WARC-Type: response\r\nvia: https://x.vn/ via: y\r\n"
    )
    assert read_record(tmp_path, written.warc, written.offset).body == b"<p>trang</p>"
    assert not any("X" in headers for _, headers, _ in records(only(tmp_path)))


def test_other_tools_agree(tmp_path: Path, writer: WarcWriter) -> None:
    page = exchange(body=b"<p>" + os.urandom(3000) + b"</p>")
    written = writer.write(page, FROM)
    writer.write(exchange(body=b"", status=404, reason="Not Found", response_headers=[]), FROM)
    again = writer.write(page, FROM, capture_of(written, page))
    writer.close()
    path = only(tmp_path)

    checked = subprocess.run(
        [Path(sys.executable).with_name("warcio"), "check", "-v", path], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count("digest pass") == 9
    assert checked.stdout.count("digest present but not checked (revisit)") == 1
    assert subprocess.run(["gzip", "-t", path], capture_output=True, check=False).returncode == 0

    assert [member.count(b"WARC/1.1\r\n") for member in members(path)] == [1] * 10
    assert all(member.endswith(b"\r\n\r\n") for member in members(path))
    with path.open("rb") as stream:
        iterator = ArchiveIterator(stream)
        places = {
            r.rec_headers.get_header("WARC-Record-ID"): (iterator.get_record_offset(), iterator.get_record_length())
            for r in iterator
        }
    for one in (written, again):
        assert places[one.record_id] == (one.offset, one.length)


@pytest.mark.parametrize(("status", "profile"), [(200, "identical-payload-digest"), (304, "server-not-modified")])
def test_a_revisit_has_no_payload_but_says_where_it_is(
    tmp_path: Path, writer: WarcWriter, status: int, profile: str
) -> None:
    first = exchange(body=gzip.compress(b"trang"), response_headers=[("Content-Encoding", "gzip")])
    original = writer.write(first, FROM)
    later = exchange(
        first.url,
        b"" if status == 304 else first.body,
        status=status,
        response_headers=[("Content-Encoding", "gzip"), ("ETag", '"2"')],
    )
    written = writer.write(later, FROM, capture_of(original, first))

    revisit = read_record(tmp_path, written.warc, written.offset)
    assert (revisit.type, revisit.status, revisit.body) == ("revisit", status, b"")
    assert revisit.payload_digest == written.payload_digest == original.payload_digest
    whole = revisit.resolved(read_record(tmp_path, original.warc, original.offset))
    assert (whole.content, whole.status, whole.record_id) == (b"trang", 200, written.record_id)
    assert (("ETag", '"2"') in whole.headers) == (status == 200)  # a 304 has no headers of its own to speak of
    writer.close()
    headers = records(only(tmp_path))[4][1]
    assert headers["WARC-Profile"] == f"http://netpreserve.org/warc/1.1/revisit/{profile}"
    assert headers["WARC-Refers-To"] == original.record_id
    assert headers["WARC-Refers-To-Target-URI"] == first.url
    assert headers["WARC-Refers-To-Date"] == "2023-05-29T01:15:30Z"


def test_names(tmp_path: Path) -> None:
    one, two = (WarcWriter(tmp_path, "127.0.0.1_8080", INFO) for _ in range(2))
    three = WarcWriter(tmp_path, "../ngoài/x", INFO)
    for writer in (one, two, three):
        writer.write(exchange(), FROM)
        writer.close()
    names = sorted(path.name for path in (tmp_path / "warc").iterdir())
    assert len(names) == 3
    assert all(name.endswith(("-00001.warc.gz", "-00002.warc.gz")) for name in names)
    assert names[0].startswith(".._ngoài_x-20")
    assert names[1].startswith("127.0.0.1_8080-20")


def test_a_file_is_named_open_until_it_is_closed_and_vanishes_unused(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, "namdinh", INFO)
    assert only(tmp_path).name.endswith("-00001.warc.gz.open")
    writer.close()
    writer.close()
    assert list((tmp_path / "warc").iterdir()) == []


def test_a_long_crawl_goes_on_in_the_next_file(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, "namdinh", INFO, roll_at=5000)
    places = [writer.write(exchange(body=os.urandom(2000)), FROM) for _ in range(9)]
    writer.close()
    paths = sorted((tmp_path / "warc").iterdir())
    assert [path.name[-14:] for path in paths] == [f"-{n:05}.warc.gz"[-14:] for n in range(1, len(paths) + 1)]
    assert len(paths) == 5
    assert all(records(path)[0][0] == "warcinfo" for path in paths)
    assert [read_record(tmp_path, place.warc, place.offset).record_id for place in places] == [
        place.record_id for place in places
    ]


Spoil = Callable[[Path], object]


@pytest.mark.parametrize(
    ("spoil", "offset", "says"),
    [
        (lambda path: path.unlink(), 0, "No such file"),
        (lambda path: None, 7, "No record begins at byte 7"),
        (lambda path: None, 10**9, "No record begins at byte 1000000000"),
        (lambda path: path.write_bytes(b"khong phai warc"), 0, "No record begins at byte 0"),
        (lambda path: path.write_bytes(path.read_bytes()[:40]), 0, "No record begins at byte 0"),
        (lambda path: None, 0, "No record begins at byte 0"),  # the warcinfo is no response
    ],
)
def test_a_record_that_is_not_there_says_so(
    tmp_path: Path, writer: WarcWriter, spoil: Spoil, offset: int, says: str
) -> None:
    written = writer.write(exchange(), FROM)
    writer.close()
    spoil(only(tmp_path))
    with pytest.raises(Damaged, match=says):
        read_record(tmp_path, written.warc, offset)
