"""The demo portal's HTTP/1.1 on loopback: ETag, Last-Modified, 304, gzip, a thread for each connection."""

import gzip
import sys
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from crawler.demo.routes import Answer, Routes


class LoopbackServer(ThreadingHTTPServer):
    """Listens from the start, answers by its `routes` once it serves."""

    daemon_threads = True
    routes: Routes

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client that hangs up is no fault
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "CongtinDemo", ""
    timeout = 10  # seconds that an idle connection is kept
    wbufsize = -1  # head and body in one packet: Nagle's algorithm costs 40 ms otherwise

    def do_GET(self) -> None:
        answer = cast("LoopbackServer", self.server).routes.answer(self.path)
        etag = f'W/"{sha256(answer.body).hexdigest()[:24]}"'
        if answer.status == HTTPStatus.OK and self._known(etag, answer.modified):
            self._head(HTTPStatus.NOT_MODIFIED, etag, answer)
            self.end_headers()
            return
        body = self._encoded(answer)
        self._head(answer.status, etag, answer)
        self.send_header("Content-Type", answer.mime)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def _known(self, etag: str, modified: datetime | None) -> bool:
        """Whether the client has these bytes; If-Modified-Since counts only without If-None-Match (RFC 9110, 13.1.3)."""
        if told := self.headers["If-None-Match"]:
            return etag in told or told.strip() == "*"
        since = self.headers["If-Modified-Since"]
        return bool(since and modified and modified <= _moment(since))

    def _encoded(self, answer: Answer) -> bytes:
        return gzip.compress(answer.body, mtime=0) if self._zipped(answer) else answer.body

    def _zipped(self, answer: Answer) -> bool:
        return answer.mime.startswith("text/") and "gzip" in self.headers.get("Accept-Encoding", "")

    def _head(self, status: int, etag: str, answer: Answer) -> None:
        self.send_response(status)
        self.send_header("ETag", etag)
        self.send_header("Vary", "Accept-Encoding")
        if answer.modified:
            self.send_header("Last-Modified", format_datetime(answer.modified.astimezone(UTC), usegmt=True))
        if status != HTTPStatus.NOT_MODIFIED and self._zipped(answer):
            self.send_header("Content-Encoding", "gzip")

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal is the crawl's."""


def _moment(header: str) -> datetime:
    try:
        return parsedate_to_datetime(header)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
