"""Datasette over one archive, with the room's plugin; every other Datasette of the process stays as it is."""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, cast

from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils import sqlite_timelimit

from archive import Archive
from archive.opening import DATABASE
from archive.room import plugin
from archive.room.visit import SECONDS, R

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from sqlite3 import Connection

_HERE = Path(__file__).parent
_REMEMBERED = 100  # searches, their facets that is
_SETTINGS = {
    "allow_download": False,  # the database stands beside the room; a copy of one being written would be torn
    "sql_time_limit_ms": 5000,
    "num_sql_threads": 3,
}


class ReadingRoom(Datasette):  # type: ignore[misc]  # Datasette has no types
    """The room over the archive in a folder, which is only read: a crawl may be writing it meanwhile."""

    def __init__(self, folder: Path) -> None:
        with Archive(folder):  # says what is wrong when there is none, and brings an older one up to date
            pass
        self.folder = folder
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        database = str(folder / DATABASE)
        writable = os.access(folder, os.W_OK)  # on a disk that is only read SQLite cannot share its log with a writer
        if not pm.is_registered(plugin):
            pm.register(plugin, "congtin-room")
        super().__init__(
            [database] if writable else [],
            immutables=[] if writable else [database],
            settings=_SETTINGS,
            template_dir=str(_HERE / "templates"),
            static_mounts=[("room", str(_HERE / "static"))],
        )

    def remembered(self, key: Hashable, make: Callable[[], R]) -> R:
        """What was made for this key before, as long as nothing has been written to the archive since."""
        stamped = (key, *(_stamp(self.folder / name) for name in (DATABASE, f"{DATABASE}-wal")))
        if stamped not in self._kept:
            self._kept[stamped] = make()
        kept = cast("R", self._kept[stamped])
        if len(self._kept) > _REMEMBERED:
            self._kept.popitem(last=False)
        return kept

    def forget(self) -> None:
        """Drops all that was remembered."""
        self._kept.clear()

    async def look(self, question: Callable[[Connection], R]) -> R:
        """Asks the archive's database, in a thread. Raises sqlite3.OperationalError "interrupted" after SECONDS."""

        def ask(conn: Connection) -> R:
            with sqlite_timelimit(conn, SECONDS * 1000):
                return question(conn)

        return cast("R", await self.get_database("archive").execute_fn(ask))


def _stamp(file: Path) -> tuple[int, int]:
    """What tells that a file has been written to."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
