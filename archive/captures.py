"""The captures: one row a response, pointing at its record in a WARC file."""
# ruff: noqa: S608 - statements are put together from the constants of this file; values go in as parameters

from __future__ import annotations

from dataclasses import fields, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from archive.errors import Damaged, NotFound
from archive.models import Capture, Exchange, Provenance, stamp
from archive.warc import Record, WarcWriter, Written, payload_digest, read_record

if TYPE_CHECKING:
    from pathlib import Path
    from sqlite3 import Connection

    from sqlite_utils.db import Database

    from archive.found import Found

COLUMNS = (
    'id, record_id, url, role, status, mime, fetched_at, payload_digest, warc, "offset", length,'
    " etag, last_modified, refers_to"
)
_FOUND = {name.strip(' "') for name in COLUMNS.split(",")} - {"id", "refers_to"}
_SELECT = f"SELECT {COLUMNS} FROM captures WHERE "
_INSERT = f"INSERT INTO captures ({COLUMNS}) VALUES (NULL{', ?' * 13})"
_PREVIOUS = (
    _SELECT + "id = coalesce((SELECT capture_id FROM links WHERE url = :url),"
    " (SELECT max(id) FROM captures WHERE url = :url AND status = 200))"
)
_HOLDER = _SELECT + "payload_digest = ? AND refers_to IS NULL ORDER BY id LIMIT 1"
_PICTURE = "UPDATE images SET capture_id = ? WHERE url = ? AND capture_id IS NULL"
_DOCUMENT = "UPDATE attachments SET capture_id = ? WHERE url = ? AND capture_id IS NULL"


def capture(db: Database, writer: WarcWriter, exchange: Exchange, provenance: Provenance) -> Capture:
    """Bytes first, flushed; then the row, committed. A payload that the archive holds already becomes a revisit.

    Where the row cannot be written, the next crawl gives the bytes one, as after a crash.
    """
    # what answers a form says nothing of what the address itself gives, nor of what it gave for another form
    previous = None if exchange.method == "POST" else _previous(db.conn, exchange.url)
    digest = payload_digest(exchange.body)
    unchanged = previous is not None and _repeats(exchange, digest, previous)
    refers_to = _root(db.conn, previous) if unchanged and previous else _holder(db.conn, exchange, digest)
    written = writer.write(exchange, provenance, refers_to)
    row = _row(exchange, provenance, written, refers_to)
    try:
        with db.atomic():
            capture_id = db.conn.execute(_INSERT, row).lastrowid
            assert capture_id is not None
            _attach(db.conn, capture_id, provenance.role, exchange.status, exchange.url)
    except BaseException:
        writer.leave()
        raise
    return replace(Capture(capture_id, *row), unchanged=unchanged)


def repeats(conn: Connection, found: Found) -> bool:
    """What `capture` made of `Capture.unchanged`: asked before the row of a capture is inserted again."""
    previous = _previous(conn, found.url)
    same = previous is not None and found.payload_digest == previous.payload_digest != payload_digest(b"")
    return found.status == HTTPStatus.NOT_MODIFIED or (found.status == HTTPStatus.OK and same)


def insert(conn: Connection, found: Found) -> Capture:
    """The row of a capture whose records are in a file already. The caller holds the transaction."""
    query = _SELECT + "record_id = ? ORDER BY id LIMIT 1"
    held = conn.execute(query, (found.refers_to,)).fetchone() if found.refers_to else None
    if found.refers_to and held is None:
        raise Damaged(
            f"Byte {found.offset} of {found.warc} refers to record {found.refers_to}, which is in no file of the archive."
        )
    told = {field.name: getattr(found, field.name) for field in fields(found) if field.name in _FOUND}
    told |= {"mime": found.mime or (held and Capture(*held).mime) or "", "refers_to": held and held[0]}
    names = ", ".join(f'"{name}"' for name in told)
    marks = ", ".join(f":{name}" for name in told)
    capture_id = conn.execute(f"INSERT INTO captures ({names}) VALUES ({marks})", told).lastrowid
    assert capture_id is not None
    _attach(conn, capture_id, found.role, found.status, found.url)
    return get(conn, capture_id)


def _attach(conn: Connection, capture_id: int, role: str, status: int, url: str) -> None:
    """Says of pictures and documents that wait for these bytes that they are there."""
    if role in ("image", "attachment") and status == HTTPStatus.OK:
        conn.execute(_PICTURE, (capture_id, url))
        conn.execute(_DOCUMENT, (capture_id, url))


def get(conn: Connection, capture_id: int) -> Capture:
    row = conn.execute(_SELECT + "id = ?", (capture_id,)).fetchone()
    if row is None:
        raise NotFound(f"The archive has no capture {capture_id}.")
    return Capture(*row)


def open_record(conn: Connection, folder: Path, capture_id: int) -> Record:
    """The record of a capture, its digest checked; a revisit with the payload that it refers to. Raises Damaged."""
    row = get(conn, capture_id)
    record = read_record(folder, row.warc, row.offset)
    if record.record_id != row.record_id:
        raise Damaged(
            f"Capture {row.id} ({row.url}): byte {row.offset} of {row.warc} is another record; "
            "put the file back from a copy."
        )
    original = get(conn, row.refers_to) if row.refers_to else None
    payload = read_record(folder, original.warc, original.offset) if original else record
    if payload_digest(payload.body) != row.payload_digest:
        raise Damaged(
            f"Capture {row.id} ({row.url}): its bytes in {(original or row).warc} are not those that were captured; "
            "put the file back from a copy."
        )
    return record.resolved(payload) if original else record


def _previous(conn: Connection, url: str) -> Capture | None:
    """What the article of this address was last read from, else the newest 200 response."""
    row = conn.execute(_PREVIOUS, {"url": url}).fetchone()
    return Capture(*row) if row else None


def _repeats(exchange: Exchange, digest: str, previous: Capture) -> bool:
    same = exchange.status == HTTPStatus.OK and bool(exchange.body) and digest == previous.payload_digest
    return same or exchange.status == HTTPStatus.NOT_MODIFIED


def _root(conn: Connection, previous: Capture) -> Capture:
    return get(conn, previous.refers_to) if previous.refers_to else previous


def _holder(conn: Connection, exchange: Exchange, digest: str) -> Capture | None:
    """The capture that holds these very bytes, whatever its address: nothing is stored twice."""
    row = conn.execute(_HOLDER, (digest,)).fetchone() if exchange.body else None
    return Capture(*row) if row else None


def _row(exchange: Exchange, provenance: Provenance, written: Written, refers_to: Capture | None) -> tuple[Any, ...]:
    mime = (exchange.header("Content-Type") or "").partition(";")[0].strip().lower()
    return (
        written.record_id,
        exchange.url,
        provenance.role,
        exchange.status,
        mime or (refers_to and refers_to.mime) or "",
        stamp(exchange.fetched_at),
        written.payload_digest,
        written.warc,
        written.offset,
        written.length,
        exchange.header("ETag"),
        exchange.header("Last-Modified"),
        refers_to and refers_to.id,
    )
