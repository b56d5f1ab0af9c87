"""What was captured, as it was captured: pages in a sandbox, pictures, documents; and the way to them by time (RFC 7089)."""
# ruff: noqa: S608 - statements are put together from the constants of this file; values go in as parameters

from __future__ import annotations

import json
import re
from bisect import bisect_right
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

from datasette import Response

from archive import captures
from archive.articles import same_address
from archive.errors import BadInput, Damaged, NotFound, Undecodable
from archive.models import header, moment
from archive.room.banner import banner
from archive.room.guard import CAPTURE_POLICY
from archive.room.replay import STAMP, replayed
from archive.room.visit import KEPT, in_path, redirect

if TYPE_CHECKING:
    from pathlib import Path
    from sqlite3 import Connection

    from archive.models import Capture
    from archive.room.visit import Visit
    from archive.warc import Record

_PAGES = ("text/html", "application/xhtml+xml", "text/plain")
_PICTURES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF8": "image/gif",
    b"BM": "image/bmp",
}
_MEDIA_TYPE = re.compile(r"[\x20-\x7e]+")
_UNSAFE = re.compile(r"[^\w.() -]+")
_LETTERS = re.compile(r"(?:%[89A-F][0-9A-F])+", re.IGNORECASE)  # what a browser makes of letters that are not ASCII
_SPELLINGS = "url IN (SELECT value FROM json_each(:urls))"
_MEMENTOS = (
    f"SELECT id, fetched_at, status, mime FROM captures WHERE {_SPELLINGS} AND status <> 304 ORDER BY fetched_at, id"
)
_PICTURE = (
    f"SELECT id FROM captures WHERE {_SPELLINGS} AND status = 200 AND mime LIKE 'image/%'"
    " ORDER BY abs(julianday(fetched_at) - julianday(:at)), id DESC LIMIT 1"
)


class Memento(NamedTuple):
    """A capture of an address, when it was made and what it is."""

    id: int
    at: datetime
    status: int
    mime: str | None

    @property
    def place(self) -> str:
        """Where it is to be looked at: a page with its pictures, anything else as its bytes."""
        return f"{'page' if self.status == 200 and self.mime in _PAGES[:2] else 'capture'}/{self.id}"

    @property
    def moved(self) -> bool:
        return 300 <= self.status < 400


async def capture(visit: Visit) -> Response:
    """The stored bytes, decoded; never anything else. What a browser would run or guess at is offered as a file."""
    row, record, mementos = await visit.look(lambda conn: _open(conn, visit))
    location = header(record.headers, "Location")
    headers = _memento_headers(visit, row.url, mementos) | {
        "Memento-Datetime": _http_date(record.fetched_at),
        "Content-Security-Policy": CAPTURE_POLICY,
        "X-DNS-Prefetch-Control": "off",
        "ETag": _etag(row),
    }
    if 300 <= record.status < 400 and location:
        return redirect(_onward(row, record, mementos, urljoin(row.url, location)), **headers)
    if _known(visit, row):
        return Response("", 304, headers, _media_type(record))
    if _media_type(record).partition(";")[0].strip().lower() not in _PAGES:
        headers["Content-Disposition"] = f"attachment; {_file_name(row.url)}"
    status = record.status if 400 <= record.status < 600 else 200
    return Response(record.content, status, headers, _media_type(record))


async def page(visit: Visit) -> Response:
    """A stored page with its pictures, in the same sandbox; anything but a page is where its bytes are."""
    row, record, mementos = await visit.look(lambda conn: _open(conn, visit))
    if _media_type(record).partition(";")[0].strip().lower() not in _PAGES[:2] or record.status != 200:
        return redirect(f"/capture/{row.id}")
    body = await visit.look(
        lambda conn: replayed(record, row.url, lambda url: _find(conn, visit, row, url), banner(conn, visit, row))
    )
    headers = _memento_headers(visit, row.url, mementos) | {
        "Memento-Datetime": _http_date(record.fetched_at),
        "Content-Security-Policy": CAPTURE_POLICY,
        "X-DNS-Prefetch-Control": "off",
    }
    return Response(body, 200, headers, "text/html; charset=utf-8")


