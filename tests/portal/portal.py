"""A small portal with bad manners, on loopback. It is slow, busy, drops connections, loops, redirects away and lies.

What it serves is a table from path to answer; a test changes the table and reads from `log` what was asked.
"""

import gzip
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit

WORDS = (
    "Cầu phao Ninh Cường",
    "Đò ngang Sa Cao",
    "Chợ Rồng",
    "Làng hoa Vị Khê",
    "Đền Trần",
    "Muối Văn Lý",
    "Bãi bồi Cồn Lu",
)
DEEDS = (
    "mở lại sau mưa lớn",
    "đông khách ngày đầu năm",
    "thay áo mới",
    "được xếp hạng",
    "vào vụ thu hoạch",
    "lấy ý kiến dân",
)


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    wait: float = 0.0  # seconds before the first byte
    dropped: bool = False  # after half of the body
    mime: str | None = "text/html; charset=utf-8"
    etag: bool = True
    zipped: bool = False


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]
    at: float


Route = Answer | Callable[[int], Answer]  # of how often it was asked before


class Portal:
    """Up as long as the `with` block lasts."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {"/robots.txt": text("User-agent: *\nDisallow:\n")}
        self.log: list[Asked] = []
        self.at_once = 0  # the most requests that were under way together
        self._under_way, self._lock, self._times = 0, Lock(), Counter[str]()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.portal = self
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self.name = f"127.0.0.1_{self._server.server_port}"

    def __enter__(self):
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def asked(self, path: str = "") -> list[str]:
        """The paths asked for that begin so, in order."""
        return [asked.path for asked in self.log if asked.path.startswith(path)]

    def add_listing(self, path: str, articles: Sequence[str], *, a_page: int = 5, extra: str = "") -> None:
        """A listing of articles that `add_article` knows, with numbered pages at `?page=N`."""
        pages = [articles[i : i + a_page] for i in range(0, len(articles), a_page)] or [[]]
        for number, page in enumerate(pages, 1):
            answer = html(listing_page(path, page, number, len(pages)) + extra)
            self.routes[f"{path}?page={number}"] = answer
        self.routes[path] = self.routes[f"{path}?page=1"]

    def add_articles(self, folder: str, count: int, **more: str) -> list[str]:
        """Readable articles at `folder`; their paths, newest first."""
        paths = [f"{folder}/{slug(i)}-{4000 + i}.html" for i in range(count)]
        for i, path in enumerate(paths):
            self.routes[path] = html(article_page(i, **more))
        return paths

    def answer(self, path: str, times: int) -> Answer:
        route = self.routes.get(path, Answer(b"<h1>404</h1>", 404))
        return route(times) if callable(route) else route

    def enter(self, path: str, headers: dict[str, str]) -> int:
        with self._lock:
            self._under_way += 1
            self.at_once = max(self.at_once, self._under_way)
            self.log.append(Asked(path, headers, time.monotonic()))
            self._times[path] += 1
            return self._times[path] - 1

    def leave(self) -> None:
        with self._lock:
            self._under_way -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    portal: Portal

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no fault."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    timeout = 10

    def do_GET(self) -> None:
        portal = self.server.portal
        times = portal.enter(self.path, {k.lower(): v for k, v in self.headers.items()})
        try:
            answer = portal.answer(self.path, times)
            time.sleep(answer.wait)
            self._send(answer)
        finally:
            portal.leave()

    def _send(self, answer: Answer) -> None:
        etag = f'"{sha256(answer.body).hexdigest()[:16]}"'
        if answer.status == 200 and answer.etag and self.headers["If-None-Match"] == etag:
            answer = Answer(status=304, headers=[("ETag", etag)])
        body = gzip.compress(answer.body, mtime=0) if answer.zipped else answer.body
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status != 304:
            self._describe(answer, etag, body)
        self.end_headers()
        if answer.dropped:
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(body)

    def _describe(self, answer: Answer, etag: str, body: bytes) -> None:
        if answer.mime:
            self.send_header("Content-Type", answer.mime)
        self.send_header("Content-Length", str(len(body)))
        if answer.etag:
            self.send_header("ETag", etag)
        if answer.zipped:
            self.send_header("Content-Encoding", "gzip")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def text(body: str) -> Answer:
    return Answer(body.encode(), mime="text/plain", etag=False)


def html(body: str, **more) -> Answer:
    page = f"<!DOCTYPE html><html lang='vi'><head><title>Cổng thử</title></head><body>{MENU}{body}</body></html>"
    return Answer(page.encode(), **more)


def away(to: str, status: int = 302) -> Answer:
    return Answer(b"moved", status, [("Location", to)])


def at_first(times: int, bad: Answer, good: Answer) -> Callable[[int], Answer]:
    """An answer that is bad so many times before it is good."""
    return lambda asked: bad if asked < times else good


MENU = "<nav><ul><li><a href='/'>Trang chủ</a></li><li><a href='/gioi-thieu'>Giới thiệu</a></li></ul></nav>"


def headline(i: int) -> str:
    return f"{WORDS[i % len(WORDS)]} {DEEDS[i // len(WORDS) % len(DEEDS)]}, kỳ {i + 1}"


def slug(i: int) -> str:
    return f"chuyen-que-huong-ky-{i + 1}"


def day(i: int) -> str:
    """The newest first."""
    return (date(2023, 5, 30) - timedelta(days=i)).strftime("%d/%m/%Y")


def article_page(i: int, more: str = "", told: str = "") -> str:
    """An article as a portal of no known family shows it."""
    body = told or f"Sáng nay, {WORDS[i % len(WORDS)]} đón hàng trăm lượt người qua lại, ai nấy đều vui mừng."
    return f"""<main><article><h1>{headline(i)}</h1><p class="date">{day(i)} 08:{i % 60:02d}</p>
      <div class="content"><p>{body}</p><p>Bà con mong việc này được giữ lâu dài, năm sau tốt hơn năm trước.</p>{more}
      <p style="text-align:right"><strong>Trần Văn Sông</strong></p></div></article></main>"""


def listing_page(path: str, articles: Sequence[str], number: int, pages: int, links: str = "") -> str:
    items = "".join(
        f"<li><h3><a href='{url}'>{headline(_number(url))}</a></h3><span>{day(_number(url))}</span></li>"
        for url in articles
    )
    pager = "".join(
        f"<b>{n}</b> " if n == number else f"<a href='{path}?page={n}'>{n}</a> " for n in range(1, pages + 1)
    )
    return f"<main><ul class='news'>{items}</ul><p class='pager'>{links or pager}</p></main>"


def _number(url: str) -> int:
    digits = urlsplit(url).path.rpartition("-")[2].partition(".")[0]
    return int(digits) % 1000 if digits.isdigit() else 0
