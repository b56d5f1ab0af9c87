"""CSV for spreadsheets: lists as JSON, and no cell that a spreadsheet would run."""

from __future__ import annotations

import codecs
import json
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from archive.export.chosen import COLUMNS
from archive.tables import as_csv

if TYPE_CHECKING:
    from archive.export.chosen import Chosen, Row
    from archive.export.output import Tell

_AT_ONCE = 500  # rows


def write(chosen: Chosen, out: BinaryIO, tell: Tell, *, bom: bool = False) -> None:
    """UTF-8; with `bom` the mark by which Excel knows that it is. The columns are the keys of jsonl."""
    total, done, rows = chosen.count(), 0, chosen.rows()
    if bom:
        out.write(codecs.BOM_UTF8)
    while some := list(islice(rows, _AT_ONCE)):
        header, _, lines = as_csv([_flat(row) for row in some]).partition("\r\n")
        out.write(f"{header}\r\n{lines}".encode() if not done else lines.encode())
        done += len(some)
        tell(done, total)
    if not done:
        out.write(f"{','.join(COLUMNS)}\r\n".encode())


def _flat(row: Row) -> Row:
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value for name, value in row.items()
    }
