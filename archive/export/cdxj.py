"""The index of a WACZ: CDXJ lines, sorted, in gzip blocks that a reader fetches one by one."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from archive.errors import Damaged
from archive.export.surt import surt
from archive.models import header

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

    from archive.records import Group, Member

_LINES = 1024  # of a block
_LONGEST_FORM = 4096  # letters of a form in a key, as in cdxj-indexer and pywb
_FORM = "application/x-www-form-urlencoded"


class Index:
    """Lines as they come, given back sorted and packed. SQLite sorts them, on disk when there are many.

    To be used in a `snapshot`: the table is gone with it.
    """

    def __init__(self, conn: Connection, name: str) -> None:
        self._conn, self._name = conn, name
        self.summary = f"!meta 0 {json.dumps({'format': 'cdxj-gzip-1.0', 'filename': name})}\n"
        conn.execute("CREATE TEMP TABLE exported_lines (line TEXT NOT NULL)")

    def add(self, group: Group, warc: str, offset: int) -> None:
        """One exchange, whose response now begins at that byte of that file."""
        self._conn.execute("INSERT INTO exported_lines VALUES (?)", (line(group, warc, offset),))

    def blocks(self) -> Iterator[bytes]:
        """Gzip members; `summary` then tells where each begins, and with which line."""
        lines = (text for (text,) in self._conn.execute("SELECT line FROM exported_lines ORDER BY line"))
        offset = 0
        while some := list(islice(lines, _LINES)):
            packed = gzip.compress("".join(some).encode(), mtime=0)
            told = {"offset": offset, "length": len(packed), "digest": f"sha256:{sha256(packed).hexdigest()}"}
            self.summary += f"{some[0].partition(' {')[0]} {json.dumps(told | {'filename': self._name})}\n"
            offset += len(packed)
            yield packed


def line(group: Group, warc: str, offset: int) -> str:
    """The line of one exchange. Raises Damaged when its record holds no response."""
    record = group.response.response
    mime = (header(record.headers, "Content-Type") or "").partition(";")[0].strip()
    fields = {
        "url": record.url,
        "mime": "warc/revisit" if record.type == "revisit" else mime or "unk",
        "status": str(record.status),
        "digest": record.payload_digest,
        "length": str(group.response.length),
        "offset": str(offset),
        "filename": warc,
    }
    method = _method(group.request) if group.request else "GET"
    asked = record.url
    if group.request and method != "GET":
        asked += ("&" if "?" in asked else "?") + f"__wb_method={method}{_form(group.request)}"
        fields["method"] = method
    return f"{_key(asked)} {record.fetched_at:%Y%m%d%H%M%S} {json.dumps(fields)}\n"


def _key(url: str) -> str:
    try:
        return surt(url)
    except ValueError as error:
        raise Damaged(f"the address {url!r} cannot be indexed ({error})") from error


def _method(request: Member) -> str:
    return request.block.partition(b" ")[0].decode("latin-1")


def _form(request: Member) -> str:
    """What was sent, as replay puts it into the key of an answer: the same page answers many forms."""
    head, _, body = request.block.partition(b"\r\n\r\n")
    if not body:
        return ""
    if _FORM in head.decode("latin-1").lower():
        told = unquote_plus(body.decode("utf-8", "replace"))
    else:
        told = "__wb_post_data=" + b64encode(body).decode()
    return "&" + told[:_LONGEST_FORM]
