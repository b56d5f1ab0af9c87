"""WACZ 1.1.1: the captures with index, list of pages and digests in one ZIP file that is replayed as it stands.

Every member is stored and not deflated, so that a reader can ask for the bytes of one page. The specification is at
https://specs.webrecorder.net/wacz/1.1.1/.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import version
from itertools import chain, count
from typing import IO, TYPE_CHECKING, Any, BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from archive.export.cdxj import Index
from archive.export.pieces import sources
from archive.models import now, stamp
from archive.records import open_warc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.export.chosen import Chosen
    from archive.export.output import Tell
    from archive.export.pieces import Source

WACZ_VERSION = "1.1.1"
_CHUNK = 1 << 20
_NO_SLUG = re.compile("[^-a-z0-9._]")


def write(chosen: Chosen, out: BinaryIO, tell: Tell) -> None:
    """Whole WARC files when everything is chosen; else the exchanges of the articles, their pictures and documents."""
    wanted = sources(chosen)
    done, total = 0, sum(source.size for source in wanted)
    index = Index(chosen.conn, "index.cdx.gz")
    with ZipFile(out, "w", ZIP_STORED) as file:
        package = _Package(file)
        for source in wanted:
            for length in _copy(source, package, index):
                done = min(done + length, total)
                tell(done, total)
        package.put("indexes/index.cdx.gz", index.blocks())
        package.put("indexes/index.idx", [index.summary.encode()])
        package.put("pages/pages.jsonl", _pages(chosen))
        package.close(_about(chosen))


def _copy(source: Source, package: _Package, index: Index) -> Iterator[int]:
    """The wanted records of one file into a file of the same name; the length of each piece as it is done."""
    offset = 0
    with open_warc(source.folder, source.warc) as file, package.member(f"archive/{source.warc}", source.size) as member:
        for piece in source.pieces():
            file.seek(piece.offset)
            for at in range(0, piece.length, _CHUNK):
                member.write(file.read(min(_CHUNK, piece.length - at)))
            if piece.group:
                index.add(piece.group, source.warc, offset)
            offset += piece.length
            yield piece.length


def _pages(chosen: Chosen) -> Iterator[bytes]:
    """One page an article, at the address and the time it was read from."""
    yield _line({"format": "json-pages-1.0", "id": "pages", "title": "Articles"})
    for article_id, url, at, title in chosen.select("SELECT a.id, c.url, c.fetched_at, a.title"):
        yield _line({"id": str(article_id), "url": url, "ts": at, "title": title})


def _about(chosen: Chosen) -> dict[str, Any]:
    portals = " ".join(name for (name,) in chosen.conn.execute("SELECT DISTINCT portal FROM articles ORDER BY portal"))
    what = "the whole archive" if chosen.everything else "a part of the archive"
    return {
        "title": f"News of {portals}",
        "description": f"{chosen.count()} articles: {what}, exported by Congtin.",
        "created": stamp(now()),
        "software": f"Congtin {version('congtin')}",
    }


def _line(row: dict[str, Any]) -> bytes:
    return json.dumps(row).encode() + b"\n"


class _Member:
    """A member of the ZIP file while it is written."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self.size, self._digest = out, 0, sha256()

    def write(self, data: bytes) -> None:
        self._out.write(data)
        self._digest.update(data)
        self.size += len(data)

    @property
    def digest(self) -> str:
        return f"sha256:{self._digest.hexdigest()}"


class _Package:
    """A data package (https://specs.frictionlessdata.io/data-package/) whose resources are the members written so far."""

    def __init__(self, file: ZipFile) -> None:
        self._file = file
        self._resources: list[dict[str, Any]] = []
        self._made = now().timetuple()[:6]

    @contextmanager
    def member(self, path: str, most: int = 0) -> Iterator[_Member]:
        """One that will hold about so many bytes, which decides the size of its header."""
        with self._open(path, most) as member:
            yield member
        resource = {"name": self._name(path), "path": path, "hash": member.digest, "bytes": member.size}
        self._resources.append(resource)

    def put(self, path: str, pieces: Iterator[bytes] | list[bytes]) -> None:
        with self.member(path) as member:
            for piece in pieces:
                member.write(piece)

    def close(self, about: dict[str, Any]) -> None:
        package = {"profile": "data-package", "wacz_version": WACZ_VERSION, **about, "resources": self._resources}
        with self._open("datapackage.json") as member:
            member.write(json.dumps(package, ensure_ascii=False, indent=2).encode())
        with self._open("datapackage-digest.json") as last:
            last.write(json.dumps({"path": "datapackage.json", "hash": member.digest}, indent=2).encode())

    @contextmanager
    def _open(self, path: str, most: int = 0) -> Iterator[_Member]:
        info = ZipInfo(path, self._made)
        info.external_attr, info.file_size = 0o644 << 16, most
        with self._file.open(info, "w") as out:
            yield _Member(out)

    def _name(self, path: str) -> str:
        """A name as the standard wants it, and as no other resource has it."""
        slug = _NO_SLUG.sub("_", path.rpartition("/")[2].lower())
        taken = {resource["name"] for resource in self._resources}
        return next(name for name in chain([slug], (f"{slug}-{n}" for n in count(2))) if name not in taken)
