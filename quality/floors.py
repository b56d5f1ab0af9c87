"""The floors, in a file that a person reads before it is committed: scores by corpus, reading and field, and who lowered what, and why."""

import json
import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PLACES = 4  # of a floor; a score is cut to it, never rounded up
_SCALE = 10_000
_HEAD = (
    "# Written by `python -m quality --pin`. A floor goes down only with `--lower REASON`, and the reason stays here.\n"
)

Scores = Mapping[str, Mapping[str, float]]  # by reading ("as sent", "scrambled") and field


@dataclass
class Pinned:
    """What is pinned of one corpus: the digest of its pages and its floors."""

    digest: str = ""
    floors: dict[str, dict[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """A floor that a pin moves; `old` is None for a new one, `new` None for one that goes."""

    corpus: str
    reading: str
    field: str
    old: float | None
    new: float | None

    @property
    def lowers(self) -> bool:
        return self.old is not None and (self.new is None or self.new < self.old)

    def __str__(self) -> str:
        old, new = ("none" if v is None else f"{v:.{PLACES}f}" for v in (self.old, self.new))
        return f"{self.corpus}, {self.reading}, {self.field}: {old} -> {new}"


@dataclass
class Floors:
    """The file."""

    corpora: dict[str, Pinned] = field(default_factory=dict)
    lowered: list[dict[str, str | list[str]]] = field(default_factory=list)  # date, reason, floors

    @classmethod
    def load(cls, path: Path) -> "Floors":
        """The file's floors, none when there is no file."""
        if not path.exists():
            return cls()
        found = tomllib.loads(path.read_text("utf-8"))
        corpora = {name: Pinned(part["digest"], part["floors"]) for name, part in found.get("corpus", {}).items()}
        return cls(corpora, found.get("lowered", []))

    def changes(self, name: str, scores: Scores) -> list[Change]:
        """What it would move to pin these scores of a corpus."""
        old = self.corpora.get(name, Pinned()).floors
        new = _floors(scores)
        keys = dict.fromkeys((r, f) for of in (new, old) for r, fields in of.items() for f in fields)
        moves = (Change(name, r, f, old.get(r, {}).get(f), new.get(r, {}).get(f)) for r, f in keys)
        return [move for move in moves if move.old != move.new]

    def pin(self, name: str, digest: str, scores: Scores) -> None:
        self.corpora[name] = Pinned(digest, _floors(scores))

    def save(self, path: Path) -> None:
        path.write_text(_HEAD + "".join(self._lines()), "utf-8")

    def _lines(self) -> Iterator[str]:
        for corpus, pinned in self.corpora.items():
            yield f"\n[corpus.{corpus}]\ndigest = {json.dumps(pinned.digest)}\n"
            for reading, floors in pinned.floors.items():
                yield f"\n[corpus.{corpus}.floors.{json.dumps(reading)}]\n"
                yield from (f"{name} = {value:.{PLACES}f}\n" for name, value in floors.items())
        for entry in self.lowered:
            yield "\n[[lowered]]\n"
            yield from (f"{key} = {_toml(value)}\n" for key, value in entry.items())


def floor(score: float) -> float:
    """A score as a floor.

    >>> floor(2 / 3), floor(1.0)
    (0.6666, 1.0)
    """
    return math.floor(score * _SCALE + 1e-9) / _SCALE


def _floors(scores: Scores) -> dict[str, dict[str, float]]:
    return {reading: {name: floor(score) for name, score in fields.items()} for reading, fields in scores.items()}


def _toml(value: str | list[str]) -> str:
    """A string or a list of strings; what JSON writes of these is TOML too."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return "[\n" + "".join(f"  {_toml(v)},\n" for v in value) + "]"
