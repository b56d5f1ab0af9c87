"""Finds the article on a page that no layout claims, by what all Vietnamese news pages share.

The headline is the line that the page also tells to machines; the text is the densest part after it; the date stands beside the headline.
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from string import digits

from lxml.html import HtmlElement

from crawler.reading.blocks import Block, Flow, holder
from crawler.reading.conventions.addresses import slug_words
from crawler.reading.conventions.bylines import is_account
from crawler.reading.conventions.dates import only_date
from crawler.reading.conventions.furniture import (
    is_contact,
    is_detail,
    is_furniture,
    is_licence,
    is_office_name,
    is_site_name,
    opens_furniture,
)
from crawler.reading.conventions.text import clean, first_word, plain_words, text_of, words
from crawler.reading.dating import SLACK, dated, published
from crawler.reading.page import Page
from crawler.reading.region import Region, place_of
from crawler.reading.structured import Structured

_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "li", "blockquote", "td"))
_PARTS = frozenset(("table", "thead", "tbody", "tfoot", "tr", "ul", "ol", "dl"))  # no place for a text: part of one
_CELLS = frozenset(("td", "th"))
_ITEMS = _CELLS | {"li"}
_ITEM = re.compile(r"[-+*•–]\s*\w")
_SENTENCE = 60  # characters that a sentence of running text has at least
_RUNNING = 3
_ENDS = (".", "!", "?", "…", "”", '"', ":", ";")
_BOX = 12  # blocks that a box of related links inside a text may hold
_HEADING = 2.0  # the score of a heading that nothing else speaks for
_SURE = 4  # the score of a line that the page names as its title
_SLUG = 4  # words that an address must spell to name a headline
_ALIKE = 30  # letters at the beginning that line and address have in common: one of them was edited afterwards
_NO_D = dict.fromkeys(map(ord, "đĐÐ"))  # Liferay's addresses leave the letter out
_SPELT = 15  # letters of a line that an address spells and goes on
_MENU = 3  # links in a row that no share buttons are
_BY_DATE = 3  # blocks between a heading and the date under it: the lead, a name
_ENOUGH = 120  # characters of text after which a line like "Tin liên quan" ends the article
_CLOSING = 24  # blocks behind the text among which its signature may stand
_BANNER = re.compile(r"(?:banner|emblem|quoc-?huy|header|logo)[^/]*$", re.IGNORECASE)
_LEAST, _FLAT = 100, 4  # pixels of a picture above the headline; times as wide as high
_HERO = 5  # blocks above the headline among which its picture may stand
_STAMP = 90  # characters: a longer line is no date with its counters
_YEAR = re.compile(r"(?:19|20)\d\d")
_FEW = 8  # blocks: the neighbourhood of a one-paragraph article
_WINDOW = 12  # blocks before the headline in which its date may stand, and after a date in which its text does


def locate(page: Page, structured: Structured) -> Region:
    """The article's place by conventions; an empty `content` where the page has none."""
    body = page.root.find("body")
    blocks = Flow(page.root if body is None else body, tables=False).walk()
    region = Region()
    head, region.named = _headline(blocks, structured)
    region.title = _title(blocks, head, structured, region)
    after = blocks[head + 1 :] if head is not None else blocks
    end = _cut(after)
    region.below = list(after[:end])
    root = _container(after[:end], page.root)
    if root is None:
        root = _picture_alone(after[: min(end, _FEW)])
    if root is not None:
        _divide(region, after, end, root)
    start = head if head is not None else 0
    region.before = [*_hero(blocks[max(0, start - _HERO) : start], region.head), *region.before]
    reach = after[: _reach(after)]
    if head is not None and _before_date(blocks[head]):
        reach = [replace(blocks[head], text=clean(blocks[head].pieces[-1])), *reach]
    region.near = _near(after, region.root)
    region.declared_author = structured.author()
    region.published = published(region, page, structured, below=reach, above=blocks[max(0, start - _WINDOW) : start])
    return region


# -- the headline -------------------------------------------------------------------------------------------------------------


