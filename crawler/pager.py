"""The pager of a listing: which address shows the next page of it.

Pagers are read, never guessed: every address returned stood in a link of the page. What differs between
portals (`?page=2`, `PageIndex=2`, `/trang-2`, `/page/2`, `-c12-2.html`) needs no rule of its own, because a numbered
link says by its text which page it leads to. Only Liferay's `_cur` is counted on, where its pager links some pages and
not the next. Pages that no link leads to are asked for in `forms`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lxml import html

from crawler.links import Anchor, anchors, marks, same_host
from crawler.reading.conventions.addresses import absolute, canonical
from crawler.reading.conventions.text import clean

_NUMBER = re.compile(r"^(?:trang|page)?\s*\[?\s*(\d{1,4})\s*\]?$", re.IGNORECASE)
_NEXT = re.compile(
    r"^(?:(?:trang\s*)?(?:sau|tiếp(?:\s*theo)?|kế(?:\s*tiếp)?)|next(?:\s*page)?)?\s*[›>→»]*$", re.IGNORECASE
)
_LEAP = re.compile(r"^(?:»|>>|››|…|\.\.\.)$")  # the next window of pages, or the last page
_ELSEWHERE = re.compile(
    r"^[«‹<←\s]*(?:trang\s*)?(?:đầu(?:\s*tiên)?|cuối(?:\s*cùng)?|trước|first|last|prev(?:ious)?)[\s→»>]*$",
    re.IGNORECASE,
)
_OTHER_WAY = re.compile(r"\b(?:last|cuối|end|prev\w*|trước|first|đầu)\b", re.IGNORECASE)
_OFF = re.compile(r"\b(?:disabled|inactive)\b")
_HERE = re.compile(r"\b(?:active|actived|(?:rg)?current\w*|selected)\b")
_CUR = re.compile(r"(?<=[?&])(\w*_cur)=(\d{1,6})(?=&|$)")  # Liferay's page number; the rest names its portlet
_CALENDAR = re.compile(r"calendar|datepicker|\blich\b")
_WEEK, _WEEKS = 7, 4
_ITEMS_A_PAGE = (5, 6, 8, 9, 10, 12, 15, 16, 18, 20, 24, 25, 30)


@dataclass(frozen=True, slots=True)
class Run:
    """Numbered links that stand together: page number → link, and the element around them."""

    pages: dict[int, Anchor]
    block: html.HtmlElement


def find_next_pages(root: html.HtmlElement, url: str) -> list[str]:
    """Addresses of the next page of a listing, the surest first; empty on the last page and where there is no pager.

    Where the page does not say which of its pages it is, the list has every numbered page but the first, in order:
    whoever walks knows which of them he has seen.
    """
    found = anchors(root, url)
    return next_pages(found, numbered_runs(found, root), root, url)


def next_pages(found: Sequence[Anchor], runs: Sequence[Run], root: html.HtmlElement, url: str) -> list[str]:
    """`find_next_pages` for a page whose links and numbered runs are known."""
    here = canonical(url)
    sure = [
        *_skipped(found, runs, here),
        *_numbered(runs, here),
        *_rel_next(found, root, url),
        *(a.url for a in found if says_next(a)),
        *_sharepoint(found),
    ]
    leaps = [a.url for a in found if is_leap(a)]
    return list(dict.fromkeys(address for address in (sure or leaps) if address != here))


def is_pager_link(anchor: Anchor) -> bool:
    """Whether a link turns pages rather than leads to an article."""
    label = anchor.label
    return bool(label) and any(p.match(label) for p in (_NUMBER, _NEXT, _LEAP, _ELSEWHERE))


def numbered_runs(found: Sequence[Anchor], root: html.HtmlElement) -> list[Run]:
    """The numbered links, one run for each place of the page (many pagers stand twice), the longest first."""
    return runs_of([a for a in found if (number := _number(a)) and str(number) in _page_numbers(a.url)], root)


def runs_of(found: Iterable[Anchor], root: html.HtmlElement) -> list[Run]:
    """`numbered_runs`, whatever address stands behind a number."""
    runs: dict[html.HtmlElement, dict[int, Anchor]] = {}
    for anchor in found:
        number = _number(anchor)
        if number and not is_off(anchor):
            runs.setdefault(holder(anchor, root), {}).setdefault(number, anchor)
    kept = [Run(pages, block) for block, pages in runs.items() if not _is_calendar(block)]
    return sorted(kept, key=lambda run: -len(run.pages))


def _numbered(runs: Sequence[Run], here: str) -> Iterator[str]:
    for run in runs:
        current = current_number(run, here)
        if current is None:
            yield from (run.pages[n].url for n in sorted(run.pages) if n > 1)
        elif current + 1 in run.pages:
            yield run.pages[current + 1].url


def _skipped(found: Sequence[Anchor], runs: Sequence[Run], here: str) -> Iterator[str]:
    """Liferay's next page where only others are linked ("1 2 3 … 24"): any link of the pager with its number replaced."""
    linked: dict[str, dict[int, str]] = {}
    for anchor in found:
        cur = _CUR.search(anchor.url) if is_pager_link(anchor) else None
        if cur:
            linked.setdefault(cur[1], {}).setdefault(int(cur[2]), anchor.url)
    own = {key: int(number) for key, number in _CUR.findall(here)}
    marked = next((n for run in runs if (n := current_number(run, here))), 1)
    for key, pages in linked.items():
        following = own.get(key, marked) + 1
        if following not in pages and following < max(pages):
            yield canonical(re.sub(rf"(?<=[?&]){key}=\d+", f"{key}={following}", pages[max(pages)]))


