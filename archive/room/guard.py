"""What every response of the room carries, and which requests it answers at all.

The room is for the person at this machine. A page elsewhere must not be able to read it: a name that merely resolves to
127.0.0.1 (DNS rebinding) is refused, and so are other methods than reading. What a portal wrote must not be able to act in
it: no script but our one file, no style but ours, no address but our own, and no cookie.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import datasette

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, MutableMapping

    Message = MutableMapping[str, Any]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Message, Callable[[], Awaitable[Message]], Send], Awaitable[None]]

_LOOPBACK = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
_METHODS = ("GET", "HEAD")
_NOWHERE = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"

# A stored page: no script, no form, no request, and an origin of its own, so that it is a stranger to the room.
CAPTURE_POLICY = f"sandbox; {_NOWHERE}; form-action 'none'; style-src 'unsafe-inline'; img-src data:"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "",  # by path, unless the page has its own
}


def room_policy(origin: str) -> str:
    """Our own pages. Files are named by folder: a stored page served from this origin is no script and no style of ours."""
    return (
        f"{_NOWHERE}; form-action 'self'; img-src 'self'; style-src {origin}/room/; script-src {origin}/room/;"
        " require-trusted-types-for 'script'"
    )


def data_policy(origin: str) -> str:
    """Datasette's own pages, which have scripts and styles in their markup: the scripts are let through one by one."""
    scripts = " ".join(f"'sha256-{digest}'" for digest in _inline_scripts())
    return (
        f"{_NOWHERE}; form-action 'self'; img-src 'self' data:; connect-src 'self';"
        f" style-src {origin}/-/static/ 'unsafe-inline'; script-src {origin}/-/static/ {scripts}"
    )


@cache
def _inline_scripts() -> tuple[str, ...]:
    """The digests of the scripts that Datasette's templates hold. What an article holds is none of them."""
    folder = Path(datasette.__file__).parent / "templates"
    texts = [path.read_text("utf-8") for path in sorted(folder.glob("*.html"))]
    scripts = [script for text in texts for script in re.findall(r"<script>(.*?)</script>", text, re.DOTALL)]
    filled = {script.replace("{{ datasette_allow_facet }}", value) for script in scripts for value in ("true", "false")}
    return tuple(sorted(b64encode(sha256(script.encode()).digest()).decode() for script in filled))


def guarded(app: App) -> App:
    """The application behind these rules."""

    async def guard(scope: Message, receive: Callable[[], Awaitable[Message]], send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        host = _header(scope["headers"], b"host")
        origin = f"{scope.get('scheme', 'http')}://{host}"

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _secured(message["headers"], scope["path"], origin)
            await send(message)

        if not _LOOPBACK.fullmatch(host):
            origin = "'self'"  # the header is not to be believed
            await _refuse(answer, 421, "This reading room answers to 127.0.0.1 and localhost only.")
        elif scope["method"] not in _METHODS:
            await _refuse(answer, 405, "This reading room is for reading: GET and HEAD.", (b"allow", b"GET, HEAD"))
        else:
            await app(scope, receive, answer)

    return guard


def _header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in headers if key.lower() == name), "")


def _secured(headers: Iterable[tuple[bytes, bytes]], path: str, origin: str) -> list[tuple[bytes, bytes]]:
    kept = [(key.lower(), value) for key, value in headers if key.lower() != b"set-cookie"]
    there = {key for key, _ in kept}
    policy = data_policy(origin) if path.startswith(("/archive", "/-/", "/_memory")) else room_policy(origin)
    added = HEADERS | {"Content-Security-Policy": policy}
    return kept + [
        (name.lower().encode(), value.encode()) for name, value in added.items() if name.lower().encode() not in there
    ]


async def _refuse(send: Send, status: int, sentence: str, *headers: tuple[bytes, bytes]) -> None:
    body = f"{sentence}\n".encode()
    told = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})
