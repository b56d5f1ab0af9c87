"""Archives made on several machines, joined: their WARC files under one roof, and what only their databases knew."""
# ruff: noqa: S608 - statements are put together from the constants of this file; values go in as parameters

from __future__ import annotations

import filecmp
import os
import re
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from archive.errors import Damaged, NoArchive
from archive.opening import DATABASE, immutable
from archive.rebuild import linked
from archive.records import Broken, Group, groups, members, warc_files, warc_name
from archive.schema import COUNTS
from archive.warc import FOLDER, OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from sqlite3 import Connection

_NUMBER = re.compile(r"-(\d{5})\.warc\.gz$")
_PART = ".part"
_BEGINNING = 256  # bytes; a warcinfo record takes more
_LINK = (
    "url",
    "portal",
    "section",
    "listing_url",
    "state",
    "discovered_at",
    "attempts",
    "next_visit_at",
    "last_error",
    "absent_at",
)
# A WARC file's name tells when its crawl began, a moment before the row did.
_SAME_CRAWL = """
SELECT id FROM crawls WHERE portal = :portal AND abs(unixepoch(started_at) - unixepoch(:started_at)) <= 2
 ORDER BY abs(unixepoch(started_at) - unixepoch(:started_at)) LIMIT 1"""
_HISTORY = ("finished_at", "outcome", "exit_code", "coverage", "read", *COUNTS)
_DEBT = ("state", "attempts", "next_visit_at", "last_error", "absent_at")


@dataclass(frozen=True, slots=True)
class Bringing:
    """A file that is to be brought in, and the name that it gets."""

    source: Path
    name: str  # with `.open`, where it is so


def to_bring(sources: Iterable[Path], target: Path) -> list[Bringing]:
    """The WARC files of archives that another one has not, each once, whatever it is called.

    A file that has another's name and other bytes gets the next free number. Raises NoArchive, and Damaged for a file that is not whole.
    """
    known = _Known(warc_files(target))
    wanted = []
    for source in sources:
        files = warc_files(source)
        if not files:
            raise NoArchive(
                f"No archive: {source} holds no WARC files; give folders of archives, each with its `warc`."
            )
        for path in files:
            if not known.has(path):
                _check(path)
                wanted.append(Bringing(path, known.add(path)))
    return wanted


def bring(wanted: Iterable[Bringing], target: Path, tell: Callable[[int], None]) -> None:
    """Puts files into an archive: the same bytes where the disk allows it, else copies, whole before they have their name."""
    folder = target / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for one in wanted:
        part = folder / (one.name + _PART)
        part.unlink(missing_ok=True)
        if one.name.endswith(OPEN) or not linked(
            one.source, part
        ):  # what will be cut and closed must not be its owner's
            shutil.copy2(one.source, part)
            with part.open("rb") as file:
                os.fsync(file.fileno())
        part.replace(folder / one.name)
        tell(one.source.stat().st_size)


def unknown_files(conn: Connection, folder: Path) -> bool:
    """Whether an archive has a WARC file whose captures its database does not know: a merge was cut short."""
    known = {row[0] for row in conn.execute("SELECT DISTINCT warc FROM captures")}
    return any(warc_name(path) not in known and not _repeats(conn, path) for path in warc_files(folder))


def _repeats(conn: Connection, path: Path) -> bool:
    """Whether every capture of a file is known from another one."""
    query = "SELECT 1 FROM captures WHERE record_id = ?"
    ids = (group.response.id for group in groups(path) if isinstance(group, Group))
    return all(conn.execute(query, (record_id,)).fetchone() for record_id in ids)


def carry(old: Path, conn: Connection) -> None:
    """Takes over from an archive's database what no bytes tell: how its crawls ended, what failed unanswered, what is owed.

    A database that cannot be read tells nothing. The caller holds the transaction.
    """
    with suppress(sqlite3.Error), closing(_read_only(old / DATABASE)) as source:
        crawls = _carry_crawls(source, conn)
        _carry_failures(source, conn, crawls)
        _carry_links(source, conn)


def _read_only(path: Path) -> Connection:
    conn = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro{immutable(path)}", uri=True)
    conn.row_factory = sqlite3.Row
    return conn


