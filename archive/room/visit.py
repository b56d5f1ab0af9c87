"""One request to the room: who asks in which language, and how an answer is made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from datasette import Response

from archive.cite import portal_title
from archive.room.language import NAMES, language, negotiate

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping
    from pathlib import Path
    from sqlite3 import Connection

R = TypeVar("R")
KEPT = "!#$%&'()*+,/:;=?@[]~"  # letters that an address has as they are
SECONDS = 10  # for all that one page asks of the database
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 has no way to write


class Room(Protocol):
    """What a page needs of the room that it is made in."""

    folder: Path  # the archive's

    def remembered(self, key: Hashable, make: Callable[[], R]) -> R:
        """What was made for this key before, as long as nothing has been written to the archive since."""

    async def look(self, question: Callable[[Connection], R]) -> R:
        """Asks the archive's database. Raises sqlite3.OperationalError "interrupted" after SECONDS."""

    async def render_template(self, template: str, context: Mapping[str, Any], request: Any) -> str:
        """A template of the room's, filled in."""


class Visit:
    """A request, its language (`?lang=`, else what the browser likes), and the ways to answer it."""

    def __init__(self, room: Room, request: Any) -> None:
        self.room = room
        self.request = request
        self.args: Mapping[str, str] = {name: request.args.get(name) or "" for name in request.args}
        self.place: Mapping[str, str] = request.url_vars
        asked = self.args.get("lang", "")
        self._asked = asked if asked in NAMES else None
        self.language = language(self._asked or negotiate(request.headers.get("accept-language", "")))

    @property
    def origin(self) -> str:
        return f"{self.request.scheme}://{self.request.host}"

    async def look(self, question: Callable[[Connection], R]) -> R:
        return await self.room.look(question)

    def link(self, path: str, /, **query: object) -> str:
        """An address in the room; a language that was asked for goes along, what is empty does not."""
        told = {name: str(value) for name, value in query.items() if value not in (None, "")}
        if self._asked:
            told.setdefault("lang", self._asked)
        return quote(path, safe="/:%") + (f"?{urlencode(told)}" if told else "")

    def in_language(self, code: str) -> str:
        """The same page in another language."""
        path = "/" + quote(self.request.path, safe="/:%").lstrip("/")  # two slashes would begin the name of a host
        return f"{path}?{urlencode({**self.args, 'lang': code})}"

    async def page(self, template: str, status: int = 200, /, **context: Any) -> Response:
        told = {"visit": self, "lang": self.language, "say": self.language.say, "link": self.link}
        told |= {"outside": outside, "in_path": in_path, "portal_title": portal_title}
        body = await self.room.render_template(
            f"room/{template}", {**told, **context, "languages": NAMES}, self.request
        )
        headers = {"Content-Language": self.language.code, "Vary": "Accept-Language", "Cache-Control": "no-cache"}
        return Response(body, status, headers, "text/html; charset=utf-8")

    async def feed(self, template: str, /, **context: Any) -> Response:
        told = {"visit": self, "lang": self.language, "say": self.language.say, "outside": outside}
        told |= {"portal_title": portal_title}
        body = await self.room.render_template(f"room/{template}", {**told, **context}, self.request)
        headers = {"Content-Language": self.language.code, "Vary": "Accept-Language", "Cache-Control": "no-cache"}
        return Response(_UNPRINTABLE.sub("", body), 200, headers, "application/atom+xml; charset=utf-8")


def outside(url: str | None) -> str | None:
    """An address that a link may lead to; None for `javascript:` and whatever else is no web address.

    >>> outside("https://x.vn/tin"), outside(" javascript:alert(1)"), outside("//x.vn"), outside("http://[")
    ('https://x.vn/tin', None, None, None)
    """
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def in_path(url: str) -> str:
    """An address to stand at the end of one of ours: as it is, or written so that `unquote` gives it back.

    >>> in_path("http://x.vn/a%20b?c=d"), in_path("http://x.vn/a%20đê")
    ('http://x.vn/a%20b?c=d', 'http://x.vn/a%2520%C4%91%C3%AA')
    """
    kept = KEPT.replace("#", "")
    return url if quote(url, safe=kept) == url else quote(url, safe=kept.replace("%", ""))


def redirect(location: str, **headers: str) -> Response:
    return Response("", 302, {"Location": location, **headers}, "text/plain; charset=utf-8")
