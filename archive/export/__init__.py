"""The archive, or what is chosen of it, in forms that others take: JSON Lines, CSV, Parquet, WACZ, a BagIt bag."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from archive.errors import BadInput
from archive.export import bag, csvfile, jsonl, parquet, wacz
from archive.export.chosen import Chosen, snapshot
from archive.export.output import Tell, building, writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive.search import Filters
    from archive.store import Archive

__all__ = ["FORMATS", "export"]

_WRITERS: dict[str, Callable[[Chosen, BinaryIO, Tell], None]] = {
    "jsonl": jsonl.write,
    "csv": csvfile.write,
    "parquet": parquet.write,
    "wacz": wacz.write,
}
FORMATS = ("jsonl", "csv", "parquet", "wacz", "bag")
_BINARY = ("parquet", "wacz")


def export(
    archive: Archive,
    form: str,
    output: Path | None,
    *,
    query: str = "",
    filters: Filters | None = None,
    force: bool = False,
    bom: bool = False,
    tell: Tell = lambda _done, _total: None,
) -> int:
    """Writes the articles that a query and filters choose, in one of FORMATS, and says how many they are.

    Without `output` to standard output; a bag is a new folder. `force` replaces a file, `bom` marks CSV for Excel.
    Raises BadInput, Damaged.
    """
    with snapshot(archive.db.conn):
        chosen = Chosen(archive, query, filters)
        if form == "bag":
            _bag(chosen, output, tell)
        else:
            _file(chosen, form, output, force=force, bom=bom, tell=tell)
        return chosen.count()


def _bag(chosen: Chosen, output: Path | None, tell: Tell) -> None:
    if not chosen.everything:
        raise BadInput("A bag holds the whole archive; leave QUERY and the filters out, or choose --format wacz.")
    if output is None:
        raise BadInput("A bag is a folder; name one that is not there yet with --output.")
    with building(output) as folder:
        bag.write(chosen, folder, tell)


def _file(chosen: Chosen, form: str, output: Path | None, *, force: bool, bom: bool, tell: Tell) -> None:
    if bom and form != "csv":
        raise BadInput(f"--bom goes with --format csv; {form} has no use for a byte order mark.")
    if output is None and form in _BINARY and sys.stdout.isatty():
        raise BadInput(f"{form} is no text for a terminal; name a file with --output, or pipe it on.")
    write = partial(csvfile.write, bom=True) if bom else _WRITERS[form]
    with writing(output, force=force) as out:
        write(chosen, out, tell)
