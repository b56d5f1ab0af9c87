"""JSON Lines: one article a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from archive.export.chosen import Chosen
    from archive.export.output import Tell

# JSON lets them stand, many a reader of lines breaks at them
_BREAKS = {letter: f"\\u{ord(letter):04x}" for letter in "\x85\u2028\u2029"}


def write(chosen: Chosen, out: BinaryIO, tell: Tell) -> None:
    total = chosen.count()
    for done, row in enumerate(chosen.rows(), 1):
        line = json.dumps(row, ensure_ascii=False)
        for letter, escaped in _BREAKS.items():
            line = line.replace(letter, escaped)
        out.write(f"{line}\n".encode())
        tell(done, total)
