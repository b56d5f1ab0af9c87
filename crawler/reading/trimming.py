"""An article's blocks without what is the portal's: widgets, links to other articles, the headline once more."""

import itertools
import re
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from crawler.reading.blocks import Block, holder, is_contents, outer
from crawler.reading.breadcrumb import filed_under
from crawler.reading.conventions.addresses import is_document
from crawler.reading.conventions.bylines import is_account
from crawler.reading.conventions.furniture import is_furniture, opens_furniture, see_also
from crawler.reading.conventions.text import clean, same_sentence, text_of, words
from crawler.reading.dating import dated

_OFFER = re.compile(
    r"^\W*(?:(?:các\s*)?(?:tệp|tập|file|tài\s*liệu|văn\s*bản)\s*(?:tin\s*)?(?:đính\s*kèm|kèm\s*theo)|tải\s*(?:về|xuống)|download)\s*(?::|$)",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"xem|chi\s*tiết|tại\s*đây|tải|đính\s*kèm|https?:|www\.", re.IGNORECASE
)  # a link that the text ends with
_DETAIL = re.compile(r"chi\s*tiết(?:\s*(?:bài\s*viết|tin))?\s*:?$", re.IGNORECASE)
_MUCH = 300  # characters of text beside which a paragraph that is all link is a related article
_BOX = 200  # characters beside the link: a box round a related article holds no more
_HEADLINE = 25  # characters: what is shorter behind "Xem thêm:" is "tại đây"
_RUNNING = 60
_ALIKE = 0.7  # of the words of a headline are in the line that says it again
_WORDS = 5
_LABEL = 30  # characters
_NEAR = 60  # blocks before and after a box within which its text may go on
_BOXED = 12  # blocks that a box of links inside a text holds at the most
_SENTENCE_END = (".", "!", "?", "…", "”", '"')
_HEAD = 6  # blocks among which headline and date may be repeated


def trimmed(
    blocks: Sequence[Block], title: str, root: HtmlElement | None, line: Block | None = None
) -> tuple[list[Block], Sequence[Block]]:
    """The blocks of an article's text, and those behind it from where the portal's own lines begin.

    `root` is the element that holds the text, `line` the one that its date was read from.
    """
    if players := _players(root):
        blocks = [b for b in blocks if players.isdisjoint((b.element, *b.element.iterancestors()))]
    openers = {b for b in blocks if b.image is None and opens_furniture(b.text)}
    end = _end(blocks, openers)
    own = [b for b in _own(blocks[:end], root) if b not in openers]
    while own and _is_tag(own[-1]):
        own.pop()
    return _without_head(own, title, line), blocks[end:]


def _is_tag(block: Block) -> bool:
    """A short line that is all link, behind the text: the name of a subject."""
    text = block.text[see_also(block.text) :]
    linked = 0 < 0.9 * len(text) <= block.links < _HEADLINE * 2 and block.align != "right"
    return linked and (block.tag == "li" or not (_OFFERS.search(text) or text.endswith((".", ":"))))


def is_offer(text: str) -> bool:
    """Whether a line is, or begins with, the label of documents that are offered: "Tệp đính kèm:"."""
    return _OFFER.match(text) is not None


def _end(blocks: Sequence[Block], openers: set[Block]) -> int:
    """The index at which the portal's own lines begin behind most of the text."""
    seen, ahead = 0, sum(len(b.text) - b.links for b in blocks)
    for i, block in enumerate(blocks):
        if block in openers:
            if (
                2 * seen >= ahead - seen
                and seen > 0
                and not _goes_on(blocks[max(0, i - _NEAR) : i], blocks[i + 1 : i + _NEAR])
            ):
                return i
            continue
        seen += len(block.text) - block.links
    return len(blocks)


def _own(blocks: Sequence[Block], root: HtmlElement | None) -> Iterator[Block]:
    """The blocks that are the article's."""
    ahead = sum(len(b.text) - b.links for b in blocks)
    offered = False  # the last line was a label "Tệp đính kèm:" or a document under it
    table: HtmlElement | None = None  # that of such a label
    box: HtmlElement | None = None  # that of a related article: what stands in it with the link
    for block in blocks:
        text = block.text
        label = _OFFER.match(text)
        offered = bool(label and (label.end() == len(text) or offers_document(block, label[0]))) or (
            (offered and offers_document(block)) or (table is not None and block.table is table)
        )
        table = block.table if label and offered else table
        if offered or (box is not None and _stands_in(block, box)):
            continue
        if block.image is not None:
            yield block
        elif _leads_elsewhere(block, ahead):
            box = _box(block, root)
        elif not (is_furniture(text) or is_account(text) or _of_contents(block)):
            yield block


def _of_contents(block: Block) -> bool:
    """The label of a table of contents, or a line of it."""
    if block.tag == "li" and not block.links and next(block.element.iter("a"), None) is not None:
        box = next(block.element.iterancestors("ul", "ol"), None)
        return box is not None and is_contents(box)
    if len(block.text) > _LABEL or (after := outer(block.element).getnext()) is None:
        return False
    return after.tag in ("ul", "ol") and is_contents(after)


