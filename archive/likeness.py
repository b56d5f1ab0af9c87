"""Two texts compared, whatever was done to one of them on its way: how much they share, what was changed, and whether they only fill in
the same form. Pure functions over syllables."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import numpy as np

from archive.vietnamese import WORD, fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHINGLE = 5  # syllables
FEWEST = 30  # shingles; a shorter text is too short to be told from a formula
ALIKE = 0.5  # of the shorter text's shingles
_COMPARED = 2000  # syllables, from the start: what is aligned of a long text
_SLOT = 12  # syllables; a longer replacement is another text
_SLOTS, _OFTEN = 2, 1.5  # filled-in places of a form: at least so many, and so many in a hundred shared syllables
_DATELINE = 16  # syllables before the text begins
_WHOLE = 0.9


@dataclass(frozen=True, slots=True)
class Text:
    """An article's text, lead first, as its syllables; `lead` of them are the lead's."""

    title: str
    raw: tuple[str, ...]
    lead: int
    plain: tuple[str, ...] = field(init=False)
    shingles: NDArray[np.uint32] = field(init=False)  # sorted, each once

    def __post_init__(self) -> None:
        plain = fold("\n".join(self.raw)).lower().split("\n") if self.raw else []
        object.__setattr__(self, "plain", tuple(plain))
        grams = (" ".join(plain[at : at + SHINGLE]) for at in range(len(plain) - SHINGLE + 1))
        hashed = np.fromiter((zlib.crc32(gram.encode()) for gram in grams), np.uint32)
        object.__setattr__(self, "shingles", np.unique(hashed))


def text(title: str, lead: str | None, body: str) -> Text:
    first = WORD.findall(lead or "")
    return Text(title, (*first, *WORD.findall(body)), len(first))


@dataclass(frozen=True, slots=True)
class Shared:
    """Shares of shingles, 0 to 1, that stand in the other text as well."""

    of_first: float
    of_second: float

    @property
    def similarity(self) -> float:
        """Of the shorter text."""
        return max(self.of_first, self.of_second)


def shared(first: Text, second: Text) -> Shared:
    """How much two texts hold of each other; nothing of one that is too short to tell."""
    one, two = len(first.shingles), len(second.shingles)
    if min(one, two) < FEWEST:
        return Shared(0, 0)
    both = len(np.intersect1d(first.shingles, second.shingles, assume_unique=True))
    return Shared(both / one, both / two)


def same_form(first: Text, second: Text) -> bool:
    """Whether the texts differ as two fillings of one form do: other figures and names again and again within the same words.

    >>> form = "Ngày {} tháng {} nhiệt độ cao nhất {} độ, gió cấp {}, biển động nhẹ, tàu thuyền chú ý an toàn. "
    >>> same_form(*(text("", None, form.format(*week) * 3) for week in ((1, 5, 30, 2), (8, 6, 33, 4))))
    True
    """
    slots = matched = 0
    for kind, a, b, c, d in _steps(first, second):
        if kind == "equal":
            matched += b - a
        elif kind == "replace" and max(b - a, d - c) <= _SLOT:
            slots += _specific(first.raw[a:b]) and _specific(second.raw[c:d])
    return slots >= _SLOTS and slots * 100 >= _OFTEN * matched


def changes(copy: Text, original: Text, found: Shared) -> list[str]:
    """What was done to a copy: headline, lead_cut, dateline, shortened, extended. `found` of the copy first."""
    steps = _steps(copy, original)
    matched = sum(max(0, min(d, original.lead) - c) for kind, _, _, c, d in steps if kind == "equal")
    begins = next((a for kind, a, b, _, _ in steps if kind == "equal" and b - a >= SHINGLE), 0)
    told = {
        "headline": _plain(copy.title) != _plain(original.title),
        "lead_cut": matched * 2 < original.lead,
        "dateline": 0 < begins <= _DATELINE,
        "shortened": found.of_second < _WHOLE,
        "extended": found.of_first < _WHOLE,
    }
    return [name for name, true in told.items() if true]


def _steps(first: Text, second: Text) -> list[tuple[str, int, int, int, int]]:
    return list(SequenceMatcher(None, first.plain[:_COMPARED], second.plain[:_COMPARED], autojunk=False).get_opcodes())


def _specific(syllables: tuple[str, ...]) -> bool:
    return any(syllable[0].isupper() or any(map(str.isdigit, syllable)) for syllable in syllables)


def _plain(title: str) -> list[str]:
    return WORD.findall(fold(title).lower())
