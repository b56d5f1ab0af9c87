"""Which of a page's dates is the article's: never the banner's, the footer's or a related link's."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from crawler.reading.blocks import Block
from crawler.reading.conventions.bylines import is_name
from crawler.reading.conventions.dates import Published, from_iso, only_clock, only_date, parse_date
from crawler.reading.conventions.furniture import is_furniture
from crawler.reading.conventions.text import clean, text_of
from crawler.reading.page import Page
from crawler.reading.region import Region, place_of
from crawler.reading.structured import Structured

_NAMED = 80  # characters of a name and a date
_ABOVE = 4  # lines above the headline among which its date may stand
_DRAFTED = timedelta(days=7)
SLACK = 30  # letters that may stand beside a date near the headline: a name, a button
_ASIDE = frozenset(("aside", "footer", "nav", "li"))
_MACHINE = re.compile(r"\s*\d{4}-\d\d-\d\dT")  # written for machines, mostly hidden by a style sheet
_TODAY = re.compile(r"\W*(?:hôm\s*nay|today)\b", re.IGNORECASE)
_LABELLED = re.compile(r"^\W*(?:ngày\s*)?(?:đăng|cập\s*nhật|xuất\s*bản|publish)", re.IGNORECASE)
_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=/)|(?<!\d)((?:19|20)\d\d)([01]\d)([0-3]\d)(?=\d{6,11}(?!\d))"
)

_REST = 40  # characters of a piece beside the date in a line whose pieces are glued


class Found(NamedTuple):
    """A date, the rule that found it, its place; the line it stands in, where that is one of the flow."""

    published: Published
    rule: str
    place: str
    block: Block | None = None


def published(
    region: Region, page: Page, structured: Structured, *, below: Sequence[Block], above: Sequence[Block]
) -> Published | None:
    """The date of the article; `below` and `above` are the blocks round its headline. Writes down where it stood."""
    for found in _candidates(region, page, structured, below, _right_above(above)):
        region.witness("published_at", found.rule, found.place)
        region.dated = found.block
        return found.published
    return None


def dated(block: Block, *, slack: int = 3) -> Published | None:
    """The date of a line that tells little else; also where its pieces are glued: "30/10/2025128 lượt xem", "14:40207"."""
    found = only_date(block.text, slack=slack)
    if not block.pieces or block.text.endswith("."):
        return found
    pieces = [clean(piece) for piece in block.pieces]
    if found:  # by itself a piece may tell more: "08:15 SA" is "08:15 SAIn bài viết" in the line
        own = [one for piece in pieces if (one := only_date(piece)) and one.day == found.day]
        return max((found, *own), key=lambda one: len(one.raw))
    for piece in pieces:
        rest = [p for p in pieces if p is not piece and any(map(str.isalnum, p))]
        if (found := only_date(piece)) and all(len(p) < _REST and (p[0].isupper() or is_furniture(p)) for p in rest):
            return found
    return None


def is_named_date(block: Block) -> bool:
    """Whether a line is a name and a date: "Ngô Thức, Thứ 2, 05/12/2022"."""
    found = only_date(block.text, slack=SLACK) if len(block.text) <= _NAMED else None
    return found is not None and is_name(block.text.replace(found.raw, " ").strip(" ,|–-"))


def with_clock(found: Published, page: Page, structured: Structured) -> Published:
    """A day with the clock that the page tells for it to machines alone: `time[datetime]`, `abbr[title]`, JSON-LD, meta."""
    if "T" in found.at:
        return found
    told = structured.published()
    times = (from_iso(e.get("datetime") or "") for e in page.root.iter("time"))
    titles = (from_iso(e.get("title") or "") for e in page.root.iter("abbr"))
    for witness in (told[0] if told and "modified" not in told[1] else None, *times, *titles):
        if witness and witness.day == found.day and "T" in witness.at and "T00:00:00" not in witness.at + witness.raw:
            return replace(found, at=witness.at)
    return found


def _candidates(
    region: Region, page: Page, structured: Structured, below: Sequence[Block], above: Sequence[Block]
) -> Iterator[Found]:
    """All that may be the date, likeliest first. Above the headline, a day without a clock is mostly the banner's, and one that neither
    the page's own word nor its address bears out."""
    yield from _lines(below, "convention: the date beside the headline")
    declared = structured.published()
    addressed = list(_address(page.url))
    behind = itertools.takewhile(lambda block: not block.is_heading, region.after[:6])
    ending = [*reversed(region.content[-4:]), *behind]
    yield from _lines([b for b in ending if _LABELLED.match(b.text)], "convention: the date after the text", slack=3)
    heading = [f for f in _lines(above, "convention: the date above the headline") if _borne_out(f, addressed)]
    yield from (
        f for f in heading if "T" in f.published.at and (declared is None or declared[0].day == f.published.day)
    )
    yield from _time_elements(page)
    if declared:
        yield Found(declared[0], "structured data", declared[1])
    yield from _lines(ending, "convention: the date after the text", slack=3)
    yield from heading
    yield from addressed


def _right_above(above: Sequence[Block]) -> list[Block]:
    """The blocks above the headline, its neighbour first, up to the menu: beyond stands the banner with today's date."""
    told = (b for b in reversed(above) if b.text and not is_furniture(b.text))
    return list(itertools.islice(itertools.takewhile(lambda b: b.links * 3 <= 2 * len(b.text), told), _ABOVE))


def _borne_out(found: Found, addressed: Sequence[Found]) -> bool:
    """Whether no address names another time: an article gets its address a few days before it is shown, at the most."""
    days = [date.fromisoformat(f.published.day) for f in (found, *addressed)]
    return all(abs(day - days[0]) <= _DRAFTED for day in days)


def _lines(blocks: Iterable[Block], rule: str, slack: int = SLACK) -> Iterator[Found]:
    lines = list(blocks)
    for i, block in enumerate(lines):
        if (
            block.links * 3 <= 2 * len(block.text)
            and not (_MACHINE.match(block.text) or _TODAY.match(block.text))
            and (found := dated(block, slack=slack))
        ):
            yield Found(_with_next_clock(found, lines, i), rule, place_of(block.element), block)


def _with_next_clock(found: Published, lines: Sequence[Block], index: int) -> Published:
    """A day whose clock is the line after it, or the one before."""
    clock = next(
        (b.text for b in (*lines[index + 1 : index + 2], *lines[max(0, index - 1) : index]) if only_clock(b.text)), None
    )
    joined = parse_date(f"{found.raw} {clock}") if clock and "T" not in found.at else None
    return joined or found


def _time_elements(page: Page) -> Iterator[Found]:
    for element in page.root.iter("time"):
        found = parse_date(text_of(element)) or from_iso(element.get("datetime") or "")
        if found and not any(a.tag in _ASIDE for a in element.iterancestors()):
            yield Found(found, "convention: time element", place_of(element))


def _address(url: str) -> Iterator[Found]:
    """The day that an address names: a folder /2021-10-5/, a number 20220607082731436."""
    match = _IN_ADDRESS.search(url)
    if match:
        year, month, day = (g for g in match.groups() if g)
        if found := from_iso(f"{year}-{int(month):02d}-{int(day):02d}"):
            yield Found(Published(found.at, match[0].strip("/")), "convention: the address", match[0])
