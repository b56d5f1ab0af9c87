"""Which links of a page are its main list.

A listing of a portal that nobody has described looks like this: one place of the page repeats a link with a
headline for text, ten times or twenty, often with a date, a summary or a picture beside it, and a pager after it.
Menus repeat short links, side boxes repeat headlines without a pager and under a heading of their own, footers repeat
what the menu had. So links are grouped by the path of tags they stand under, each group is weighed, and the heaviest
is the list.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from urllib.parse import urlsplit

from lxml import html

from crawler.links import Anchor, marks
from crawler.pager import Run
from crawler.reading.conventions.dates import parse_date
from crawler.reading.conventions.furniture import opens_furniture
from crawler.reading.conventions.text import clean

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5"})
# "UIArticleInMenu" is a list of articles: portals of that family name it after the menu entry it belongs to.
_ASIDE = re.compile(
    r"""(?<![a-z])(?:navi?|navbar|navigation|topbar|breadcrumbs?|crumbs?|footers?|sidebars?|tags?|share|social|login|copyright|
    related\w*|lien-?quan|tin-?khac|most\w*|popular|xem-?nhieu|doc-?nhieu|doi-?tac|weblinks?|lien-?ket|banner\w*|quang-?cao|
    marquee|tickers?|dropdown)(?![a-z])|(?<!articlein)menu|(?:cot|col)-?(?:phai|right)|right-?(?:col|bar|side)""",
    re.VERBOSE,
)
_ID = re.compile(r"\d{4,}")
_DATED_FOLDER = re.compile(r"/(?:19|20)\d\d[-/]?\d{1,2}")
_HEADLINE = 20  # letters; a menu's entries are shorter
_FULL = 40  # links; more of them make no list surer


@dataclass(frozen=True, eq=False)
class Group:
    """Links that stand under the same path of tags."""

    anchors: Sequence[Anchor]

    @cached_property
    def box(self) -> html.HtmlElement:
        """The smallest element around all of them; of a single link its parent."""
        chains = [a.above[::-1] for a in self.anchors]
        shared = [level[0] for level in zip(*chains, strict=False) if all(e is level[0] for e in level)]
        return shared[-1]

    @cached_property
    def items(self) -> dict[str, html.HtmlElement]:
        """For each address the largest element within the box that holds links to it alone."""
        held: dict[html.HtmlElement, set[str]] = defaultdict(set)
        for anchor in self.anchors:
            for element in until(anchor.chain, self.box):
                held[element].add(anchor.url)
        return {a.url: [e for e in until(a.chain, self.box) if len(held[e]) == 1][-1] for a in self.anchors}

    @cached_property
    def headlines(self) -> dict[str, str]:
        texts: dict[str, str] = {}
        for anchor in self.anchors:
            texts[anchor.url] = max(texts.get(anchor.url, ""), anchor.text, key=len)
        return texts


def main_group(found: Sequence[Anchor], runs: Sequence[Run], place: str | None = None) -> Group | None:
    """The links of the main list among those that could be articles; None when the page has no list.

    `runs` are the page's numbered links. With `place`, the trail of the box of an earlier page's list, what stands there
    comes before all else.
    """
    scales = _Scales(found, runs)
    groups = [part for group in _grouped(found, scales) for part in _split(group)]
    if place is not None:
        groups = [g for g in groups if any(trail(e) == place for e in (g.box, *g.box.iterancestors()))] or groups
    weights = [scales.weight(group) for group in groups]
    heaviest = max(weights, default=0.0)
    return groups[weights.index(heaviest)] if heaviest > 0 else None


def looks_like_article(url: str) -> bool:
    """Whether an address has the form of an article's: an id, a long slug, a date folder.

    >>> [looks_like_article("http://a.vn" + p) for p in ("/tin-tuc", "/tin/khai-mac-hoi-lang-381436", "/d20220607082731436.htm")]
    [False, True, True]
    """
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    return bool(last.count("-") >= 4 or _ID.search(last) or _ID.search(parts.query) or _DATED_FOLDER.search(parts.path))


def trail(element: html.HtmlElement) -> str:
    """The path of an element by tags and classes, numbers left out: the same on every page of one listing."""
    chain = (e for e in (element, *element.iterancestors()) if e.tag not in ("body", "html"))
    return re.sub(r"\d+", "", "/".join(f"{e.tag}.{e.get('class') or ''}" for e in chain))


def until(elements: Iterable[html.HtmlElement], last: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The elements up to and with the last one."""
    for element in elements:
        yield element
        if element is last:
            return


