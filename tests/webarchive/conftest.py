"""A web archive on loopback: a CDX server and replay as the Internet Archive has them, with manners that a test chooses."""

from __future__ import annotations

import gzip
from base64 import b32encode
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result

from archive import Archive
from crawler.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HTML = "text/html; charset=utf-8"
BODY = (
    "Sáng nay, bà con xã Giao Thịnh xuống đồng gặt những thửa lúa đầu tiên của vụ chiêm, sớm hơn năm ngoái một tuần.",
    "Theo hợp tác xã, năng suất ước đạt bảy tấn một héc-ta, giá thóc tươi bán tại ruộng cao hơn năm ngoái.",
)


def article(title: str, *more: str, picture: str = "", views: int = 0) -> bytes:
    """An article of a portal that nobody has described; `views` is furniture, which makes no version."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in (*BODY, *more))
    figure = f'<figure><img src="{picture}"><figcaption>Gặt lúa ở Giao Thịnh.</figcaption></figure>' if picture else ""
    return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head><body>
    <ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/tin">Tin tức</a></li></ul>
    <article><h1>{title}</h1><div class="date">12/03/2019 08:15</div><div class="content">{text}{figure}</div></article>
    <aside>Lượt xem: {views}</aside><footer>Cơ quan chủ quản: Sở Thông tin</footer></body></html>""".encode()


def listing(*links: tuple[str, str]) -> bytes:
    items = "".join(
        f'<li class="item"><h3><a href="{url}">{title}</a></h3><span>12/03/2019</span></li>' for url, title in links
    )
    return f'<html><body><h2>Tin tức</h2><ul class="list">{items}</ul></body></html>'.encode()


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
    busy: int = 0
    zips: bool = False
    rewrites: bool = False
    refused: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)
    port: int = 0
    _seen: Counter[str] = field(default_factory=Counter)

    @property
    def server(self) -> str:
        return f"http://127.0.0.1:{self.port}/cdx/search/cdx"

    def hold(self, url: str, timestamp: str, body: bytes, status: int = 200, **told: Any) -> None:
        self.held.append(Held(url, timestamp, body, status, **told))

    def count(self, what: str) -> int:
        return sum(path.startswith(what) for path in self.asked)

    def answer(self, path: str) -> tuple[int, list[tuple[str, str]], bytes]:
        self.asked.append(path)
        self._seen[path] += 1
        if self._seen[path] <= self.busy:
            return 429 if self._seen[path] % 2 else 503, [("Retry-After", "0")], b""
        if path.startswith("/cdx/"):
            return 200, [("Content-Type", "text/plain")], self._index(parse_qs(urlsplit(path).query)).encode()
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
        start = int(asked.get("resumeKey", ["0"])[0].removeprefix("k"))
        more = [f"\nk{start + self.page}"] if start + self.page < len(lines) else []
        return "\n".join([*lines[start : start + self.page], *more]) + "\n"


class _Handler(BaseHTTPRequestHandler):
    archive: WebArchive

    def do_GET(self) -> None:
        status, headers, body = self.archive.answer(self.path)
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def web() -> Iterator[WebArchive]:
    web = WebArchive()
    handler = type("Handler", (_Handler,), {"archive": web})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        web.port = server.server_port
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield web
        server.shutdown()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kho"


@pytest.fixture
def recovered(web: WebArchive, folder: Path) -> Callable[..., Result]:
    """The command, of the web archive and into the archive of the test."""
    told = ["--server", web.server, "--delay", "0", "--archive", str(folder)]
    return lambda *words: CliRunner().invoke(main, ["import", "wayback", *words, *told])


@pytest.fixture
def rows(folder: Path) -> Callable[[str], list[Any]]:
    def ask(query: str) -> list[Any]:
        with Archive(folder) as archive:
            return archive.db.conn.execute(query).fetchall()

    return ask


@pytest.fixture
def pages() -> tuple[Callable[..., bytes], Callable[..., bytes]]:
    """Makers of pages: of an article, of a listing."""
    return article, listing


@pytest.fixture
def everything() -> Callable[[Path], dict[str, list[Any]]]:
    """What an archive says of its articles, by what names them and not by their numbers."""

    def told(folder: Path) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = defaultdict(list)
        with Archive(folder) as archive:
            conn = archive.db.conn
            for name, query in _TOLD.items():
                found[name] = sorted(map(repr, conn.execute(query)))
        return found

    return told


_TOLD = {
    "articles": (
        "SELECT a.url, portal, section, title, published_at, lead, body, captions, author, source, revision, first_seen_at,"
        " last_seen_at, changed_at, a.gone_at, c.url, c.fetched_at FROM articles a JOIN captures c ON c.id = a.capture_id"
    ),
    "revisions": (
        "SELECT a.url, r.revision, r.seen_at, r.title, r.body, r.images, c.url, c.fetched_at, c.payload_digest"
        " FROM revisions r JOIN articles a ON a.id = r.article_id JOIN captures c ON c.id = r.capture_id"
    ),
    "images": (
        "SELECT a.url, i.position, i.url, caption, credit, i.gone_at, c.payload_digest"
        " FROM images i JOIN articles a ON a.id = i.article_id LEFT JOIN captures c ON c.id = i.capture_id"
    ),
    "captures": "SELECT url, role, status, mime, fetched_at, payload_digest FROM captures",
    "links": "SELECT url, portal, section, state FROM links",
}
