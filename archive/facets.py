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
from archive.search import Filters, is_named, names, scope
from archive.vietnamese import WORD, fold

if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Connection

NAMES = ("year", "portal", "section", "source", "author")
MOST = 12  # values of a facet
_TABLE = "CREATE TEMP TABLE IF NOT EXISTS found (id INTEGER PRIMARY KEY)"
_VALUES = (
    f"SELECT substr(a.published_at, 1, 4), {', '.join(f'a.{name}' for name in NAMES[1:])}"
    " FROM temp.found f CROSS JOIN articles a INDEXED BY idx_articles_facets ON a.id = f.id"
)


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
    """The facets of a query; of the whole archive when no word is in it. What was found is held in a TEMP table."""
    chosen = scope(conn, query, filters)
    with conn:
        conn.execute(_TABLE)
        conn.execute("DELETE FROM temp.found")
        total = conn.execute(f"INSERT INTO temp.found {chosen.ids}", chosen.values).rowcount
    counted = _counted(conn)
    return Facets(total, {name: _shown(name, counted[name], most) for name in NAMES})


def _counted(conn: Connection) -> dict[str, Counter[str]]:
    rows = conn.execute(_VALUES).fetchall()
    columns = zip(*rows, strict=True) if rows else [()] * len(NAMES)
    return {name: Counter(filter(None, column)) for name, column in zip(NAMES, columns, strict=True)}


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
    lines = [f"{counted.total} articles"]
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