def _onward(row: Capture, record: Record, mementos: list[Memento], target: str) -> str:
    """Where a captured redirect leads: one to another spelling of its address to a capture that did not move."""
    if target not in same_address(row.url):
        return f"/near/{record.fetched_at:{STAMP}}/{in_path(target.partition('#')[0])}"
    return f"/{_nearest([memento for memento in mementos if not memento.moved], record.fetched_at).place}"


def _find(conn: Connection, visit: Visit, page: Capture, url: str) -> tuple[str, bytes] | None:
    """The picture of an address, as it was captured nearest to the page."""
    row = conn.execute(_PICTURE, {"urls": _spellings(url), "at": page.fetched_at}).fetchone()
    return _read_picture(conn, visit.room.folder, row and row[0])


def is_picture(conn: Connection, folder: Path, capture_id: int | None) -> bool:
    """Whether a capture can be shown: a portal may send a page in a picture's place, or a disk lose it."""
    return _read_picture(conn, folder, capture_id) is not None


def _read_picture(conn: Connection, folder: Path, capture_id: int | None) -> tuple[str, bytes] | None:
    try:
        content = captures.open_record(conn, folder, capture_id).content if capture_id else b""
    except (Damaged, Undecodable):
        return None
    media = _picture_type(content)
    return (media, content) if media else None


async def picture(visit: Visit) -> Response:
    """A captured picture, if it is one by its first bytes; what the portal called it does not count."""
    row, record, _ = await visit.look(lambda conn: _open(conn, visit))
    content = record.content
    media = _picture_type(content)
    if media is None:
        raise NotFound
    headers = {"ETag": _etag(row), "Cache-Control": "no-cache", "Content-Security-Policy": CAPTURE_POLICY}
    return Response("", 304, headers, media) if _known(visit, row) else Response(content, 200, headers, media)


async def timegate(visit: Visit) -> Response:
    """The capture of an address that was made last before `Accept-Datetime`; without one, the newest."""
    wanted = _wanted(visit.request.headers.get("accept-datetime", ""))
    url, mementos = await visit.look(lambda conn: _mementos(conn, visit))
    at = bisect_right([memento.at for memento in mementos], wanted) if wanted else len(mementos)
    chosen = mementos[max(at - 1, 0)]
    headers = {"Vary": "Accept-Datetime", "Link": _links(visit, url, mementos, timegate=False)}
    return redirect(f"{visit.origin}/{chosen.place}", **headers)


async def near(visit: Visit) -> Response:
    """The capture of an address that was made nearest to a moment: the links of a stored page lead here."""
    try:
        at = datetime.strptime(visit.place["at"], STAMP).replace(tzinfo=UTC)
    except ValueError:
        raise BadInput(f"{visit.place['at']} is no moment; write it as 20070531203500.") from None
    _, mementos = await visit.look(lambda conn: _mementos(conn, visit))
    return redirect(f"{visit.origin}/{_nearest(mementos, at).place}")


def _nearest(mementos: list[Memento], at: datetime) -> Memento:
    if not mementos:
        raise NotFound
    return min(mementos, key=lambda memento: abs(memento.at - at))


async def timemap(visit: Visit) -> Response:
    """All captures of an address (RFC 7089, section 5)."""
    url, mementos = await visit.look(lambda conn: _mementos(conn, visit))
    span = f'; from="{_http_date(mementos[0].at)}"; until="{_http_date(mementos[-1].at)}"'
    own = f'<{_place(visit, "timemap/link", url)}>; rel="self"; type="application/link-format"{span}'
    lines = [f'<{_quoted(url)}>; rel="original"', f'<{_place(visit, "timegate", url)}>; rel="timegate"', own]
    lines += [_memento_link(visit, memento, _relation(at, len(mementos))) for at, memento in enumerate(mementos)]
    return Response(",\n".join(lines) + "\n", 200, {"Cache-Control": "no-cache"}, "application/link-format")


