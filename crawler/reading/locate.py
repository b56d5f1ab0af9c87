"""Finds the article on a page that no layout claims, by what all Vietnamese news pages share.

The headline is the line that the page also tells to machines; the text is the densest part after it; the date stands beside the headline.
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from lxml.html import HtmlElement

from crawler.reading.blocks import Block, Flow, holder
from crawler.reading.conventions.furniture import (
    is_furniture,
    is_office_name,
    is_site_name,
    opens_furniture,
)
from crawler.reading.conventions.text import text_of
from crawler.reading.dating import SLACK, dated, published
from crawler.reading.display import HEADINGS, pixels
from crawler.reading.headline import headline, parted, title
from crawler.reading.page import Page
from crawler.reading.region import Region, place_of
from crawler.reading.structured import Structured
from crawler.reading.weighing import SENTENCE, is_sentence, weigh, weigh_any

_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "li", "blockquote", "td"))
_PARTS = frozenset(("table", "thead", "tbody", "tfoot", "tr", "ul", "ol", "dl"))  # no place for a text: part of one
_CELLS = frozenset(("td", "th"))
_ITEMS = _CELLS | {"li"}
_ITEM = re.compile(r"[-+*•–]\s*\w")
_RUNNING = 3
_BOX = 12  # blocks that a box of related links inside a text may hold
_ENOUGH = 120  # characters of text after which a line like "Tin liên quan" ends the article
_CLOSING = 24  # blocks behind the text among which its signature may stand
_BANNER = re.compile(r"(?:banner|emblem|quoc-?huy|header|logo)[^/]*$", re.IGNORECASE)
_LEAST, _FLAT = 100, 4  # pixels of a picture above the headline; times as wide as high
_LINE = 40  # characters of the name of a section
_HERO = 5  # blocks above the headline among which its picture may stand
_FEW = 8  # blocks: the neighbourhood of a one-paragraph article
_WINDOW = 12  # blocks before the headline in which its date may stand, and after a date in which its text does


def locate(page: Page, structured: Structured) -> Region:
    """The article's place by conventions; an empty `content` where the page has none."""
    body = page.root.find("body")
    blocks = Flow(page.root if body is None else body, tables=False).walk()
    region = Region()
    head, region.named = headline(blocks, structured)
    region.title = title(blocks, head, structured, region)
    after = blocks[head + 1 :] if head is not None else blocks
    end = _cut(after)
    region.below = list(after[:end])
    root = _container(after[:end], page.root, blocks[head].tag if head is not None else "")
    if root is None:
        root = _picture_alone(after[: min(end, _FEW)])
    if root is not None:
        _divide(region, after, end, root)
    start = head if head is not None else 0
    region.before = [*_hero(blocks[max(0, start - _HERO) : start], region.head), *region.before]
    reach = after[: _reach(after)]
    region.near = _near(after, region.root)
    if head is not None and (line := parted(blocks[head], structured)):
        beside = replace(blocks[head], text=line[1], pieces=())
        reach, region.near = [beside, *reach], [beside, *region.near]
    region.declared_author = structured.author()
    region.published = published(region, page, structured, below=reach, above=blocks[max(0, start - _WINDOW) : start])
    return region


