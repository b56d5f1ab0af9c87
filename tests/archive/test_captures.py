"""Captures: bytes before rows, nothing stored twice, and what `unchanged` may say."""

from __future__ import annotations

import gzip
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from archive.errors import Damaged, NotFound, Unwritable
from archive.models import Capture

if TYPE_CHECKING:
    from archive import Archive


def dump(archive: Archive) -> list[str]:
    return list(archive.db.conn.iterdump())


def test_a_capture_is_a_row_that_leads_to_its_bytes(archive: Archive, desk: Any) -> None:
    headers = [
        ("Content-Type", "Text/HTML; charset=utf-8"),
        ("ETag", '"a"'),
        ("Last-Modified", "Mon"),
        ("Content-Encoding", "gzip"),
    ]
    capture = desk.capture("https://x.vn/1", gzip.compress(b"trang"), response_headers=headers)
    row = archive.db["captures"].get(capture.id)
    assert Capture(**row) == capture
    assert (row["mime"], row["etag"], row["last_modified"], row["status"], row["role"]) == (
        "text/html",
        '"a"',
        "Mon",
        200,
        "article",
    )
    assert row["fetched_at"] == "2023-05-29T01:16:00Z"
    record = archive.open_capture(capture.id)
    assert (record.content, record.url, record.status) == (b"trang", "https://x.vn/1", 200)
    desk.writer.close()
    assert archive.open_capture(capture.id) == record
    assert (archive.path / "warc" / row["warc"]).exists()


def test_pages_that_are_not_found_are_kept_too(archive: Archive, desk: Any) -> None:
    capture = desk.capture("https://x.vn/1", "Không tìm thấy".encode(), 404, response_headers=[])
    assert (capture.status, capture.mime, capture.refers_to) == (404, "", None)
    assert archive.open_capture(capture.id).content.decode() == "Không tìm thấy"


def test_bytes_come_before_rows(archive: Archive, desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (fsync(descriptor), happened.append("bytes")))
    archive.db.conn.set_trace_callback(
        lambda statement: happened.append("row") if "INTO captures" in statement else None
    )
    desk.capture("https://x.vn/1")
    assert happened == ["bytes", "row"]


def test_without_bytes_no_row(archive: Archive, desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dump(archive)
    with monkeypatch.context() as broken_disk:
        broken_disk.setattr(
            os, "fsync", lambda descriptor: (_ for _ in ()).throw(OSError(28, "No space left on device"))
        )
        with pytest.raises(Unwritable):
            desk.capture("https://x.vn/1")
    assert dump(archive) == before
    assert desk.capture("https://x.vn/1").id == 1


class TestRevisits:
    """What is stored once, and what `unchanged` may say."""

    def test_the_same_bytes_again(self, archive: Archive, desk: Any) -> None:
        url = "https://x.vn/1"
        first, second, third = (desk.capture(url, b"trang") for _ in range(3))
        assert (first.refers_to, first.unchanged) == (None, False)
        assert [(c.refers_to, c.unchanged, c.payload_digest) for c in (second, third)] == [
            (first.id, True, first.payload_digest)
        ] * 2
        assert archive.open_capture(third.id).content == b"trang"
        assert archive.open_capture(third.id).record_id == third.record_id

    def test_not_modified(self, archive: Archive, desk: Any) -> None:
        first = desk.capture("https://x.vn/1", b"trang")
        later = desk.capture("https://x.vn/1", b"", 304, response_headers=[])
        assert (later.refers_to, later.unchanged, later.mime, later.payload_digest) == (
            first.id,
            True,
            "text/html",
            first.payload_digest,
        )
        record = archive.open_capture(later.id)
        assert (record.content, record.status, record.fetched_at > desk.at) == (b"trang", 200, False)

    def test_not_modified_since_what_we_never_had(self, archive: Archive, desk: Any) -> None:
        odd = desk.capture("https://x.vn/1", b"", 304, response_headers=[])
        assert (odd.refers_to, odd.unchanged) == (None, False)
        assert archive.open_capture(odd.id).body == b""

    def test_the_same_bytes_elsewhere_are_stored_once_but_say_nothing_of_this_page(
        self, archive: Archive, desk: Any
    ) -> None:
        first = desk.capture("https://x.vn/1", b"trang", response_headers=[("Content-Type", "image/png")])
        other = desk.capture("https://x.vn/2", b"trang", response_headers=[("Content-Type", "image/gif")])
        assert (other.refers_to, other.unchanged, other.mime) == (first.id, False, "image/gif")
        record = archive.open_capture(other.id)
        assert (record.body, record.url, record.headers) == (
            b"trang",
            "https://x.vn/2",
            [("Content-Type", "image/gif")],
        )

    def test_nothing_is_not_worth_referring_to(self, desk: Any) -> None:
        assert [desk.capture("https://x.vn/1", b"", 302).refers_to for _ in range(2)] == [None, None]
        assert not desk.capture("https://x.vn/1", b"").unchanged
        assert not desk.capture("https://x.vn/1", b"").unchanged

    def test_a_page_that_goes_back_to_an_older_text_has_changed(self, desk: Any) -> None:
        story = desk.Story("https://x.vn/1", "Một")
        desk.archive.ledger.discover("namdinh", [(story.url, None, None)])
        for body, title in ((b"mot", "Một"), (b"hai", "Hai")):
            capture = desk.capture(story.url, body)
            desk.archive.keep(
                replace(story, title=title), portal="namdinh", section=None, capture_id=capture.id, link_url=story.url
            )
        back = desk.capture(story.url, b"mot")
        assert (back.refers_to, back.unchanged) == (1, False)
        assert desk.capture(story.url, b"hai").unchanged

    def test_what_could_not_be_read_is_not_unchanged_when_it_comes_again(self, desk: Any) -> None:
        story = desk.Story("https://x.vn/1")
        desk.archive.ledger.discover("namdinh", [(story.url, None, None)])
        desk.keep(story)
        kept = desk.archive.article(1)["capture_id"]
        for n in range(2):
            broken_page = desk.capture(story.url, b"<p>loi</p>")
            assert not broken_page.unchanged
            assert (broken_page.refers_to is None) == (n == 0)
        later = desk.capture(story.url, b"", 304)
        assert (later.unchanged, later.refers_to) == (True, kept)


def test_bytes_that_are_not_those_captured_are_told(archive: Archive, desk: Any) -> None:
    first, second = desk.capture("https://x.vn/1", b"mot"), desk.capture("https://x.vn/2", b"hai")
    archive.db.conn.execute('UPDATE captures SET "offset" = ? WHERE id = 1', (second.offset + 10**6,))
    with pytest.raises(Damaged, match="No record begins"):
        archive.open_capture(1)
    archive.db.conn.execute('UPDATE captures SET "offset" = -1 WHERE id = 2')
    archive.db.conn.execute('UPDATE captures SET "offset" = ? WHERE id = 1', (second.offset,))
    with pytest.raises(Damaged, match="another record"):
        archive.open_capture(1)
    archive.db.conn.execute(
        'UPDATE captures SET "offset" = ?, payload_digest = ? WHERE id = 1', (first.offset, second.payload_digest)
    )
    with pytest.raises(Damaged, match="not those that were captured"):
        archive.open_capture(1)
    with pytest.raises(NotFound, match="no capture 9"):
        archive.open_capture(9)
