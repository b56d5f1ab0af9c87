"""A web archive on loopback: a CDX server and replay as the Internet Archive has them, with manners that a test chooses."""

from __future__ import annotations

import gzip
import json
from base64 import b32encode
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

HTML = "text/html; charset=utf-8"


def key(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{','.join(reversed(host.split('.')))}){(parts.path or '/').lower()}{query}"


@dataclass(frozen=True)
class Held:
    url: str
    timestamp: str
    body: bytes
    status: int = 200
    mime: str = HTML
    headers: tuple[tuple[str, str], ...] = ()
    line: str | None = None  # what the index says instead of its own line

    @property
    def digest(self) -> str:
        return b32encode(sha1(self.body, usedforsecurity=False).digest()).decode()

    def cdx(self) -> str:
        mime = self.mime.partition(";")[0]
        return f"{key(self.url)} {self.timestamp} {self.url} {mime} {self.status} {self.digest} {len(self.body)}"


@dataclass
class WebArchive:
    """What it holds, what it was asked, and how it behaves: `busy` is how often each address answers 503 first, `refused`
    are timestamps that do not play, `moved` are timestamps that play as another one.
    """

    held: list[Held] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    page: int = 3  # lines of the index that it gives at a time
    plain_keys: bool = False  # whether it wants them as it prints them, and not encoded once less
    begins_again: bool = False
    busy: int = 0
    zips: bool = False
    rewrites: bool = False
    refused: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)
    file: bytes = b""  # a WARC file, as Common Crawl has them
    lines: list[dict[str, str]] = field(default_factory=list)  # of its index
    _seen: Counter[str] = field(default_factory=Counter)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"archive": self}))
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def server(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/cdx/search/cdx"

    def hold(self, url: str, timestamp: str, body: bytes, status: int = 200, **told: Any) -> None:
        self.held.append(Held(url, timestamp, body, status, **told))

    def count(self, what: str) -> int:
        return sum(path.startswith(what) for path in self.asked)

    def answer(self, path: str, ends: str = "") -> tuple[int, list[tuple[str, str]], bytes]:
        self.asked.append(path)
        self._seen[path] += 1
        if self._seen[path] <= self.busy:
            return 429 if self._seen[path] % 2 else 503, [("Retry-After", "0")], b""
        if path.startswith("/cdx/"):
            return 200, [("Content-Type", "text/plain")], self._index(parse_qs(urlsplit(path).query)).encode()
        if path.startswith("/kho-index"):
            return self._common_crawl(parse_qs(urlsplit(path).query))
        if path == "/crawl-data/kho.warc.gz":
            first, last = ends.removeprefix("bytes=").split("-")
            return 206, [], self.file[int(first) : int(last) + 1]
        timestamp, _, url = path.removeprefix("/web/").partition("id_/")
        if timestamp in self.refused:
            return 404, [], b"khong phat lai duoc"
        if timestamp in self.moved:
            return 302, [("Location", f"/web/{self.moved[timestamp]}id_/{url}")], b""
        for one in self.held:
            if (one.timestamp, one.url) == (timestamp, url):
                return self._played(one)
        return 404, [], b""

    def _played(self, one: Held) -> tuple[int, list[tuple[str, str]], bytes]:
        headers = [("Content-Type", one.mime), ("X-Archive-Orig-Server", "IIS/6"), ("Server", "nginx"), ("Link", "<x>")]
        headers += [(f"X-Archive-Orig-{name}", value) for name, value in one.headers]
        body = one.body
        if self.rewrites:
            body = body.replace(b"<body>", b"<body><!-- BEGIN WAYBACK TOOLBAR INSERT --><div id=wm-ipp></div>")
        if self.zips:
            body, headers = gzip.compress(body), [*headers, ("Content-Encoding", "gzip")]
        return one.status, headers, body

    def _key(self, number: int) -> str:
        return f"k%2B{number}"

    def _common_crawl(self, asked: dict[str, list[str]]) -> tuple[int, list[tuple[str, str]], bytes]:
        """Its index answers in lines of JSON, with 404 for none, and says where in its files a capture stands."""
        told = [line for line in self.lines if line["url"].startswith(asked["url"][0])]
        body = "".join(json.dumps(line) + "\n" for line in told)
        return (200 if told else 404), [("Content-Type", "text/x-ndjson")], body.encode()

    def _index(self, asked: dict[str, list[str]]) -> str:
        url, match = asked["url"][0], asked["matchType"][0]
        wanted = key(url if "://" in url else f"http://{url}/")
        host = wanted.partition(")")[0]
        fits: dict[str, Callable[[str], bool]] = {
            "exact": lambda k: k == wanted,
            "prefix": lambda k: k.startswith(wanted),
            "host": lambda k: k.startswith(f"{host})"),
            "domain": lambda k: k.startswith((f"{host})", f"{host},")),
        }
        first, last = asked.get("from", ["0"])[0], asked.get("to", ["9"])[0] + "9" * 14
        found = [one for one in self.held if fits[match](key(one.url)) and first <= one.timestamp <= last]
        lines = [one.line or one.cdx() for one in sorted(found, key=lambda one: (key(one.url), one.timestamp))]
        resume, start = asked.get("resumeKey", [""])[0], 0
        if resume and self.plain_keys == ("%" not in resume):  # what it does with a key that it does not understand
            return "\n".join([*lines[: self.page], f"\n{self._key(self.page)}\n"]) if self.begins_again else ""
        if resume:
            start = int(resume.replace("%2B", "+").removeprefix("k+"))
        more = [f"\n{self._key(start + self.page)}"] if start + self.page < len(lines) else []
        return "\n".join([*lines[start : start + self.page], *more]) + "\n"


class _Handler(BaseHTTPRequestHandler):
    archive: WebArchive

    def do_GET(self) -> None:
        status, headers, body = self.archive.answer(self.path, self.headers["Range"] or "")
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass
