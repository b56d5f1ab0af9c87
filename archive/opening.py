"""A folder becomes a connection: told apart from what is no archive before SQLite may touch it."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote

from sqlite_utils.db import Database

from archive.errors import NoArchive
from archive.schema import APPLICATION_ID, bring_up_to_date

if TYPE_CHECKING:
    from pathlib import Path

DATABASE = "archive.db"
_HEADER = 100  # bytes; SQLite's file format, section 1.3


def open_archive(folder: Path, *, create: bool) -> Database:
    """The archive's database, its schema up to date. Without `create` nothing comes into being.

    Raises NoArchive when the folder is missing, empty, or holds something else under our name.
    """
    check_place(folder, create=create)
    if create:
        folder.mkdir(parents=True, exist_ok=True)
    db = _connect(folder / DATABASE, create=create)
    try:
        if create or not immutable(folder / DATABASE):
            bring_up_to_date(db)
    except BaseException:
        db.close()
        raise
    return db


def is_fresh(folder: Path) -> bool:
    """Whether a folder holds no database yet; an empty file is none."""
    file = folder / DATABASE
    return not file.exists() or (file.is_file() and file.stat().st_size == 0)


def check_place(folder: Path, *, create: bool) -> None:
    """Raises NoArchive when the folder holds no archive, or, with `create`, when something else is there."""
    if folder.exists() and not folder.is_dir():
        _refuse(folder, "is a file; an archive is a folder")
    file, fresh = folder / DATABASE, is_fresh(folder)
    if not fresh and not _is_ours(file):
        _refuse(file, "is not the database of an archive")
    if fresh and not create:
        state = "holds no archive" if folder.exists() else "does not exist"
        _refuse(folder, state, "`congtin crawl` makes one, `--archive DIR` names another")


def _refuse(path: Path, what: str, advice: str = "`--archive DIR` names another folder") -> NoReturn:
    raise NoArchive(f"No archive: {path} {what}; {advice}.")


def _is_ours(file: Path) -> bool:
    if not file.is_file():
        return False
    with file.open("rb") as stream:
        header = stream.read(_HEADER)
    return header.startswith(b"SQLite format 3\0") and int.from_bytes(header[68:72], "big") == APPLICATION_ID


def _connect(file: Path, *, create: bool) -> Database:
    uri = f"file:{quote(str(file.absolute()))}?mode={'rwc' if create else 'rw'}{'' if create else immutable(file)}"
    conn = sqlite3.connect(uri, uri=True, isolation_level=None, cached_statements=256)
    try:
        conn.execute("PRAGMA busy_timeout = 10000")
        if conn.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            conn.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")  # before WAL: it must stand in the file itself
            conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA synchronous = NORMAL")  # after a power cut the last rows may be missing, never the bytes
        conn.execute("PRAGMA wal_autocheckpoint = 4000")  # pages; the index's hot pages are copied back less often
        conn.execute("PRAGMA foreign_keys = ON")
        return Database(conn)
    except BaseException:
        conn.close()
        raise


def immutable(file: Path) -> str:
    """For an archive on a disk that may only be read: SQLite would want to make its log's index beside the file."""
    return "" if os.access(file.parent, os.W_OK) else "&immutable=1"