def _players(root: HtmlElement | None) -> set[HtmlElement]:
    """The elements of films and sounds with the words of their players: none of these holds a paragraph."""
    if root is None:
        return set()
    media = (e.getparent() for e in root.iter("video", "audio"))
    players = {e for e in media if e is not None and e is not root and next(e.iter("p", "img"), None) is None}
    told = (
        e for e in root.iter("div", "figure") if e is not root and (e.get("data-vid") or e.get("type") == "VideoStream")
    )
    return players | {e for e in told if len(text_of(e)) < _BOX and next(e.iter("img"), None) is None}


def _goes_on(before: Sequence[Block], after: Sequence[Block]) -> bool:
    """Whether a list of links comes next and running text after it: then the list is a box inside the article. So it is where the text
    goes on in the very element in which it stood."""
    last_link = max((i for i, b in enumerate(after) if b.links * 2 > len(b.text) > 0), default=-1)
    rest = [b for b in after[last_link + 1 :] if b.text and not is_furniture(b.text)]
    if (
        last_link >= 0
        and len(rest) >= 2
        and len(rest[0].text) >= _RUNNING
        and rest[0].text.endswith((".", "!", "?", "”", "…"))
    ):
        return True
    places = {holder(b.element) for b in before if _runs(b)} - {None}
    following = itertools.takewhile(lambda b: not opens_furniture(b.text), after[:_BOXED])
    return any(_runs(b) and holder(b.element) in places for b in following)


def _runs(block: Block) -> bool:
    """Whether a block is running text: a sentence of some length without links."""
    return len(block.text) >= _RUNNING and not block.links and block.text.endswith(_SENTENCE_END) and block.tag != "li"


def _leads_elsewhere(block: Block, text: int) -> bool:
    """A paragraph that is nothing but a link to another page, among others that are text: a related article."""
    if block.row or block.image is not None or text <= _MUCH:
        return False
    if (
        block.links >= _HEADLINE
        and (label := see_also(block.text) or _glued_label(block))
        and block.links >= max(_HEADLINE, 0.8 * (len(block.text) - label))
    ):
        return True
    length = len(block.text.lstrip(" >»›•*+-–"))
    return block.links >= 0.9 * length > 13 and not block.text.endswith(("/.", ":"))


def _glued_label(block: Block) -> int:
    """How many characters of a line are a label in an element of its own, glued to a link: "Đọc thêmBếp ăn giữa lòng phố"."""
    label = clean(block.pieces[0]) if block.pieces else ""
    return len(label) if label and opens_furniture(label) else 0


def _box(block: Block, root: HtmlElement | None) -> HtmlElement | None:
    """The element that frames a related article: link, picture and summary."""
    for element in (block.element, block.element.getparent()):
        if element is None or element is root or element.tag not in ("div", "li", "td", "section"):
            continue
        links = sum(len(text_of(a)) for a in element.iter("a"))
        if len(text_of(element)) - links < _BOX and sum(1 for _ in element.iter("p")) <= 2:
            return element
    return None


def _stands_in(block: Block, box: HtmlElement) -> bool:
    return block.element is box or any(e is box for e in block.element.iterancestors())


def _without_head(blocks: list[Block], title: str, line: Block | None) -> list[Block]:
    """Headline and date repeated at the head of the text are no text, nor is a line above them."""
    again = [i for i, b in enumerate(blocks[:_HEAD]) if b.text and _is_of_head(b, title, line)]
    if not again and blocks and _says_again(blocks[0], title):
        again = [0]
    first_line = again[-1] + 1 if again and again[-1] < 3 else 0
    return [b for i, b in enumerate(blocks) if b.image is not None or (i >= first_line and i not in again)]


def _is_of_head(block: Block, title: str, line: Block | None) -> bool:
    """Whether a line says headline or date again; a day in a table is data."""
    again = same_sentence(block.text, title) or (not block.row and dated(block) is not None)
    return again or _is_line(block, line) or _heads(block.text)


def _heads(text: str) -> bool:
    """Whether a line is of the frame that Joomla puts before a text: "Chi tiết", "Chuyên mục: Tin trong tỉnh"."""
    return _DETAIL.match(text) is not None or filed_under((text,)) is not None


def _says_again(block: Block, title: str) -> bool:
    """Whether a bold line in the middle, no sentence, is the headline as it was before somebody edited it."""
    if not (block.bold and block.align == "center" and block.text) or block.text.endswith(_SENTENCE_END):
        return False
    own, named = set(words(block.text)), set(words(title))
    return len(own & named) >= _ALIKE * max(len(own), len(named)) and len(own) >= _WORDS


def _is_line(block: Block, line: Block | None) -> bool:
    return line is not None and block.element is line.element and block.text == line.text


def offers_document(block: Block, label: str = "") -> bool:
    """A line that is nothing but links to documents, behind a label."""
    links = block.element.iter("a")
    linked = sum(len(clean("".join(a.itertext()))) for a in links if is_document(a.get("href") or ""))
    return linked > 0 and linked >= 0.9 * (len(block.text) - len(label))