def _headline(blocks: Sequence[Block], structured: Structured) -> tuple[int | None, bool]:
    """The index of the block that displays the headline, and whether the page's title, its address or a date bears that out."""
    keys = {key for t in structured.titles() if (key := tuple(words(t)))}
    endings = {key for t in structured.endings() if (key := tuple(words(t)))} - keys
    firsts = {key[0] for key in keys | endings}
    best, where, banner = 0.0, None, None
    for i, block in enumerate(blocks):
        if not block.is_heading and first_word(block.text) not in firsts:
            continue
        score = _headline_score(block, keys, endings)
        if score >= _SURE and (is_office_name(block.text) or (not block.is_heading and _in_banner(blocks, i))):
            banner = i
        elif score > best:
            best, where = score, i
    if best >= _SURE:
        return where, True
    if (spelt := _headline_by_address(blocks, structured.url)) is not None:
        return spelt, True
    if where is not None and _reads_as_lead(blocks[where].text):
        by_date, named = _headline_by_date(blocks, None, named=False)
        where = by_date if named else where
    found, named = _headline_by_date(blocks, where, named=best > _HEADING)
    if found is None and (above := _headline_above_text(blocks)) is not None:
        return above, False
    return (found, named) if found is not None else (banner, banner is not None)


def _in_banner(blocks: Sequence[Block], index: int) -> bool:
    """Whether a line that the page's title names is the site's name in its banner or footer: a menu or a headline stands between it and
    any text, or no text follows."""
    links = 0
    for i, block in enumerate(blocks[index + 1 :], index + 1):
        if _weight(block) >= _SENTENCE:
            return links >= _MENU
        heading = block.tag in ("h1", "h2") and _may_head(block) and not _reads_as_lead(block.text)
        if heading and _text_after(blocks, i) >= _SENTENCE:
            return True
        links += block.links * 2 > len(block.text) and not is_furniture(block.text)
    return any(_weight(block) >= _SENTENCE for block in blocks[:index])


def _headline_above_text(blocks: Sequence[Block]) -> int | None:
    """The line right above the text, or the first of the text's own, where nothing else says which it is."""
    first = next((i for i, b in enumerate(blocks) if _is_sentence(b)), None)
    if first is None or sum(map(_is_sentence, blocks[first : first + _WINDOW])) < _RUNNING:
        return None
    above = range(first - 1, max(-1, first - _BY_DATE), -1)
    return next((i for i in above if _may_head(blocks[i]) and not blocks[i].text.endswith((".", ":"))), None)


def _headline_score(block: Block, keys: set[tuple[str, ...]], endings: set[tuple[str, ...]]) -> float:
    """How surely a block is the headline: what the page names as its title counts most, a heading next, 0 is none."""
    text = block.text
    if not 8 <= len(text) <= 400 or block.image is not None or is_site_name(text) or is_detail(text):
        return 0
    if (not block.is_heading and (len(text) < 15 or not keys | endings)) or opens_furniture(text) or is_furniture(text):
        return 0
    heading = {"h1": 2.0, "h2": 1.2, "h3": 0.6}.get(block.tag, 0.0)
    key = tuple(words(text))
    length = min(len(key), 20) / 20
    if key in keys:
        score = heading + 4 + length
    elif len(key) >= 4 and any(k[: len(key)] == key or key[: len(k)] == k for k in keys if len(k) >= 4):
        score = heading + 2.5 + length
    elif key in endings:
        score = max(heading, 2.2 + length)
    else:
        score = heading / 4 if _reads_as_lead(text) else heading
    return score - 1.5 if block.links * 2 > len(text) else score


def _reads_as_lead(text: str) -> bool:
    """Whether a heading that nothing else names is a sentence: leads are, headlines have no full stop."""
    return len(text) > _SENTENCE and text.endswith(".")


def _headline_by_address(blocks: Sequence[Block], url: str) -> int | None:
    """The line that the address spells without diacritics: /tin/khanh-thanh-ben-ca-1234.html. Addresses are cut short, and where they
    part words is their own affair."""
    slug = slug_words(url)
    spelt = "".join(slug)
    if len(slug) < _SLUG:
        return None
    for i, block in enumerate(blocks):
        if _may_head(block) and any(_is_spelt(text, spelt) for text in (block.text, block.text.translate(_NO_D))):
            return i
    return None


def _is_spelt(text: str, spelt: str) -> bool:
    line = "".join(plain_words(text)).lstrip(digits)
    length = min(len(spelt), max(len(line), _SPELT), _ALIKE)
    return line[:length] == spelt[:length]


