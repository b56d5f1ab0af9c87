"""The addresses of the room, and what happens when a page cannot be made."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from archive.errors import BadInput, Damaged, NotFound, Undecodable
from archive.room import reading, searching, standing, stored
from archive.room.visit import SECONDS, Room, Visit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from datasette import Response

    Handler = Callable[[Visit], Awaitable[Response]]


def _view(handler: Handler) -> Callable[..., Awaitable[Response]]:
    """The handler as Datasette calls it, its errors as pages."""

    async def view(request: Any, datasette: Room) -> Response:
        visit = Visit(datasette, request)
        try:
            return await handler(visit)
        except NotFound as error:
            return await _problem(visit, 404, "not_found", error)
        except BadInput as error:
            return await _problem(visit, 400, "bad_request", error)
        except (Damaged, Undecodable) as error:
            return await _problem(visit, 500, "damaged", error)
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            return await _problem(visit, 503, "too_slow", error)

    return view


async def _problem(visit: Visit, status: int, kind: str, error: Exception) -> Response:
    told = "" if kind in ("not_found", "too_slow") else str(error)
    return await visit.page("problem.html", status, kind=kind, told=told, seconds=SECONDS)


async def _nothing(_visit: Visit) -> Response:
    raise NotFound


_ID = r"(?P<id>[0-9]{1,18})"
_HANDLERS: dict[str, Handler] = {
    r"^/$": searching.search,
    r"^/feed\.atom$": searching.feed,
    rf"^/article/{_ID}$": reading.article,
    rf"^/article/{_ID}/diff$": reading.diff,
    rf"^/article/{_ID}/cite/(?P<style>[a-z-]{{2,20}})$": reading.citation,
    rf"^/capture/{_ID}$": stored.capture,
    rf"^/page/{_ID}$": stored.page,
    rf"^/picture/{_ID}$": stored.picture,
    r"^/near/(?P<at>[0-9]{14})/(?P<url>.+)$": stored.near,
    r"^/timegate/(?P<url>.+)$": stored.timegate,
    r"^/timemap/link/(?P<url>.+)$": stored.timemap,
    r"^/timeline$": standing.timeline,
    r"^/crawls$": standing.crawls,
    # Everything that is neither ours nor Datasette's; its own answer to a stray address is a traceback on the terminal.
    r"^/(?!archive(?:[/.?-]|$)|-/|_memory|room/|favicon\.ico$)": _nothing,
}
ROUTES = [(pattern, _view(handler)) for pattern, handler in _HANDLERS.items()]
