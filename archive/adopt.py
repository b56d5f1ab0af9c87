"""After a crash: captures whose bytes were on the disk before their rows could be, get their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.captures import insert
from archive.errors import Damaged
from archive.found import found
from archive.records import Group, groups
from archive.warc import OPEN

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils.db import Database

_KNOWN = 'SELECT 1 FROM captures WHERE warc = ? AND "offset" = ?'


def adopt(db: Database, path: Path) -> int:
    """How many rows were added for a file that a crash left open. Pages among them are owed as they were."""
    added, warc = 0, path.name.removesuffix(OPEN)
    with db.atomic():
        for group in groups(path):
            if not isinstance(group, Group) or group.metadata is None:
                continue
            if db.conn.execute(_KNOWN, (warc, group.response.offset)).fetchone() is None:
                added += _insert(db, group, warc)
    return added


def _insert(db: Database, group: Group, warc: str) -> bool:
    try:
        insert(db.conn, found(group, warc))
    except Damaged:  # `verify` tells it; a crawl can go on
        return False
    return True