def _number(anchor: Anchor) -> int:
    """The page that a link names by its text; 0 for any other."""
    number = _NUMBER.match(anchor.text)
    return int(number[1]) if number else 0


def _page_numbers(url: str) -> set[str]:
    """Which pages an address can stand for: its numbers, also counted from nought or by items (`?start=20`).

    >>> {"2", "3"} <= _page_numbers("http://a.vn/tin?start=20"), "7" in _page_numbers("http://a.vn/tin?page=2")
    (True, False)
    """
    numbers = re.findall(r"\d{1,9}", url)
    last = int(numbers[-1]) if numbers else 0
    by_items = (last // k + 1 for k in _ITEMS_A_PAGE if last % k == 0)
    return {*numbers, *map(str, (last + 1, *by_items))}


def holder(anchor: Anchor, root: html.HtmlElement) -> html.HtmlElement:
    """The pager around a numbered link: the nearest element that says more than this link."""
    own = len(anchor.text)
    return next((e for e in anchor.above if len(clean(e.text_content())) > own), root)


def current_number(run: Run, here: str = "") -> int | None:
    """The number of the page we are on, marked in the pager or known by its address; None when neither tells."""
    for element in run.block.iter("span", "strong", "b", "em", "li", "a", "td", "font", "button"):
        number = _NUMBER.match(clean(element.text_content()))
        if number and _marked(element, run):
            return int(number[1])
    return next((n for n, anchor in run.pages.items() if anchor.url == here), None)


def _marked(element: html.HtmlElement, run: Run) -> bool:
    """Whether a number of the pager stands for the page we are on: it is no link, or one marked as current."""
    links = [*element.iter("a"), *element.iterancestors("a")]
    if not any(_leads(link) for link in links):
        return True
    own = [e for e in (element, element.getparent()) if e is not None and e is not run.block]
    return any(_HERE.search(marks(e)) or e.get("aria-current") for e in own)


def _leads(link: html.HtmlElement) -> bool:
    href = (link.get("href") or "#").strip().lower()
    return (
        not href.startswith(("#", "javascript:;", "javascript:void"))
        or "postback" in (link.get("onclick") or "").lower()
    )


def _rel_next(found: Sequence[Anchor], root: html.HtmlElement, url: str) -> Iterator[str]:
    for link in root.iter("link"):
        address = absolute(url, link.get("href") or "") if (link.get("rel") or "").lower() == "next" else None
        if address and same_host(address, url):
            yield canonical(address)
    yield from (a.url for a in found if "next" in (a.element.get("rel") or "").lower().split())


def says_next(anchor: Anchor) -> bool:
    """Whether a link says "next" in words, by a single arrow, or only in its title or class."""
    label = anchor.label
    worded = bool(label) and bool(_NEXT.match(label)) and not _LEAP.match(label)
    by_class = not anchor.text and re.search(r"\bnext\b", f"{marks(anchor.element)} {_wrapping(anchor)}")
    return bool(worded or by_class) and not leads_elsewhere(anchor) and not is_off(anchor)


def is_leap(anchor: Anchor) -> bool:
    """Whether a link leads to the next window of pages; to the last page it looks the same."""
    return bool(_LEAP.match(anchor.label)) and not leads_elsewhere(anchor) and not is_off(anchor)


def _sharepoint(found: Sequence[Anchor]) -> Iterator[str]:
    """`span.CurrentPage + a`: TD portals number their pages so (namdinh.gov.vn/portal/Pages/…)."""
    for anchor in found:
        before = anchor.element.getprevious()
        if before is not None and before.tag == "span" and "currentpage" in marks(before):
            yield anchor.url


def leads_elsewhere(anchor: Anchor) -> bool:
    """Whether a link leads back, or to the very end, by its text, its title or its class."""
    said = (anchor.text, anchor.element.get("title") or "", marks(anchor.element), _wrapping(anchor))
    return any(_OTHER_WAY.search(text) for text in said)


def is_off(anchor: Anchor) -> bool:
    """Whether a link is marked as one that leads nowhere."""
    return bool(_OFF.search(marks(anchor.element)) or _OFF.search(_wrapping(anchor)))


def _wrapping(anchor: Anchor) -> str:
    """The marks of the element around a link, when it holds nothing but the link."""
    parent = anchor.above[0] if anchor.above else None
    return marks(parent) if parent is not None and len(parent) == 1 else ""


def _is_calendar(block: html.HtmlElement) -> bool:
    """Whether numbered links are days: a month's table, or an element that says so."""
    around = [block, *block.iterancestors()][:4]
    table = next((e for e in around if e.tag == "table"), block)
    weeks = sum(len(row) == _WEEK for row in table.iter("tr"))
    return weeks >= _WEEKS or any(_CALENDAR.search(marks(e)) for e in around)
