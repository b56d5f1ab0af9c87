"""WARC files on a bad day: full disks, torn tails, and what is left of them."""

from __future__ import annotations

import errno
import os
import subprocess
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive import warc
from archive.errors import Unwritable
from archive.models import Exchange, Provenance
from archive.warc import WarcWriter, read_record, recover

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


def test_what_could_not_be_undone_at_once_is_undone_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stubborn(FailingFile):
        def truncate(self, size: int) -> int:
            if size and not self._file.closed and self._writes == self._fail_at:
                self._writes += 1
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return int(self._file.truncate(size))

    opened = warc._open
    monkeypatch.setattr(warc, "_open", lambda path: Stubborn(opened(path), 8, forever=False))
    writer = WarcWriter(tmp_path, "namdinh", INFO)
    kept = writer.write(exchange(), FROM)
    with pytest.raises(Unwritable):
        writer.write(exchange(body=os.urandom(9000)), FROM)
    assert len(only(tmp_path).read_bytes()) > writer._end  # the torn half is still there
    writer.close()
    assert len(members(only(tmp_path))) % 3 == 1
    assert read_record(tmp_path, kept.warc, kept.offset).record_id == kept.record_id


class FailingFile:
    """A file whose Nth write fails, after it took half of the bytes; as a full disk does, it may fail again and again."""

    def __init__(self, file: Any, fail_at: int, *, forever: bool) -> None:
        self._file, self._fail_at, self._forever, self._writes = file, fail_at, forever, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> Any:
        return self._file.__enter__()

    def __exit__(self, *error: object) -> Any:
        return self._file.__exit__(*error)

    def write(self, data: memoryview) -> int:
        self._writes += 1
        if self._writes == self._fail_at or (self._forever and self._writes > self._fail_at):
            self._file.write(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return int(self._file.write(data[:1000]))  # short writes, as the system may make them


@pytest.mark.parametrize("forever", [False, True])
@pytest.mark.parametrize("fail_at", range(2, 14))
def test_a_write_that_fails_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fail_at: int, forever: bool
) -> None:
    opened = warc._open
    monkeypatch.setattr(warc, "_open", lambda path: FailingFile(opened(path), fail_at, forever=forever))
    writer, kept, failed = WarcWriter(tmp_path, "namdinh", INFO), [], 0
    for n in range(5):
        try:
            kept.append(writer.write(exchange(f"https://x.vn/{n}", os.urandom(1500)), FROM))
        except Unwritable as error:
            failed += 1
            assert "No space left on device" in str(error)
            assert all(len(member) for member in members(only(tmp_path)))
    assert failed == (5 - len(kept) if forever else 1)
    assert len(kept) + failed == 5
    writer.close()
    if kept:
        assert len(records(only(tmp_path))) == 1 + 3 * len(kept)
    assert [read_record(tmp_path, place.warc, place.offset).record_id for place in kept] == [
        place.record_id for place in kept
    ]


def test_a_disk_that_is_full_from_the_beginning_gets_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = warc._open
    monkeypatch.setattr(warc, "_open", lambda path: FailingFile(opened(path), 1, forever=True))
    with pytest.raises(Unwritable):
        WarcWriter(tmp_path, "namdinh", INFO)
    assert list((tmp_path / "warc").iterdir()) == []


def test_a_next_file_that_cannot_be_opened_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = WarcWriter(tmp_path, "namdinh", INFO, roll_at=1)
    writer.write(exchange(), FROM)
    with monkeypatch.context() as full:
        full.setattr(warc, "_open", lambda path: FailingFile(path.open("xb", buffering=0), 1, forever=True))
        for _ in range(2):
            with pytest.raises(Unwritable):
                writer.write(exchange(), FROM)
    last = writer.write(exchange(), FROM)
    writer.close()
    assert [len(records(path)) for path in sorted((tmp_path / "warc").iterdir())] == [4, 4]
    assert read_record(tmp_path, last.warc, last.offset).record_id == last.record_id


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "warc").write_text("không phải thư mục")
    with pytest.raises(Unwritable, match="File exists"):
        WarcWriter(tmp_path, "namdinh", INFO)


def test_what_cannot_be_forced_to_the_disk_is_not_written(
    tmp_path: Path, writer: WarcWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", failing)
        with pytest.raises(Unwritable, match="Input/output error"):
            writer.write(exchange(), FROM)
    assert len(members(only(tmp_path))) == 1
    writer.write(exchange(), FROM)
    assert len(members(only(tmp_path))) == 4


def test_bytes_are_on_the_disk_when_write_returns_with_one_fsync(
    tmp_path: Path, writer: WarcWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    fsync = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda descriptor: (synced.append(os.fstat(descriptor).st_size), fsync(descriptor))
    )
    writer.write(exchange(), FROM)
    assert synced == [only(tmp_path).stat().st_size]


def test_a_torn_tail_is_cut_at_the_last_whole_member(tmp_path: Path, writer: WarcWriter) -> None:
    kept = writer.write(exchange(), FROM)
    whole = only(tmp_path).stat().st_size
    writer.write(exchange("https://x.vn/2", b"hai"), FROM)
    path, data = only(tmp_path), only(tmp_path).read_bytes()
    ends = [0]
    for size in (len(gzip_member) for gzip_member in split(data)):
        ends.append(ends[-1] + size)
    for torn in range(whole, len(data) + 1):
        path.write_bytes(data[:torn])
        [recovered] = recover(tmp_path)
        end = max(e for e in ends if e <= torn)
        assert (recovered.warc, recovered.cut_bytes, recovered.kept) == (kept.warc, torn - end, True)
        assert only(tmp_path).name == kept.warc
        assert only(tmp_path).stat().st_size == end
        assert read_record(tmp_path, kept.warc, kept.offset).record_id == kept.record_id
        only(tmp_path).rename(path)
    assert subprocess.run(["gzip", "-t", "-S", ".open", path], capture_output=True, check=False).returncode == 0


def split(data: bytes) -> Iterator[bytes]:
    while data:
        stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
        stream.decompress(data)
        yield data[: len(data) - len(stream.unused_data)]
        data = stream.unused_data


@pytest.mark.parametrize("tail", [b"\x00" * 5000, b"rac", b"\x1f\x8b\x08"])
def test_garbage_after_the_last_member_is_cut(tmp_path: Path, writer: WarcWriter, tail: bytes) -> None:
    writer.write(exchange(body=os.urandom(200_000)), FROM)
    writer._file.close()  # as a crash does
    with only(tmp_path).open("ab") as file:
        file.write(tail)
    [recovered] = recover(tmp_path)
    assert (recovered.cut_bytes, recovered.kept) == (len(tail), True)
    assert len(members(only(tmp_path))) == 4


@pytest.mark.parametrize("size", [0, 20, None])
def test_a_crash_before_the_first_capture_leaves_no_file(tmp_path: Path, writer: WarcWriter, size: int | None) -> None:
    writer._file.close()  # as a crash does
    os.truncate(only(tmp_path), only(tmp_path).stat().st_size if size is None else size)
    [recovered] = recover(tmp_path)
    assert (recovered.cut_bytes, recovered.kept) == (size or 0, False)
    assert list((tmp_path / "warc").iterdir()) == []
    assert recover(tmp_path) == []


def test_closed_files_are_never_touched_by_recovery(
    tmp_path: Path, writer: WarcWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer.write(exchange(), FROM)
    writer.close()
    before = only(tmp_path).read_bytes()
    assert recover(tmp_path) == []
    assert only(tmp_path).read_bytes() == before
    assert recover(tmp_path / "nowhere") == []
