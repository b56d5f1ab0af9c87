"""What one version of an article says otherwise than another: field by field, the text paragraph by paragraph."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

import click

from archive.errors import NotFound
from archive.tables import bold, folded, harmless, on_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Row = dict[str, Any]
Run = tuple[Literal["=", "-", "+"], str]  # a piece of text that stayed, went or came

FIELDS = (
    "title",
    "published_at",
    "published_raw",
    "section",
    "lead",
    "body",
    "author",
    "author_role",
    "source",
    "source_raw",
    "images",
    "attachments",
)
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_ALIKE = 0.5  # paragraphs that share half of their words are one paragraph, edited
_PLAIN = ("[-", "-]", "{+", "+}")
_LIT = ("\ue000[-", "-]\ue001", "\ue002{+", "+}\ue003")  # a letter until the lines are broken, then colour
_COLOURS = {
    "\ue000": click.style("", fg="red", reset=False),
    "\ue001": click.style(""),
    "\ue002": click.style("", fg="green", reset=False),
    "\ue003": click.style(""),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs; `before` or `after` is None where there is none. `runs` lead from one to the other."""

    before: str | None
    after: str | None
    runs: list[Run]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two versions of one article, and their changes by field. A paragraph, picture or document is a change of its own."""

    article_id: int
    url: str
    older: Row  # revision, seen_at, capture_id
    newer: Row
    fields: dict[str, list[Change]]

    def to_dict(self) -> Row:
        return asdict(self)


def difference(article: Row, older: int = -2, newer: int = -1) -> Difference:
    """Compares two versions of an article (as `Archive.article` gives it); negative numbers count from the last.

    Raises NotFound for a version that the article has not.
    """
    old, new = (_revision(article, number) for number in (older, newer))
    changes = {name: list(_changes(name, old[name], new[name])) for name in FIELDS}
    versions = [{name: row[name] for name in ("revision", "seen_at", "capture_id")} for row in (old, new)]
    fields = {name: some for name, some in changes.items() if some}
    return Difference(article["id"], article["url"], versions[0], versions[1], fields)


def _revision(article: Row, number: int) -> Row:
    versions: list[Row] = article["revisions"]
    wanted = number if number >= 0 else len(versions) + number + 1
    found = next((version for version in versions if version["revision"] == wanted), None)
    if found is not None:
        return found
    if len(versions) == 1:
        raise NotFound(f"Article {article['id']} has one version; there is nothing to compare it with.")
    raise NotFound(f"Article {article['id']} has no version {number}, only 1 to {len(versions)}.")


def _changes(name: str, old: Any, new: Any) -> Iterator[Change]:
    if name == "body":
        pairs = paired(old.split("\n\n"), new.split("\n\n"), alike)
    elif name in ("images", "attachments"):
        pairs = [(a and _described(a), b and _described(b)) for a, b in paired(old, new, _same_file)]
    else:
        pairs = [(old or None, new or None)]
    for before, after in pairs:
        if before != after:
            yield Change(before, after, runs(before or "", after or ""))


def paired(old: Sequence[Any], new: Sequence[Any], likeness: Callable[[Any, Any], float]) -> list[tuple[Any, Any]]:
    """Old and new things side by side in their order, None beside what has no counterpart; what stayed is left out."""
    pairs: list[tuple[Any, Any]] = []
    was, now = ([str(thing) for thing in things] for things in (old, new))
    for kind, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind != "equal":
            pairs += _aligned(old[a:b], new[c:d], likeness)
    return pairs


def _aligned(old: Sequence[Any], new: Sequence[Any], likeness: Callable[[Any, Any], float]) -> list[tuple[Any, Any]]:
    """The pairing in order whose likenesses add up to the most: the longest common subsequence, weighted."""
    like = [[likeness(a, b) for b in new] for a in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], like[i][j] and like[i][j] + best[i + 1][j + 1])
    pairs: list[tuple[Any, Any]] = []
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and best[i][j] == best[i + 1][j]:
            pairs.append((old[i], None))
            i += 1
        elif j < len(new) and best[i][j] == best[i][j + 1]:
            pairs.append((None, new[j]))
            j += 1
        else:
            pairs.append((old[i], new[j]))
            i, j = i + 1, j + 1
    return pairs


def alike(a: str, b: str) -> float:
    """The share of words that two paragraphs have in common, in any order; 0 when they are two and not one edited.

    >>> alike("Cầu mới thông xe.", "Cầu mới đã thông xe."), alike("Cầu mới thông xe.", "Hội làng mở sáng nay.")
    (0.888..., 0.0)
    """
    first, second = _words(a), _words(b)
    share = 2 * (first & second).total() / ((first.total() + second.total()) or 1)
    return share if share >= _ALIKE else 0.0


@lru_cache(maxsize=4096)  # a paragraph is compared with many
def _words(paragraph: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", paragraph))


def runs(before: str, after: str) -> list[Run]:
    """How one text becomes another, word by word; a blank between two changed words counts as changed.

    >>> runs("Nam Định mở hội", "Nam Định khai hội")
    [('=', 'Nam Định '), ('-', 'mở'), ('+', 'khai'), ('=', ' hội')]
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    pieces = [("".join(old[a:b]), "".join(new[c:d]), kind == "equal") for kind, a, b, c, d in codes]
    last = len(pieces) - 1
    stays = [same and not (0 < at < last and a.isspace()) for at, (a, _, same) in enumerate(pieces)]
    told: list[Run] = []
    for same, some in groupby(zip(pieces, stays, strict=True), key=lambda piece: piece[1]):
        gone, come = ("".join(column) for column in zip(*((a, b) for (a, b, _), _ in some), strict=True))
        told += [("=", gone)] if same else [("-", gone), ("+", come)]
    return [(kind, text) for kind, text in told if text]


def _same_file(a: Row, b: Row) -> float:
    return float(a["url"] == b["url"])


def _described(part: Row) -> str:
    told = [f"{name}: {text}" for name, text in part.items() if text and name != "url"]
    return "; ".join([*told, part["url"]])


def text(difference: Difference) -> str:
    """A difference to be read: what went between [- and -], what came between {+ and +}; red and green on a terminal."""
    older, newer = (
        f"version {version['revision']}, seen {version['seen_at']}, capture {version['capture_id']}"
        for version in (difference.older, difference.newer)
    )
    lines = [f"Article {difference.article_id}: {difference.url}", f"from {older}", f"to   {newer}", ""]
    lines = [harmless(line) for line in lines]
    for name, changes in difference.fields.items():
        lines += [bold(name), *(line for change in changes for line in _lines(change)), ""]
    return "\n".join(lines if difference.fields else [*lines, "No field differs.", ""])


def _lines(change: Change) -> list[str]:
    went, went_end, came, came_end = marks = _LIT if on_terminal() else _PLAIN
    around = {"=": ("", ""), "-": (went, went_end), "+": (came, came_end)}
    shown = "".join(f"{around[kind][0]}{harmless(piece)}{around[kind][1]}" for kind, piece in change.runs)
    wrapped = "\n".join(folded(f"  {shown}", "  "))
    if marks is _LIT:
        for mark, colour in _COLOURS.items():
            wrapped = wrapped.replace(mark, colour)
    return wrapped.split("\n")
