"""What the room adds to Datasette, by its hooks. A Datasette that is no reading room is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette import hookimpl

from archive.room import guard
from archive.room.routes import ROUTES

if TYPE_CHECKING:
    from collections.abc import Callable


def _is_room(datasette: Any) -> bool:
    return hasattr(datasette, "look")


@hookimpl  # type: ignore[untyped-decorator]
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    return ROUTES if _is_room(datasette) else []


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]  # the outermost
def asgi_wrapper(datasette: Any) -> Callable[[guard.App], guard.App]:
    return guard.guarded if _is_room(datasette) else lambda app: app


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Any) -> list[dict[str, str]]:
    return [{"href": "/", "label": "Phòng đọc / Reading room"}] if _is_room(datasette) else []