def _headline_by_date(blocks: Sequence[Block], heading: int | None, *, named: bool) -> tuple[int | None, bool]:
    """The headline of a page whose title is the site's: the line above a date that most text follows, or the one under it. A `heading`
    counts where it stands by that date, or where more text follows it; the menu's and the portlets' have neither."""
    best, where, date = 0.0 if heading is None else _text_after(blocks, heading), heading, None
    for i, block in enumerate(blocks):
        if i and _before_date(block):
            if (weight := _text_after(blocks, i)) > best:
                best, where, date = weight, i, i
            continue
        if not i or not dated(block) or sum(map(_weight, blocks[i + 1 : i + _WINDOW])) <= _ENOUGH:
            continue
        weight = _text_after(blocks, i)
        beside = (*range(i - 1, max(-1, i - 3), -1), i + 1)
        line = next((j for j in beside if _may_head(blocks[j]) and not blocks[j].text.endswith(".")), None)
        if line is not None and weight > best:
            best, where, date = weight, line, i
    by_date = heading is not None and date is not None and -_BY_DATE <= heading - date <= 1
    return heading if by_date else where, named or by_date or date is not None


def _before_date(block: Block) -> str | None:
    """The headline of a line that ends with its date, in an element of its own: "Khánh thành bến cá [08.10.2007 20:31]"."""
    pieces = [text for piece in block.pieces if (text := clean(piece).strip(" |-–"))]
    if len(pieces) != 2 or only_date(pieces[1]) is None:
        return None
    return pieces[0] if len(pieces[0]) > _SPELT and not only_date(pieces[0]) and not is_furniture(pieces[0]) else None


def _text_after(blocks: Sequence[Block], index: int) -> float:
    """How much text follows, the nearest counting most: between a banner's date and the text stands the menu."""
    return sum(_weight(block) / distance for distance, block in enumerate(blocks[index + 1 : index + _WINDOW], 1))


def _may_head(block: Block) -> bool:
    text = block.text
    plain = not (is_site_name(text) or is_furniture(text) or is_detail(text))
    return plain and 15 <= len(text) <= 300 and block.links * 2 <= len(text) and not only_date(text)


def _title(blocks: Sequence[Block], head: int | None, structured: Structured, region: Region) -> str:
    if head is not None:
        region.head = blocks[head].element
        region.witness("title", "convention: the line that the page names as its title", place_of(region.head))
        return _before_date(blocks[head]) or blocks[head].text
    title = min((t for t in structured.titles() if not is_detail(t)), key=len, default="")
    region.witness("title", "structured data", "title")
    return title


# -- the text -----------------------------------------------------------------------------------------------------------------


def _weight(block: Block) -> int:
    """How much a block speaks for being an article's text; worked out once a block."""
    if block.weight < 0:
        block.weight = _weighed(block)
    return block.weight


def _weighed(block: Block) -> int:
    length = len(block.text)
    if block.image is not None or length < 25 or block.links * 2 > length:
        return 0
    if is_licence(block.text) or is_contact(block.text):
        return 0
    if length < _STAMP and _YEAR.search(block.text) and dated(block, slack=SLACK):
        return 0
    if block.is_caption:
        return length // 4
    return min(length, 1200) if length >= 60 or block.text.endswith((".", ":", ";", "…")) else length // 3


def _any_weight(block: Block) -> int:
    text = block.text
    return 0 if is_furniture(text) or is_licence(text) or is_account(text) or dated(block, slack=SLACK) else len(text)


