"""What of the archive's WARC files goes into a WACZ: whole files, or the exchanges of the articles that were chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.errors import Damaged
from archive.records import Broken, Group, groups, open_warc, read_group, read_member, warc_files, warc_name
from archive.warc import FOLDER, OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from sqlite3 import Connection

    from archive.export.chosen import Chosen


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a WARC file, whole records; with `group` the exchange that it holds."""

    offset: int
    length: int
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A WARC file and about how many bytes of it are wanted; `offsets` of responses, all of the file without them."""

    folder: Path
    warc: str
    size: int
    offsets: tuple[int, ...] | None = None

    def pieces(self) -> Iterator[Piece]:
        """In the order of the file. Raises Damaged."""
        try:
            yield from self._whole() if self.offsets is None else self._some(self.offsets)
        except Damaged as error:
            raise Damaged(f"{self.warc}: {error}; `congtin verify` tells more.") from error

    def _whole(self) -> Iterator[Piece]:
        """All records; of a file that is being written those that are there by now."""
        path = self.folder / FOLDER / self.warc
        finished = path.exists()
        for found in groups(path if finished else path.with_name(self.warc + OPEN)):
            if isinstance(found, Group):
                yield _piece(found)
            elif not isinstance(found, Broken):
                yield Piece(found.offset, found.length)
            elif finished or not found.at_end:
                raise Damaged(f"no record begins at byte {found.offset}, {found.reason}")

    def _some(self, offsets: tuple[int, ...]) -> Iterator[Piece]:
        with open_warc(self.folder, self.warc) as file:
            first = read_member(file, 0)
            if first.type == "warcinfo":
                yield Piece(0, first.length)
            for offset in offsets:
                yield _piece(read_group(file, offset))


def _piece(group: Group) -> Piece:
    last = group.metadata or group.request or group.response
    return Piece(group.response.offset, last.offset + last.length - group.response.offset, group)


def sources(chosen: Chosen) -> list[Source]:
    """The files to take records from. Raises Damaged when one is missing, or has no name for a file of ours."""
    folder = chosen.archive.path
    if chosen.everything:
        known = {name for (name,) in chosen.conn.execute("SELECT DISTINCT warc FROM captures")}
        sizes = {warc_name(path): path.stat().st_size for path in warc_files(folder)}
        for warc in known - set(sizes):
            open_warc(folder, safe(warc)).close()
        return [Source(folder, safe(warc), size) for warc, size in sorted(sizes.items())]
    places: dict[str, list[tuple[int, int]]] = {}
    for warc, offset, length in _wanted(chosen):
        places.setdefault(safe(warc), []).append((offset, length))
    return [
        Source(folder, warc, sum(length for _, length in listed), tuple(offset for offset, _ in listed))
        for warc, listed in places.items()
    ]


_UNSAFE = set('/\\:"<>|?*%')  # in one file system or another; and % in a bag's manifest


def safe(warc: str) -> str:
    """The name, when it names a file in the folder and nothing else. Raises Damaged."""
    if not warc or warc.startswith(".") or not warc.isprintable() or set(warc) & _UNSAFE:
        raise Damaged(f"{warc!r} is no name for a WARC file; `congtin rebuild` makes archive.db anew from the files.")
    return warc


_OF_ARTICLES = (
    "SELECT c.id FROM articles a JOIN captures c ON c.url = a.url WHERE a.id IN exported_articles",
    "SELECT c.id FROM links l JOIN captures c ON c.url = l.url WHERE l.article_id IN exported_articles",
    "SELECT capture_id FROM revisions WHERE article_id IN exported_articles",
    *(
        query.format(table)
        for table in ("images", "attachments")
        for query in (
            "SELECT c.id FROM {} p JOIN captures c ON c.url = p.url WHERE p.article_id IN exported_articles",
            "SELECT capture_id FROM {} WHERE article_id IN exported_articles AND capture_id IS NOT NULL",
        )
    ),
)
_REFERRED = "SELECT refers_to FROM captures WHERE id IN exported_captures AND refers_to IS NOT NULL"


def _wanted(chosen: Chosen) -> Iterator[tuple[str, int, int]]:
    """Every capture of the articles, their versions, pictures and documents, and what those that are revisits refer to."""
    conn = chosen.conn
    for table in ("exported_articles", "exported_captures"):
        conn.execute(f"CREATE TEMP TABLE {table} (id INTEGER PRIMARY KEY)")
    conn.executemany("INSERT INTO exported_articles VALUES (?)", chosen.select("SELECT a.id"))
    _take(conn, " UNION ".join(_OF_ARTICLES))
    _take(conn, _REFERRED)
    return conn.execute(
        'SELECT warc, "offset", length FROM captures WHERE id IN exported_captures ORDER BY warc, "offset"'
    )


def _take(conn: Connection, query: str) -> None:
    conn.execute(f"INSERT OR IGNORE INTO exported_captures {query}")
