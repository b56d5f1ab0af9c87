"""What a searcher asked for, as the address of the page says it: every search can be kept and passed on as a link."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Self, cast, get_args

from archive.search import Filters, Order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMED = ("portal", "section", "source", "author")
LONGEST = 2000  # letters of a query
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Asked:
    """The search form, all of it as text. `bad_days` holds what stood in from or to and is no day; `cut`: the query was too
    long, and the rest of it is left out.
    """

    q: str = ""
    date_from: str = ""
    date_to: str = ""
    portal: str = ""
    section: str = ""
    source: str = ""
    author: str = ""
    sort: Order = "best"
    page: int = 1
    bad_days: tuple[str, ...] = ()
    cut: bool = False

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Self:
        whole = {name: " ".join(args.get(name, "").split()) for name in ("q", *NAMED)}
        told = {name: text[:LONGEST] for name, text in whole.items()}
        days = {name: args.get(key, "").strip()[:40] for name, key in (("date_from", "from"), ("date_to", "to"))}
        bad = tuple(day for day in days.values() if day and not is_day(day))
        good = {name: "" if day in bad else day for name, day in days.items()}
        sort = cast("Order", args["sort"]) if args.get("sort") in get_args(Order) else "best"
        page = max(int(args["page"]), 1) if _NUMBER.fullmatch(args.get("page", "")) else 1
        return cls(**told, **good, sort=sort, page=page, bad_days=bad, cut=told["q"] != whole["q"])

    @property
    def filters(self) -> Filters:
        days = [date.fromisoformat(day) if day else None for day in (self.date_from, self.date_to)]
        return Filters(
            days[0], days[1], *(getattr(self, name) or None for name in ("portal", "source", "section", "author"))
        )

    @property
    def year(self) -> str:
        """The year that from and to enclose, if they do."""
        year = self.date_from[:4]
        return year if (self.date_from, self.date_to) == (f"{year}-01-01", f"{year}-12-31") else ""

    @property
    def turned(self) -> bool:
        """Whether from is later than to, so that nothing can be found."""
        return bool(self.date_to) and self.date_from > self.date_to

    def turn(self) -> Self:
        return replace(self, date_from=self.date_to, date_to=self.date_from, page=1)

    @property
    def filtered(self) -> bool:
        return any((self.date_from, self.date_to, *(getattr(self, name) for name in NAMED)))

    def chosen(self, facet: str) -> str:
        return str(getattr(self, facet))

    def choose(self, facet: str, value: str) -> Self:
        """The same search with a value of a facet chosen, or with an empty one let go; from its first page."""
        if facet != "year":
            return replace(self, **{facet: value, "page": 1})  # type: ignore[arg-type]
        first, last = (f"{value}-01-01", f"{value}-12-31") if value else ("", "")
        return replace(self, date_from=first, date_to=last, page=1)

    def on(self, page: int) -> Self:
        return replace(self, page=page)

    def saying(self, query: str) -> Self:
        return replace(self, q=query, page=1)

    def unfiltered(self) -> Self:
        return type(self)(q=self.q, sort=self.sort)

    def query(self) -> dict[str, str]:
        """What stands in the address: the names of the form's fields, without those that say nothing."""
        return {_KEYS.get(name, name): str(value) for name, value in self._told()}

    def _told(self) -> Iterator[tuple[str, object]]:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name not in ("bad_days", "cut") and value != field.default:
                yield field.name, value


_KEYS = {"date_from": "from", "date_to": "to"}


def is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
