"""A BagIt bag (RFC 8493) of the whole archive, for deposit: the database as it is at one moment, and every WARC file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256, sha512
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from archive.export.pieces import sources
from archive.models import now
from archive.opening import DATABASE
from archive.records import open_warc
from archive.warc import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from sqlite3 import Connection

    from archive.export.chosen import Chosen
    from archive.export.output import Tell
    from archive.export.pieces import Source

_ALGORITHMS = {"sha256": sha256, "sha512": sha512}
_CHUNK = 1 << 20
_PAGES = 2000  # of the database, copied at once
Digests = dict[str, dict[str, str]]  # by algorithm, by path


def write(chosen: Chosen, folder: Path, tell: Tell) -> None:
    """Fills an empty folder. The payload is an archive that opens as it is; its WARC files are read and checked meanwhile.

    Raises Damaged.
    """
    wanted = sources(chosen)
    data = folder / "data"
    (data / FOLDER).mkdir(parents=True)
    _copy_database(chosen.conn, data / DATABASE)
    digests: Digests = {name: {} for name in _ALGORITHMS}
    size = _digested(digests, f"data/{DATABASE}", _chunks(data / DATABASE))
    done, total = size, size + sum(source.size for source in wanted)
    tell(done, total)
    for source in wanted:
        copied = _taken(source, data / FOLDER / source.warc)
        for length in _each_digested(digests, f"data/{FOLDER}/{source.warc}", copied):
            done += length
            tell(done, total)
    _write_tags(folder, digests, _info(chosen, done, len(wanted) + 1))


def _copy_database(conn: Connection, path: Path) -> None:
    """A copy of one moment, in one file: read in place, a copy with a write-ahead log would grow files beside it, and the
    bag would no longer be what its manifest says.
    """
    with closing(sqlite3.connect(path)) as copy:
        conn.backup(copy, pages=_PAGES)
        copy.execute("PRAGMA journal_mode = DELETE")


def _taken(source: Source, path: Path) -> Iterator[bytes]:
    """The whole records of a file, as they are written to another."""
    with open_warc(source.folder, source.warc) as file, path.open("xb") as copy:
        for piece in source.pieces():
            file.seek(piece.offset)
            for at in range(0, piece.length, _CHUNK):
                chunk = file.read(min(_CHUNK, piece.length - at))
                copy.write(chunk)
                yield chunk


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _digested(digests: Digests, path: str, chunks: Iterable[bytes]) -> int:
    return sum(_each_digested(digests, path, chunks))


def _each_digested(digests: Digests, path: str, chunks: Iterable[bytes]) -> Iterator[int]:
    """Reads a file to its end and notes its digests; the length of each piece as it is read."""
    running = {name: make() for name, make in _ALGORITHMS.items()}
    for chunk in chunks:
        for digest in running.values():
            digest.update(chunk)
        yield len(chunk)
    for name, digest in running.items():
        digests[name][path] = digest.hexdigest()


def _info(chosen: Chosen, size: int, files: int) -> dict[str, Any]:
    portals = [name for (name,) in chosen.conn.execute("SELECT DISTINCT portal FROM articles ORDER BY portal")]
    return {
        "Bag-Software-Agent": f"Congtin {version('congtin')}",
        "Bagging-Date": f"{now():%Y-%m-%d}",
        "External-Description": f"News archive of {', '.join(portals)}: {chosen.count()} articles, with their captures.",
        "Payload-Oxum": f"{size}.{files}",
    }


def _write_tags(folder: Path, digests: Digests, info: dict[str, Any]) -> None:
    tags = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": "".join(f"{name}: {' '.join(str(value).split())}\n" for name, value in info.items()),
        **{f"manifest-{name}.txt": _manifest(paths) for name, paths in digests.items()},
    }
    of_tags: Digests = {name: {} for name in _ALGORITHMS}
    for name, text in tags.items():
        _digested(of_tags, name, [text.encode()])
    tags |= {f"tagmanifest-{name}.txt": _manifest(paths) for name, paths in of_tags.items()}
    for name, text in tags.items():
        (folder / name).write_bytes(text.encode())


def _manifest(paths: dict[str, str]) -> str:
    return "".join(f"{digest}  {path}\n" for path, digest in paths.items())
