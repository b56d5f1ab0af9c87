"""The room's two languages: which one a browser asks for, the words, and how each writes numbers and days."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMES = {"vi": "Tiếng Việt", "en": "English"}
_FOLDER = Path(__file__).parent / "translations"
_MONTHS = "January February March April May June July August September October November December".split()
_MIDNIGHT = "T00:00:00"  # what portals write whose clock never runs


def negotiate(header: str) -> str:
    """The language of ours that an Accept-Language header likes best; Vietnamese when it likes neither.

    >>> [negotiate(header) for header in ("en-GB,en;q=0.9,vi;q=0.2", "fr, vi;q=0.5, en;q=0.4", "", "en;q=0", "*;q=x")]
    ['en', 'vi', 'vi', 'vi', 'vi']
    """
    liked = sorted(_liked(header), key=lambda pair: -pair[0])
    return next((code for quality, code in liked if quality > 0 and code in NAMES), "vi")


def _liked(header: str) -> Iterator[tuple[float, str]]:
    for entry in header.split(",")[:20]:
        tag, _, quality = entry.partition(";")
        try:
            yield float(quality.strip().removeprefix("q=") or 1), tag.strip().lower().partition("-")[0]
        except ValueError:
            continue


@dataclass(frozen=True, slots=True)
class Language:
    """Words and ways of writing. A key that has a `_one` beside it is chosen by its `n`."""

    code: str
    words: Mapping[str, str]

    def say(self, key: str, /, **values: object) -> str:
        if values.get("n") == 1 and f"{key}_one" in self.words:
            key = f"{key}_one"
        told = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return self.words[key].format(**told)

    def term(self, kind: str, name: str) -> str:
        """The word for a name that the archive uses; the name itself, where there is none.

        >>> [language("vi").term("field", name) for name in ("lead", "mới")]
        ['Sapo', 'mới']
        """
        return self.words.get(f"{kind}_{name}", name)

    def number(self, value: int) -> str:
        """1.234 in Vietnamese, 1,234 in English."""
        return f"{value:,}".replace(",", "." if self.code == "vi" else ",")

    def day(self, text: str | None) -> str:
        """What stands for a day or a moment in the archive, as its day; a text that is neither stays as it is.

        >>> [language(code).day("2023-05-29T08:15:00+07:00") for code in NAMES]
        ['29/5/2023', '29 May 2023']
        """
        found = _parsed(text)
        return self._day(found) if found else text or ""

    def moment(self, text: str | None) -> str:
        """The day with its time: that of the portal's clock, or UTC where the archive's own clock wrote it.

        >>> [language("vi").moment(text) for text in ("2023-05-29T08:15:00+07:00", "2023-05-29", "2026-11-23T06:50:21Z")]
        ['29/5/2023, 08:15', '29/5/2023', '23/11/2026, 06:50 UTC']
        """
        found = _parsed(text)
        if not isinstance(found, datetime) or _MIDNIGHT in (text or ""):
            return self.day(text)
        zone = " UTC" if found.tzinfo == UTC else ""
        return f"{self._day(found)}, {found:%H:%M}{zone}"

    def _day(self, day: date) -> str:
        if self.code == "vi":
            return f"{day.day}/{day.month}/{day.year}"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _parsed(text: str | None) -> date | None:
    for kind in (date, datetime):
        try:
            return kind.fromisoformat(text or "")
        except ValueError:
            continue
    return None


@cache
def language(code: str) -> Language:
    with (_FOLDER / f"{code}.toml").open("rb") as stream:
        return Language(code, tomllib.load(stream))