def _cut(blocks: Sequence[Block]) -> int:
    """The index at which the portal's lines after the article begin. A box of related links inside the text ends nothing."""
    seen, pictured = 0, False
    ahead = sum(map(_weight, blocks))
    for i, block in enumerate(blocks):
        pictured = pictured or block.image is not None
        if (
            (seen or pictured)
            and opens_furniture(block.text)
            and (seen >= _ENOUGH or _list_of_links(blocks[i + 1 : i + 4]))
        ):
            inner = ahead > 2 * seen and _paragraphs_follow(blocks[i + 1 :])
            if not inner and not _resumes(blocks[:i], blocks[i + 1 : i + _BOX]):
                return i
        weight = _weight(block)
        ahead -= weight
        seen += weight or (0 if is_furniture(block.text) or dated(block) else len(block.text) // 3)
    return len(blocks)


def _resumes(before: Sequence[Block], after: Sequence[Block]) -> bool:
    """Whether running text goes on after a few lines, in the element in which it stood before them."""
    parents = {holder(b.element) for b in before if _is_sentence(b)} - {None}
    following = [b.element for b in after if _is_sentence(b) and b.tag != "li"]
    return any(p in parents for e in following for p in (holder(e), *itertools.islice(e.iterancestors(), 2)))


def _paragraphs_follow(blocks: Sequence[Block]) -> bool:
    """Whether three sentences or more of running text stand in one element of what follows."""
    parents = Counter(holder(b.element) for b in blocks if _is_sentence(b) and b.tag != "li")
    return any(count >= _RUNNING for count in parents.values())


def _is_sentence(block: Block) -> bool:
    return _weight(block) >= _SENTENCE and not block.links and block.text.endswith(_ENDS)


def _list_of_links(blocks: Sequence[Block]) -> bool:
    texts = [b for b in blocks if b.text]
    return len(texts) >= 2 and sum(b.links * 2 > len(b.text) for b in texts) >= 2


def _container(blocks: Sequence[Block], root: HtmlElement) -> HtmlElement | None:
    """The smallest element that holds the text: from the page downwards, always into the child that holds nearly all of it."""
    weights, leaves = _weights(blocks, _weight)
    if not weights:  # a text of a few words, or all links
        weights, leaves = _weights(blocks, _any_weight)
    if not weights:
        return None
    element = root
    while (child := _heavy_child(element, weights, leaves)) is not None:
        element = child
    while (element.tag in _PARTS or _cell_of_frame(element, blocks)) and (parent := element.getparent()) is not None:
        element = parent
    if element in leaves and (parent := element.getparent()) is not None and _goes_on_in(parent, element, blocks):
        return parent
    return (
        _widened(element, blocks)
        if leaves.total() == 1 or sum(n for e, n in leaves.items() if _inside(e, element)) == 1
        else element
    )


def _goes_on_in(parent: HtmlElement, element: HtmlElement, blocks: Sequence[Block]) -> bool:
    """Whether a list or a table right after the lines of an element belongs to them: its items are no links."""
    last = max((i for i, b in enumerate(blocks) if _inside(b.element, element)), default=len(blocks))
    following = blocks[last + 1 : last + 2]
    listed = [b for b in following if (b.tag in _ITEMS or _ITEM.match(b.text)) and b.links * 2 <= len(b.text)]
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
    for block in blocks:
        if weight := weigh(block):
            leaves[block.element] += 1
            for element in (block.element, *block.element.iterancestors()):
                weights[element] += weight
    return weights, leaves


def _heavy_child(
    element: HtmlElement, weights: Counter[HtmlElement], leaves: Counter[HtmlElement]
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
        if heaviest >= 0.5 * weights[element] and not any(_is_running_text(c, weights[c], leaves) for c in others)
        else None
    )


def _is_running_text(element: HtmlElement, weight: int, leaves: Counter[HtmlElement]) -> bool:
    """Whether an element beside the heaviest is text of the article too: several paragraphs, and more text than links."""
    if weight < 2 * _SENTENCE or sum(leaves[e] for e in element.iter()) < 2:
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
    inside = [i for i, b in enumerate(after[:end]) if _inside(b.element, root)]
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
    for frame in frames:
        inside = [b for b in above if _inside(b.element, frame) and not _of_banner(b)]
        if any(b.image is not None for b in inside):
            return [b for b in inside if b.image is not None] if len(inside) < _HERO else []
    return []


def _of_banner(block: Block) -> bool:
    """Whether a picture is the site's: named so, small, flat, or in a header that holds no headline."""
    image = block.image
    if image is None:
        return False
    sizes = [int(v) for name in ("width", "height") if (v := (image.get(name) or "").removesuffix("px")).isdigit()]
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
    ends = (
        i
        for i, b in enumerate(after)
        if _weight(b) >= _SENTENCE or (root is not None and i and _inside(b.element, root))
    )
    return [b for b in after[: next(ends, 0)] if b.text]


def _reach(after: Sequence[Block]) -> int:
    """How many blocks after the headline may still hold its date: up to the first paragraphs of the text."""
    texts = 0
    for i, block in enumerate(after[:40]):
        texts += _weight(block) >= 60
        if texts > 2:
            return i
    return min(40, len(after))