def _cut(blocks: Sequence[Block]) -> int:
    """The index at which the portal's lines after the article begin. A box of related links inside the text ends nothing."""
    seen, pictured = 0, False
    ahead = sum(map(weigh, blocks))
    running: int | None = None
    places: set[HtmlElement | None] = set()  # where running text stood before the last of the portal's lines
    looked = 0
    for i, block in enumerate(blocks):
        pictured = pictured or block.image is not None
        if (
            (seen or pictured)
            and opens_furniture(block.text)
            and (seen >= _ENOUGH or _list_of_links(blocks[i + 1 : i + 4]))
        ):
            running = _last_running(blocks) if running is None else running
            places.update(holder(b.element) for b in blocks[looked:i] if is_sentence(b))
            looked = i
            inner = ahead > 2 * seen and i < running
            if (
                not inner
                and not _resumes(places, blocks[i + 1 : i + _BOX])
                and not _empty_box(block, blocks[i + 1 : i + 4])
            ):
                return i
        weight = weigh(block)
        ahead -= weight
        seen += weight or (0 if is_furniture(block.text) or dated(block) else len(block.text) // 3)
    return len(blocks)


def _resumes(places: set[HtmlElement | None], after: Sequence[Block]) -> bool:
    """Whether running text goes on after a few lines, in one of the `places` in which it stood before them."""
    following = [b.element for b in after if is_sentence(b) and b.tag != "li"]
    parents = (p for e in following for p in (holder(e), *itertools.islice(e.iterancestors(), 2)))
    return any(p is not None and p in places for p in parents)


def _last_running(blocks: Sequence[Block]) -> int:
    """The last index from which on three sentences or more of running text stand in one element; -1 where there is none."""
    parents: Counter[HtmlElement | None] = Counter()
    for i in range(len(blocks) - 1, -1, -1):
        if is_sentence(blocks[i]) and blocks[i].tag != "li":
            parent = holder(blocks[i].element)
            parents[parent] += 1
            if parents[parent] >= _RUNNING:
                return i
    return -1


def _empty_box(block: Block, after: Sequence[Block]) -> bool:
    """Whether a portal's line heads nothing: its box holds no more, and captions come next."""
    box = block.element
    return any(b.is_caption for b in after) and len(text_of(box)) <= len(block.text)


def _list_of_links(blocks: Sequence[Block]) -> bool:
    texts = [b for b in blocks if b.text]
    return len(texts) >= 2 and sum(b.links * 2 > len(b.text) for b in texts) >= 2


def _container(blocks: Sequence[Block], root: HtmlElement, head: str) -> HtmlElement | None:
    """The smallest element that holds the text: from the page downwards, always into the child that holds nearly all of it. `head` is the
    tag of the headline's block."""
    weights, leaves = _weights(blocks, weigh)
    if not weights:  # a text of a few words, or all links
        weights, leaves = _weights(blocks, weigh_any)
    if not weights:
        return None
    element = root
    while (child := _heavy_child(element, weights, leaves, head)) is not None:
        element = child
    while (element.tag in _PARTS or _cell_of_frame(element, blocks)) and (parent := element.getparent()) is not None:
        element = parent
    if (parent := element.getparent()) is not None and _box_of_editor(element, blocks):
        return parent
    if element in leaves and (parent := element.getparent()) is not None and _goes_on_in(parent, element, blocks):
        return parent
    return (
        _widened(element, blocks)
        if leaves.total() == 1 or sum(n for e, n in leaves.items() if _inside(e, element)) == 1
        else element
    )


def _box_of_editor(element: HtmlElement, blocks: Sequence[Block]) -> bool:
    """Whether an element without a name is one of several that an editor put round parts of the text: one holds a picture, and another
    running text too."""
    if element.tag != "div" or element.attrib:
        return False
    beside = (*element.itersiblings("div", preceding=True), *element.itersiblings("div"))
    boxes = {box for box in beside if not box.attrib}
    if not any(next(box.iter("figure"), None) is not None for box in boxes):
        return False
    held: dict[HtmlElement, list[Block]] = {}
    for block in blocks:
        box = next((e for e in (block.element, *block.element.iterancestors()) if e in boxes), None)
        if box is not None:
            held.setdefault(box, []).append(block)
    return any(map(_all_running, held.values()))


def _all_running(blocks: Sequence[Block]) -> bool:
    return bool(blocks) and all(is_sentence(b) or b.image is not None for b in blocks) and any(map(is_sentence, blocks))


def _goes_on_in(parent: HtmlElement, element: HtmlElement, blocks: Sequence[Block]) -> bool:
    """Whether what comes right after the lines of an element belongs to them: a list or a table without links, a picture."""
    last = max((i for i, b in enumerate(blocks) if _inside(b.element, element)), default=len(blocks))
    following = blocks[last + 1 : last + 2]
    listed = [
        b
        for b in following
        if b.image is not None or ((b.tag in _ITEMS or _ITEM.match(b.text)) and b.links * 2 <= len(b.text))
    ]
    return any(_inside(b.element, parent) for b in listed)


def _picture_alone(blocks: Sequence[Block]) -> HtmlElement | None:
    """The element of a poster that is all the text there is: right under the headline's date."""
    date = next((i for i, b in enumerate(blocks) if dated(b, slack=SLACK)), None)
    found = blocks[date + 1 : date + 3] if date is not None else ()
    return next((b.element for b in found if b.image is not None), None)


def _cell_of_frame(element: HtmlElement, blocks: Sequence[Block]) -> bool:
    """A cell that is alone in its row: where the table has other rows, or little stands round it, the text goes on there."""
    row = element.getparent()
    if element.tag != "td" or row is None or row.tag != "tr" or sum(c.tag in ("td", "th") for c in row) > 1:
        return False
    table = next(row.iterancestors("table"), None)
    around = table.getparent() if table is not None else None
    if around is None or any(r is not row and text_of(r) for r in row.itersiblings(preceding=True)):
        return around is not None
    within = sum(_inside(b.element, element) for b in blocks)
    return (
        any(text_of(r) for r in row.itersiblings()) or sum(_inside(b.element, around) for b in blocks) <= within + _FEW
    )


def _weights(
    blocks: Sequence[Block], weigh: Callable[[Block], int]
) -> tuple[Counter[HtmlElement], Counter[HtmlElement]]:
    """What each element weighs with all that it holds, and how many paragraphs each holds itself."""
    weights: Counter[HtmlElement] = Counter()
    leaves: Counter[HtmlElement] = Counter()
    held: Counter[HtmlElement | None] = (
        Counter()
    )  # by the parents of the paragraphs: they have most of their way up in common
    for block in blocks:
        if weight := weigh(block):
            leaves[block.element] += 1
            weights[block.element] += weight
            held[block.element.getparent()] += weight
    for parent, weight in held.items():
        for element in (parent, *parent.iterancestors()) if parent is not None else ():
            weights[element] += weight
    return weights, leaves


def _heavy_child(
    element: HtmlElement, weights: Counter[HtmlElement], leaves: Counter[HtmlElement], head: str
) -> HtmlElement | None:
    """The child that holds nearly all the text of its parent, None where the text stands in several or in one paragraph."""
    children = sorted(((weights[c], i, c) for i, c in enumerate(element) if c in weights), key=lambda p: -p[0])
    if not children:
        return None
    heaviest, _, child = children[0]
    others = [c for _, _, c in children[1:]]
    one = child in leaves and leaves[child] < _RUNNING
    if one and (child.tag in _PARAGRAPHS or (others and heaviest < 0.9 * weights[element])):
        return None
    if heaviest >= 0.8 * weights[element]:
        return child
    return (
        child
        if heaviest >= 0.5 * weights[element] and not any(_is_running_text(c, weights[c], leaves, head) for c in others)
        else None
    )


def _is_running_text(element: HtmlElement, weight: int, leaves: Counter[HtmlElement], head: str) -> bool:
    """Whether an element beside the heaviest is text of the article too: several paragraphs, more text than links, and no heading above
    the headline's own."""
    if weight < 2 * SENTENCE or sum(leaves[e] for e in element.iter()) < 2:
        return False
    if head in HEADINGS and any(e.tag < head for e in element.iter("h1", "h2", "h3")):
        return False
    return weight > 3 * sum(len(text_of(a)) for a in element.iter("a"))


def _widened(element: HtmlElement, blocks: Sequence[Block]) -> HtmlElement:
    """A text of one paragraph tells little of its place: its neighbours belong to it while they are few."""
    widest, lines = element, _lines_in(element, blocks)
    while (parent := element.getparent()) is not None and (more := _lines_in(parent, blocks)) <= _FEW:
        if more > lines:
            widest, lines = parent, more
        element = parent
    return widest


def _lines_in(element: HtmlElement, blocks: Sequence[Block]) -> int:
    """How many blocks stand in an element; the cells of a row are one."""
    inside = [b.element for b in blocks if _inside(b.element, element)]
    rows = {e.getparent() for e in inside if e.tag in _CELLS}
    return sum(e.tag not in _CELLS for e in inside) + len(rows)


def _divide(region: Region, after: Sequence[Block], end: int, root: HtmlElement) -> None:
    """Splits the blocks after the headline into what stands before the text, the text, and what follows it."""
    within = set(root.iter())
    inside = [i for i, b in enumerate(after[:end]) if b.element in within]
    if not inside:
        return
    first, last = inside[0], inside[-1] + 1
    region.root = root
    region.before = [b for b in after[:first] if not (b.links * 2 > len(b.text) + 2)][-12:]
    region.after = list(after[last : min(last + 15, max(end, last))])
    region.beyond = list(after[max(end, last) : max(end, last) + _CLOSING])
    region.content = _content(root, after[first:last])
    region.witness("body", "convention: the densest text after the headline", place_of(root))


def _hero(above: Sequence[Block], head: HtmlElement | None) -> list[Block]:
    """Pictures right above the headline, in an element that holds both and little before them."""
    frames = [e for e in itertools.islice(head.iterancestors(), 3) if e.tag != "body"] if head is not None else []
    reversed_hero = itertools.takewhile(lambda b: b.image is not None or _beside_hero(b), reversed(above))
    above = list(reversed_hero)[::-1]
    for frame in frames:
        inside = [b for b in above if _inside(b.element, frame) and not _of_banner(b)]
        if any(b.image is not None for b in inside):
            return [b for b in inside if b.image is not None] if len(inside) < _HERO else []
    return []


def _beside_hero(block: Block) -> bool:
    """Whether a line may stand between the article's picture and the headline: its date, its section; above it stands the banner."""
    named = is_office_name(block.text) or is_site_name(block.text)
    return bool(dated(block, slack=SLACK)) or (len(block.text) < _LINE and not named)


def _of_banner(block: Block) -> bool:
    """Whether a picture is the site's: named so, small, flat, or in a header that holds no headline."""
    image = block.image
    if image is None:
        return False
    sizes = [size for name in ("width", "height") if (size := pixels(image.get(name))) is not None]
    odd = len(sizes) == 2 and (min(sizes) < _LEAST or sizes[0] >= _FLAT * sizes[1])
    return odd or bool(_BANNER.search(image.get("src") or "")) or any(e.tag == "header" for e in image.iterancestors())


def _content(root: HtmlElement, seen: Sequence[Block]) -> list[Block]:
    """The text's blocks anew, with tables as rows; no block from before the headline or beyond the cut."""
    if next(root.iter("table", "article", "aside"), None) is None:
        return list(seen)  # nothing in it is shown otherwise than on the page as a whole
    keep = {(b.element, b.text) for b in seen}
    elements = {b.element for b in seen}
    blocks = Flow(root).walk()
    rows = {b.element for b in blocks if b.row}
    within = {e for e in elements for e in e.iterancestors("table")} & rows if rows else set()
    return [
        b
        for b in blocks
        if (b.row and b.element in within)
        or (b.element in elements and (b.image is not None or (b.element, b.text) in keep))
    ]


def _inside(element: HtmlElement, root: HtmlElement) -> bool:
    return element is root or any(e is root for e in element.iterancestors())


def _near(after: Sequence[Block], root: HtmlElement | None) -> list[Block]:
    """The short lines between headline and text."""
    within = set(root.iter()) if root is not None else ()
    first = next((i for i, b in enumerate(after) if b.text), 0)  # a portrait may stand before the line of name and date
    ends = (i for i, b in enumerate(after) if weigh(b) >= SENTENCE or (i > first and b.element in within))
    return [b for b in after[: next(ends, 0)] if b.text]


def _reach(after: Sequence[Block]) -> int:
    """How many blocks after the headline may still hold its date: up to the first paragraphs of the text."""
    texts = 0
    for i, block in enumerate(after[:40]):
        texts += weigh(block) >= 60
        if texts > 2:
            return i
    return min(40, len(after))