def _carry_crawls(source: Connection, conn: Connection) -> dict[int, int]:
    """Their ids there and here. A crawl is the same when its portal and its beginning are."""
    columns = ", ".join(_HISTORY)
    ids: dict[int, int] = {}
    for row in source.execute(f"SELECT id, portal, started_at, {columns} FROM crawls ORDER BY id"):
        told: dict[str, Any] = dict(row)
        known = conn.execute(_SAME_CRAWL, told).fetchone()
        if known is None:
            names = ("portal", "started_at", *_HISTORY)
            marks = ", ".join(f":{name}" for name in names)
            known = [conn.execute(f"INSERT INTO crawls ({', '.join(names)}) VALUES ({marks})", told).lastrowid]
        elif told["outcome"]:
            changes = ", ".join(f"{name} = :{name}" for name in _HISTORY)
            conn.execute(f"UPDATE crawls SET {changes} WHERE id = :known", {**told, "known": known[0]})
        ids[told["id"]] = known[0]
    return ids


def _carry_failures(source: Connection, conn: Connection, crawls: dict[int, int]) -> None:
    """Those without a capture: of the others, the bytes tell."""
    query = "SELECT crawl_id, url, field, error, message, at FROM failures WHERE capture_id IS NULL ORDER BY id"
    for row in source.execute(query):
        told = dict(row) | {"crawl_id": crawls.get(row["crawl_id"])}
        conn.execute(
            "INSERT INTO failures (crawl_id, url, field, error, message, at)"
            " SELECT :crawl_id, :url, :field, :error, :message, :at WHERE NOT EXISTS"
            " (SELECT 1 FROM failures WHERE url = :url AND at = :at AND error = :error)",
            told,
        )


def _carry_links(source: Connection, conn: Connection) -> None:
    names, marks = ", ".join(_LINK), ", ".join(f":{name}" for name in _LINK)
    debt = ", ".join(f"{name} = :{name}" for name in _DEBT)
    for row in source.execute(f"SELECT {names} FROM links WHERE state <> 'kept' ORDER BY id"):
        told = dict(row)
        conn.execute(f"INSERT INTO links ({names}) VALUES ({marks}) ON CONFLICT (url) DO NOTHING", told)
        conn.execute(
            f"UPDATE links SET {debt} WHERE url = :url AND state = 'owed' AND article_id IS NULL AND :state = 'failed'",
            told,
        )


class _Known:
    """The files that an archive has or is to get: by their names, and by how they begin, as no two do but copies of one."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._taken: set[str] = set()
        self._beginnings: dict[bytes, list[Path]] = {}
        for path in paths:
            self.add(path)

    def has(self, path: Path) -> bool:
        return any(_same(path, other) for other in self._beginnings.get(_beginning(path), ()))

    def add(self, path: Path) -> str:
        """Takes a file in, under its own name or the next that is free; gives that."""
        plain = warc_name(path)
        while plain in self._taken:
            found = _NUMBER.search(plain)
            number = int(found[1]) + 1 if found else 1
            stem = plain[: found.start()] if found else plain.removesuffix(".warc.gz")
            plain = f"{stem}-{number:05}.warc.gz"
        self._taken.add(plain)
        self._beginnings.setdefault(_beginning(path), []).append(path)
        return plain + (OPEN if path.name.endswith(OPEN) else "")


def _beginning(path: Path) -> bytes:
    """A part of the warcinfo record, with which every file begins and which has an identifier of its own."""
    with path.open("rb") as file:
        return file.read(_BEGINNING)


def _same(one: Path, other: Path) -> bool:
    """Whether two files hold the same; of one that a crash left open, the other may be the part that was whole."""
    if one.samefile(other) or filecmp.cmp(one, other, shallow=False):
        return True
    return any(
        longer.name.endswith(OPEN) and _begins_with(longer, shorter) for longer, shorter in ((one, other), (other, one))
    )


def _begins_with(one: Path, other: Path) -> bool:
    with one.open("rb") as longer, other.open("rb") as shorter:
        size = other.stat().st_size
        while size > 0:
            chunk = shorter.read(1 << 20)
            if not chunk or longer.read(len(chunk)) != chunk:
                return False
            size -= len(chunk)
    return True


def _check(path: Path) -> None:
    for member in members(path):
        if isinstance(member, Broken) and not (member.at_end and path.name.endswith(OPEN)):
            raise Damaged(
                f"{path} is damaged at byte {member.offset}: {member.reason}. Nothing was merged; put the file back from a copy."
            )
