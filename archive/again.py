"""Stored captures read again: which, in what order, and what came of it. How a page is read is the caller's."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from archive.errors import Damaged, Undecodable
from archive.history import Row, Version, revisions
from archive.models import header
from archive.records import Warcs, read_group, read_member
from archive.warc import payload_digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from sqlite3 import Connection

    from archive.models import ReadArticle
    from archive.records import Place
    from archive.warc import Record

UNDECODABLE = "undecodable"  # the kind of a page whose bytes its servers garbled
_BATCH = 16  # articles: what goes to a worker at a time, and what is lost with one
_ARTICLES = "SELECT id FROM articles WHERE id > ? ORDER BY id LIMIT ?"
_PAGE = """
SELECT c.id, c.url, c.record_id, c.payload_digest, c.warc, c."offset", h.warc, h."offset"
  FROM captures c LEFT JOIN captures h ON h.id = c.refers_to WHERE c.id = ?"""
# The newest page of each address that could not be read when it was captured, where nothing has been read since.
_UNREAD = """
SELECT f.url, max(f.capture_id) FROM failures f JOIN captures c ON c.id = f.capture_id
 WHERE c.status = 200 AND c.role IN ('article', 'other') AND f.error = 'unreadable' AND f.capture_id > :after
   AND NOT EXISTS (SELECT 1 FROM links l WHERE l.url = f.url AND l.article_id IS NOT NULL)
   AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.url = f.url)
   AND NOT EXISTS (SELECT 1 FROM revisions r WHERE r.capture_id = f.capture_id)
 GROUP BY f.url ORDER BY max(f.capture_id) LIMIT :limit"""


@dataclass(frozen=True, slots=True)
class Page:
    """Where a capture stands, for a worker that has only the WARC files. `holder` has the bytes of a revisit."""

    capture_id: int
    url: str
    record_id: str
    digest: str
    place: tuple[str, int]  # file and byte
    holder: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a page gave no article: what could not be found, and what the page is instead; in one word too, where that is sure."""

    field: str
    reason: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a stored page reads as, and what was written beside it."""

    capture_id: int
    result: ReadArticle | Unread
    portal: str = ""
    section: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """An article's captures read again; `versions` has the stored one where a page no longer reads, and `unread` says why."""

    article_id: int
    versions: Sequence[Version]
    unread: Sequence[tuple[int, Unread]]  # capture ids


class Read(Protocol):
    """Reads one page: its bytes as their author wrote them, its address, its Content-Type."""

    def __call__(self, body: bytes, url: str, content_type: str | None) -> ReadArticle | Unread: ...


class Readers(Protocol):
    """Reads batches of pages, however many at once, and gives them back in their order."""

    def __call__(self, batches: Iterator[Sequence[Page]]) -> Iterator[Sequence[Reading]]: ...


def read_pages(place: Place, pages: Sequence[Page], read: Read) -> list[Reading]:
    """Stored captures opened, their digests checked, and read: all of a worker's work on a batch of pages."""
    with Warcs(place) as warcs:
        return [_read_page(warcs, page, read) for page in pages]


def _read_page(warcs: Warcs, page: Page, read: Read) -> Reading:
    try:
        record, portal, section = _opened(warcs, page)
    except Damaged as error:
        return Reading(page.capture_id, Unread("capture", str(error).rstrip(".")))
    try:
        content = record.content
    except Undecodable as error:
        return Reading(page.capture_id, Unread("page", str(error).rstrip("."), UNDECODABLE), portal, section)
    return Reading(page.capture_id, read(content, page.url, header(record.headers, "Content-Type")), portal, section)


def open_page(place: Place, page: Page) -> Record:
    """A stored capture, its digest checked; a revisit with what it refers to. Raises Damaged."""
    with Warcs(place) as warcs:
        return _opened(warcs, page)[0]


def _opened(warcs: Warcs, page: Page) -> tuple[Record, str, str | None]:
    warc, offset = page.place
    group = read_group(warcs[warc], offset)
    record = group.response.response
    if group.metadata is None or record.record_id != page.record_id:
        raise Damaged(f"byte {offset} of {warc} is another record")
    if page.holder:
        record = record.resolved(read_member(warcs[page.holder[0]], page.holder[1]).response)
    if payload_digest(record.body) != page.digest:
        raise Damaged("its bytes are not those that were captured")
    provenance = group.metadata.provenance
    return record, provenance.portal, provenance.section


def page_of(conn: Connection, capture_id: int) -> Page | None:
    """Where a capture stands; None when there is no such row."""
    row = conn.execute(_PAGE, (capture_id,)).fetchone()
    if row is None:
        return None
    capture_id, url, record_id, digest, warc, offset, holder, holder_offset = row
    return Page(capture_id, url, record_id, digest, (warc, offset), (holder, holder_offset) if holder else None)


def histories(conn: Connection, readers: Readers) -> Iterator[History]:
    """Every article's captures read again, in the order of the articles. Between two, the caller may write.

    In memory are the batches that the readers take in advance, whatever the archive's size.
    """
    waiting: deque[list[tuple[int, list[Row]]]] = deque()

    def batches() -> Iterator[list[Page]]:
        after = 0
        while ids := [row[0] for row in conn.execute(_ARTICLES, (after, _BATCH))]:
            after = ids[-1]
            waiting.append([(article_id, revisions(conn, article_id)) for article_id in ids])
            captures = (row["capture_id"] for _, known in waiting[-1] for row in known)
            pages = (page_of(conn, capture_id) for capture_id in captures)
            yield [page for page in pages if page is not None]

    for readings in readers(batches()):
        found = {reading.capture_id: reading for reading in readings}
        yield from (_history(article_id, known, found) for article_id, known in waiting.popleft())


def unread(conn: Connection, readers: Readers) -> Iterator[tuple[str, Reading]]:
    """Pages that held no article when they were captured, read again: the address that was asked for, and what it reads as."""
    addresses: deque[list[str]] = deque()

    def batches() -> Iterator[list[Page]]:
        after = 0
        while found := conn.execute(_UNREAD, {"after": after, "limit": _BATCH}).fetchall():
            after = found[-1][1]
            pages = [page_of(conn, capture_id) for _, capture_id in found]
            addresses.append([url for url, _ in found])
            yield [page for page in pages if page is not None]

    for readings in readers(batches()):
        yield from zip(addresses.popleft(), readings, strict=True)


def _history(article_id: int, known: Sequence[Row], found: dict[int, Reading]) -> History:
    versions, unread = [], []
    for row in known:
        reading = found.get(
            row["capture_id"], Reading(row["capture_id"], Unread("capture", "there is no such capture"))
        )
        if isinstance(reading.result, Unread):
            versions.append(Version.stored(row))
            unread.append((row["capture_id"], reading.result))
        else:
            about = (reading.capture_id, row["fetched_at"], reading.portal, reading.section)
            versions.append(Version.read(reading.result, *about))
    return History(article_id, versions, unread)
