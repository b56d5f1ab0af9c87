"""Asking a web archive, at the pace it publishes, and asking again when it is busy."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

import httpx

from archive.errors import CongtinError
from crawler.waiting import seconds_of

LARGEST = 64 << 20  # bytes of one capture
_LINE = 1 << 16  # bytes of one line of an index
_TIMEOUT = httpx.Timeout(60.0, connect=30.0)
_LONGEST = 600.0  # seconds: one answer, and one pause that a server may ask for
_TRIES = 5
_AT_FIRST = 2  # tries at a server that has never answered: then its address is wrong, or there is no network
_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, 500, 502, 503, 504)


class Unreachable(CongtinError):  # noqa: N818 - named like the rest of archive.errors
    """The web archive does not answer, or not what was asked for."""

    exit_code = 5


class Refused(Exception):  # noqa: N818
    """One request came to nothing; the text says why."""


class Client:
    """Asks one thing at a time. `pause` in seconds between two captures, two and a half times that between two questions to the
    index: 1 makes the 24 a minute that the Internet Archive publishes.
    """

    def __init__(self, agent: str, pause: float = 1.0, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._http = httpx.Client(
            headers={"User-Agent": agent, "Accept": "*/*"}, timeout=_TIMEOUT, follow_redirects=False
        )
        self._pauses = {"index": pause * 2.5, "capture": pause}
        self._sleep, self._last = sleep, dict.fromkeys(self._pauses, float("-inf"))
        self._patience = pause * 10  # the Internet Archive refuses whom it finds hasty for minutes
        self.asked = dict.fromkeys(self._pauses, 0)
        self.answered = False  # ever

    def close(self) -> None:
        self._http.close()

    def lines(self, url: str, parameters: dict[str, str]) -> Iterator[str]:
        """The lines of an index's answer, as they come; none where it answers that it has nothing. Raises Refused, and
        Unreachable where the answer is none of an index.

        One that breaks off is asked for again by whoever reads it: what it gave until then was true.
        """
        with self._answer("index", url, params=parameters) as answer:
            mime = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if answer.status_code == HTTPStatus.NOT_FOUND and mime.endswith("json"):  # it has no such capture
                return
            if answer.status_code == HTTPStatus.NOT_FOUND or mime == "text/html":
                raise Unreachable(
                    f"{url} is no index of captures: it answered {answer.status_code} with {mime or 'nothing'}; --server names one."
                )
            if answer.status_code != HTTPStatus.OK:
                raise Refused(f"answered {answer.status_code} {answer.reason_phrase}".strip())
            rest = ""
            try:
                for text in answer.iter_text():
                    *whole, rest = (rest + text).split("\n")
                    yield from whole
                    if len(rest) > _LINE:
                        raise Refused("gave a line that is longer than any of an index")
            except httpx.HTTPError as error:
                raise Refused(f"broke off ({error or type(error).__name__})") from error
            if rest:
                yield rest

    def get(self, url: str, headers: dict[str, str] | None = None) -> tuple[int, list[tuple[str, str]], bytes]:
        """Status, headers and body, the body still encoded as it came. Raises Refused."""
        for last in (False, True):
            try:
                with self._answer("capture", url, headers={"Accept-Encoding": "gzip, deflate", **(headers or {})}) as a:
                    told = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in a.headers.raw]
                    return a.status_code, told, _bounded(a)
            except httpx.HTTPError as error:
                if last:
                    raise Refused(f"broke off ({error or type(error).__name__})") from error
        raise AssertionError

    @contextmanager
    def _answer(
        self, kind: str, url: str, params: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> Iterator[httpx.Response]:
        for tried in range(1, _TRIES + 1):
            self._wait(kind)
            pause = self._patience * 2 ** (tried - 1)
            try:
                request = self._http.build_request("GET", url, params=params, headers=headers)
                answer = self._http.send(request, stream=True)
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                why = str(error) or type(error).__name__
            else:
                self.answered = True
                try:
                    if answer.status_code not in _BUSY:
                        yield answer
                        return
                finally:
                    answer.close()
                why = f"answered {answer.status_code} {answer.reason_phrase}".strip()
                pause = max(pause, seconds_of(answer.headers.get("Retry-After", "")))
            if tried == (_TRIES if self.answered else _AT_FIRST):
                break
            self._sleep(min(pause, _LONGEST))
        raise Refused(f"{why}, {tried} times")

    def _wait(self, kind: str) -> None:
        left = self._last[kind] + self._pauses[kind] - time.monotonic()
        if left > 0:
            self._sleep(left)
        self._last[kind] = time.monotonic()
        self.asked[kind] += 1


def _bounded(answer: httpx.Response) -> bytes:
    """The body as it came over the wire. Raises Refused when it is too long, or too long in coming."""
    pieces: list[bytes] = []
    size, until = 0, time.monotonic() + _LONGEST
    for piece in answer.iter_raw():
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST:
            raise Refused(f"is longer than {LARGEST >> 20} MB")
        if time.monotonic() > until:
            raise Refused(f"took longer than {_LONGEST:.0f} s")
    return b"".join(pieces)