def _open(conn: Connection, visit: Visit) -> tuple[Capture, Record, list[Memento]]:
    row = captures.get(conn, int(visit.place["id"]))
    return row, captures.open_record(conn, visit.room.folder, row.id), _captures_of(conn, row.url)


def _captures_of(conn: Connection, url: str) -> list[Memento]:
    rows = conn.execute(_MEMENTOS, {"urls": _spellings(url)})
    return [Memento(row_id, moment(at), status, mime) for row_id, at, status, mime in rows]


def _spellings(url: str) -> str:
    """An address with and without www., by http and https, as JSON: a portal that moved shows the same pages."""
    return json.dumps(same_address(url))


def _mementos(conn: Connection, visit: Visit) -> tuple[str, list[Memento]]:
    """The address that stands in ours, as it was written or with its percent signs undone, all of them or those of a
    browser, and its captures.
    """
    raw = visit.place["url"] + (f"?{visit.request.query_string}" if visit.request.query_string else "")
    typed = _LETTERS.sub(lambda letters: unquote(letters[0]), raw)
    for url in dict.fromkeys((raw, unquote(raw), typed, unquote(visit.place["url"]))):
        if mementos := _captures_of(conn, url):
            return url, mementos
    raise NotFound


def _wanted(text: str) -> datetime | None:
    if not text:
        return None
    try:
        wanted = parsedate_to_datetime(text)
    except ValueError:
        raise BadInput(f"Accept-Datetime {text!r} is no moment; write it as Thu, 31 May 2007 20:35:00 GMT.") from None
    return wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)


def _memento_headers(visit: Visit, url: str, mementos: list[Memento]) -> dict[str, str]:
    return {"Link": _links(visit, url, mementos), "Cache-Control": "no-cache"}


def _links(visit: Visit, url: str, mementos: list[Memento], *, timegate: bool = True) -> str:
    links = [f'<{_quoted(url)}>; rel="original"']
    if timegate:
        links.append(f'<{_place(visit, "timegate", url)}>; rel="timegate"')
    links.append(f'<{_place(visit, "timemap/link", url)}>; rel="timemap"; type="application/link-format"')
    ends = dict.fromkeys((0, len(mementos) - 1)) if mementos else {}
    links += [_memento_link(visit, mementos[at], _relation(at, len(mementos))) for at in ends]
    return ", ".join(links)


def _relation(at: int, length: int) -> str:
    return " ".join(filter(None, ("first" if at == 0 else "", "last" if at == length - 1 else "", "memento")))


def _memento_link(visit: Visit, memento: Memento, relation: str) -> str:
    return f'<{visit.origin}/{memento.place}>; rel="{relation}"; datetime="{_http_date(memento.at)}"'


def _quoted(url: str) -> str:
    return quote(url, safe=KEPT)


def _place(visit: Visit, kind: str, url: str) -> str:
    return f"{visit.origin}/{kind}/{in_path(url)}"


def _http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def _etag(row: Capture) -> str:
    return f'"{row.payload_digest}-{row.id}"'


def _known(visit: Visit, row: Capture) -> bool:
    return _etag(row) in str(visit.request.headers.get("if-none-match", ""))


def _media_type(record: Record) -> str:
    told = header(record.headers, "Content-Type") or ""
    return told if _MEDIA_TYPE.fullmatch(told) else "application/octet-stream"


def _picture_type(content: bytes) -> str | None:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    return next((media for magic, media in _PICTURES.items() if content.startswith(magic)), None)


def _file_name(url: str) -> str:
    """A name for the disk, of the last part of the address: no folder, no control character, no quotation mark."""
    last = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2]).rpartition("/")[2].rpartition("\\")[2]
    name = _UNSAFE.sub("_", last).strip(". ")[-120:] or "document"
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
