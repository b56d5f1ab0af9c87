"""How the articles that a query finds are spread: by year, portal, section, source and author, with counts.

A count is what choosing that value as a filter leaves: names are compared by the rule for typed words, so that *Hoà Bình*
and *Hòa Bình* are one value, and an author counts wherever the name stands in the signature.
"""
# ruff: noqa: S608 - statements are put together from the constants of this file; values go in as parameters

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from archive import tables
from archive.search import Filters, Scope, is_named, names, scope
from archive.vietnamese import WORD, fold

if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Connection

NAMES = ("year", "portal", "section", "source", "author")
MOST = 12  # values of a facet
_COLUMNS = f"SELECT id, substr(published_at, 1, 4), {', '.join(NAMES[1:])} FROM articles INDEXED BY idx_articles_facets"
_EVERY = "portal >= ''"  # what makes SQLite take that index

Columns = dict[str, list[str | None]]


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet, and how many of the articles found have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """`total` articles found, and for each of NAMES its values: years from the last, the others from the most frequent."""

    total: int
    values: dict[str, list[Value]]


def facets(conn: Connection, query: str, filters: Filters, *, most: int = MOST) -> Facets:
    """The facets of a query; of the whole archive when no word is in it."""
    return count(conn, scope(conn, query, filters), columns(conn), most=most)


def columns(conn: Connection) -> Columns:
    """What is counted, of every article: for each of NAMES a list with the value at the place of its id."""
    rows = conn.execute(f"{_COLUMNS} WHERE {_EVERY}").fetchall()
    places = max((row[0] for row in rows), default=0) + 1
    told: Columns = {name: [None] * places for name in NAMES}
    same: dict[str | None, str | None] = {}  # equal strings as one object are counted faster
    for at, column in enumerate(told.values(), 1):
        for row in rows:
            column[row[0]] = same.setdefault(row[at], row[at])
    return told


def count(conn: Connection, chosen: Scope, told: Columns, *, most: int = MOST) -> Facets:
    """The facets of what was chosen. An article that came after the columns were read is counted in the total alone."""
    places = len(told["year"])
    found = [row[0] for row in conn.execute(chosen.ids, chosen.values)]
    there = found if max(found, default=0) < places else [row_id for row_id in found if row_id < places]
    counted = {name: Counter(map(column.__getitem__, there)) for name, column in told.items()}
    return Facets(len(found), {name: _shown(name, _named(counted[name]), most) for name in NAMES})


def _named(counted: Counter[str | None]) -> Counter[str]:
    return Counter({value: number for value, number in counted.items() if value})


def _shown(name: str, counted: Counter[str], most: int) -> list[Value]:
    if name == "year":
        return [Value(year, counted[year]) for year in sorted(counted, reverse=True)]
    values = [value for value, _ in counted.most_common(most * 2)]
    rule = _RULES.get(name)
    merged = _merged(values, counted, rule) if rule else [Value(value, counted[value]) for value in values]
    return sorted(merged, key=lambda value: -value.count)[:most]


_RULES: dict[str, Callable[[str, str | None], bool]] = {"section": is_named, "source": is_named, "author": names}


def _merged(values: list[str], counted: Counter[str], rule: Callable[[str, str | None], bool]) -> list[Value]:
    """The values with all that the rule counts as theirs; one that means the same as an earlier one is left out."""
    kept: list[Value] = []
    for value in values:
        if not any(rule(value, other.value) and rule(other.value, value) for other in kept):
            alike = (count for other, count in counted.items() if _may(value, other) and rule(value, other))
            kept.append(Value(value, sum(alike)))
    return kept


def _may(value: str, other: str) -> bool:
    """Whether the rule can hold at all, told without taking the names apart."""
    return _bare(value) in _bare(other)


@lru_cache(maxsize=65536)
def _bare(name: str) -> str:
    return " ".join(WORD.findall(fold(name).lower()))


def rows(counted: Facets) -> list[dict[str, Any]]:
    """One row for each value of each facet."""
    return [
        {"facet": name, "value": value.value, "count": value.count}
        for name, values in counted.values.items()
        for value in values
    ]


def as_table(counted: Facets) -> str:
    """To be read on a screen: a heading for each facet, a line for each of its values."""
    told = {name: values for name, values in counted.values.items() if values}
    wide = len(str(counted.total))
    lines = [f"{counted.total} {'article' if counted.total == 1 else 'articles'}"]
    for name, values in told.items():
        lines += [
            "",
            tables.bold(name),
            *(f"  {value.count:>{wide}}  {tables.harmless(value.value)}" for value in values),
        ]
    return "\n".join([*lines, ""])


SHAPES: dict[str, Callable[[Facets], str]] = {
    "table": as_table,
    "json": lambda counted: tables.as_json(rows(counted)),
    "jsonl": lambda counted: tables.as_jsonl(rows(counted)),
    "csv": lambda counted: tables.as_csv(rows(counted)),
}