def _grouped(found: Sequence[Anchor], scales: "_Scales") -> list[Group]:
    groups: dict[tuple[object, ...], list[Anchor]] = defaultdict(list)
    for anchor in found:
        if anchor.text:
            groups[scales.aside(anchor), *(e.tag for e in anchor.chain)].append(anchor)
    return [Group(members) for members in groups.values()]


def _split(group: Group) -> Iterator[Group]:
    """A group whose box holds few, unlike parts with several links each (main column, side column) is several groups."""
    parts: dict[str, list[Anchor]] = defaultdict(list)
    for anchor in group.anchors:
        below = anchor.chain[anchor.chain.index(group.box) - 1]
        parts[marks(below)].append(anchor)
    largest = max(len({a.url for a in part}) for part in parts.values())
    if 1 < len(parts) <= 4 and largest >= 3:
        for members in parts.values():
            yield from _split(Group(members))
    else:
        yield group


class _Scales:
    """Weighs groups. What the weight depends on beside the group itself is the page: its pager and its other links."""

    def __init__(self, found: Sequence[Anchor], runs: Sequence[Run]) -> None:
        self.around_pager = {runs[0].block, *runs[0].block.iterancestors()} if runs else set()
        self.headlines = [a for a in found if len(a.text) >= _HEADLINE]
        self._named_aside: dict[html.HtmlElement, bool] = {}

    def weight(self, group: Group) -> float:
        """Headlines × what speaks for them; 0 for what cannot be the list."""
        texts = [t for t in group.headlines.values() if len(t) >= 8]
        if not texts or len(set(texts)) * 2 < len(texts) or median(map(len, texts)) < _HEADLINE:
            return 0.0
        told, headed = _share(group, _tells_more), _share(group, _is_heading)
        shaped = _share(group, lambda _, url: looks_like_article(url))
        paged = self._by_pager(group)
        aside = self.aside(group.anchors[0]) or opens_furniture(_heading_of(group.box))
        if not paged and (told if aside else told + headed + shaped) < 0.5:
            return 0.0
        speaking = 0.4 + told + 0.5 * headed + 0.6 * shaped + 2 * paged
        length = min(median(map(len, texts)), 70) / 70
        return min(len(group.items), _FULL) * length * speaking * (0.05 if aside else 1)

    def _by_pager(self, group: Group) -> bool:
        """Whether list and pager stand in one block that holds little else."""
        block = next((e for e in (group.box, *group.box.iterancestors()) if e in self.around_pager), None)
        if block is None:
            return False
        others = {a.url for a in self.headlines if block in a.above} - group.items.keys()
        return len(others) <= max(2, len(group.items) // 2)

    def aside(self, anchor: Anchor) -> bool:
        """Whether a link stands in a menu, a footer or a side box, by what the elements around it call themselves."""
        return any(self._is_aside(e) for e in anchor.above if e.tag not in ("body", "html"))

    def _is_aside(self, element: html.HtmlElement) -> bool:
        if element not in self._named_aside:
            named = element.tag in ("nav", "footer", "aside") or bool(_ASIDE.search(marks(element)))
            self._named_aside[element] = named and not self._wraps_page(element)
        return self._named_aside[element]

    def _wraps_page(self, element: html.HtmlElement) -> bool:
        """Whether an element holds most of the page, so that its class says nothing of a part of it."""
        return sum(element in a.above for a in self.headlines) > 0.8 * len(self.headlines)


def _share(group: Group, test: Callable[[Group, str], bool]) -> float:
    return sum(test(group, url) for url in group.items) / len(group.items)


def _tells_more(group: Group, url: str) -> bool:
    """Whether an item says more than its headline: a date or a summary."""
    text, headline = clean(group.items[url].text_content()), len(group.headlines[url])
    return len(text) > headline + 40 or (len(text) > headline and parse_date(text) is not None)


def _is_heading(group: Group, url: str) -> bool:
    chains = (until(a.chain, group.items[url]) for a in group.anchors if a.url == url)
    return any(e.tag in HEADINGS or "title" in marks(e) for chain in chains for e in chain)


def _heading_of(box: html.HtmlElement) -> str:
    """The short text that stands right before a list, as its heading."""
    first = next((e for e in box if isinstance(e.tag, str)), None)
    if first is not None and (first.tag in HEADINGS or "title" in marks(first)) and first.find(".//a") is None:
        return clean(first.text_content())
    for element in (box, *box.iterancestors())[:3]:
        before = (clean(e.text_content()) for e in element.itersiblings(preceding=True) if isinstance(e.tag, str))
        text = next((t for t in before if t), "")
        if text:
            return text if len(text) < 70 else ""
    return ""
