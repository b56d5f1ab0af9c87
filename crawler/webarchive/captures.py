"""One capture out of a web archive: the bytes as they were archived, and the headers of then."""

import io
import re
from base64 import b32encode
from hashlib import sha1
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from archive.codings import decode_body
from archive.errors import BadInput, Undecodable
from archive.foreign import Copied, Foreign
from archive.models import Exchange, Headers, header
from crawler.webarchive.client import LARGEST, Client, Refused
from crawler.webarchive.index import Indexed, is_common_crawl, is_wayback

_ORIGINAL = "x-archive-orig-"
_MOVED = (301, 302, 303, 307, 308)
_HOPS = 4  # from a capture that does not play to one that does
_OF_TRANSPORT = ("content-encoding", "transfer-encoding", "content-length", "connection", "keep-alive")
# What web archives say in their own name.
_OURS = re.compile(
    r"^(?:memento-datetime|link|x-archive-.*|x-app-server|x-ts|x-tr|x-location|x-cache.*|x-rl|x-na|x-page-cache|server-timing|"
    r"content-security-policy|preference-applied|vary|x-nid|server|date|alt-svc|via|access-control-.*)$",
    re.IGNORECASE,
)
_REWRITTEN = re.compile(
    rb"BEGIN WAYBACK TOOLBAR INSERT|WB_wombat_Init|_wb_wombat|wombat\.js|wbinfo\.prefix", re.IGNORECASE
)


class Captures:
    """Where the captures of an index are had. `replay` is where they are replayed; for Common Crawl, where its files are."""

    def __init__(self, server: str, client: Client, replay: str | None = None) -> None:
        self._client = client
        self._in_files = is_common_crawl(server)
        self.replay = (replay or _beside(server)).rstrip("/") + "/"

    def address(self, line: Indexed) -> str:
        """Where a capture is had from, as the archive notes it."""
        if self._in_files and line.place:
            file, offset, length = line.place
            return f"{urljoin(self.replay, file)}#{offset}+{length}"
        return f"{self.replay}{line.timestamp}id_/{line.original}"

    def fetch(self, line: Indexed) -> tuple[Copied, bool]:
        """The exchange of then, and whether its bytes are those that the index has the digest of. Raises Refused."""
        copied = self._from_file(line) if self._in_files else self._replayed(line)
        body, exact = copied.exchange.body, digest(copied.exchange.body) == line.digest.upper()
        if not exact and _REWRITTEN.search(_decoded(copied.exchange)):
            raise Refused("was given rewritten, not as it was archived")
        if not body:
            raise Refused("was given without its bytes")
        return copied, exact

    def _replayed(self, line: Indexed) -> Copied:
        url = self.address(line)
        for _ in range(_HOPS):
            status, headers, body = self._client.get(url)
            target = urljoin(url, header(headers, "Location") or "")
            if status not in _MOVED or not self._is_other_capture(target, line):
                break
            url = target
        if status != HTTPStatus.OK:
            raise Refused(f"answered {status}")
        timestamp = url.removeprefix(self.replay)[:14]
        at = Indexed(line.key, timestamp, line.original, line.mime, status, line.digest).at
        headers, body = _as_archived(headers, body, line)
        exchange = Exchange(line.url, "", [], HTTPStatus.OK, "OK", headers, body, at)
        return Copied(exchange, url, "wayback")

    def _is_other_capture(self, target: str, line: Indexed) -> bool:
        """Whether a redirect leads to another capture of the same address; the archived ones lead to other addresses."""
        found = (
            re.match(r"(\d{14})id_/(.+)", target.removeprefix(self.replay)) if target.startswith(self.replay) else None
        )
        return bool(found) and _bare(found[2]) == _bare(line.original)  # type: ignore[index] # bool(found) says so

    def _from_file(self, line: Indexed) -> Copied:
        if line.place is None:
            raise Refused("is in no file that the index names")
        file, offset, length = line.place
        if length > LARGEST or ".." in file or not urljoin(self.replay, file).startswith(self.replay):
            raise Refused("is not in the files of this server, or longer than any")
        ends = {"Range": f"bytes={offset}-{offset + length - 1}"}
        status, _, data = self._client.get(urljoin(self.replay, file), ends)
        if status not in (HTTPStatus.PARTIAL_CONTENT, HTTPStatus.OK) or len(data) > length:
            raise Refused(f"answered {status} when asked for a part of a file")
        for copied in Foreign(Path(file)).exchanges(io.BytesIO(data), file, length):
            if copied.exchange.status == HTTPStatus.OK:
                return Copied(copied.exchange, self.address(line), "wayback")
        raise Refused("is no whole record")


def digest(body: bytes) -> str:
    """As indexes write it.

    >>> digest(b"")
    '3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    """
    return b32encode(sha1(body, usedforsecurity=False).digest()).decode()


def _beside(server: str) -> str:
    """Where a server replays what its index has."""
    if is_common_crawl(server):
        return "https://data.commoncrawl.org/"
    if is_wayback(server):
        return server.rstrip("/").removesuffix("/cdx/search/cdx") + "/web/"
    if urlsplit(server).path.rstrip("/").endswith("/cdx"):
        return server.rstrip("/").removesuffix("/cdx") + "/"
    raise BadInput(
        f"{server} is the index of no server that we know (…/cdx/search/cdx, …/cdx, …-index); --replay ADDRESS says where its"
        " captures are had."
    )


def _as_archived(headers: Headers, body: bytes, line: Indexed) -> tuple[Headers, bytes]:
    """The headers of then, and the body under the coding of then: what the transport added is taken off, as the digest shows."""
    stated = [(name, value) for name, value in headers if name.lower().startswith(_ORIGINAL)]
    if stated:
        told = [(name[len(_ORIGINAL) :], value) for name, value in stated]
        told += [(name, value) for name, value in headers if name.lower() == "content-type" and not header(told, name)]
    else:
        told = [(name, value) for name, value in headers if not _OURS.match(name)]
    told = [(name, value) for name, value in told if name.lower() not in _OF_TRANSPORT]
    coding = [(name, value) for name, value in headers if name.lower() == "content-encoding"]
    if coding and digest(body) != line.digest.upper():
        try:
            decoded = decode_body(body, coding)
        except Undecodable:
            return [*told, *coding], body
        if digest(decoded) == line.digest.upper():
            return told, decoded
    return [*told, *coding], body


def _decoded(exchange: Exchange) -> bytes:
    try:
        return decode_body(exchange.body, exchange.response_headers)
    except Undecodable:
        return exchange.body


def _bare(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.").replace(":80/", "/").rstrip("/")
