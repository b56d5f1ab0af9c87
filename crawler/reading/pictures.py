"""The captions and credits of an article's pictures: which of the texts round them they are."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.reading.article import Image
from crawler.reading.blocks import Block
from crawler.reading.conventions.attribution import parse_attribution, trailing_attribution
from crawler.reading.conventions.bylines import is_name, parse_byline
from crawler.reading.conventions.credits import is_credit_line, split_credit
from crawler.reading.conventions.text import clean, same_sentence, text_of
from crawler.reading.shown import picture_url

_FILE_NAME = re.compile(
    r"\.(?:jpe?g|png|gif|webp|bmp|tiff?)\b|^description:|^(?:img|dsc|image|picture|photo|ảnh|hình)[\s_-]*\d*$|^[\w\-.%]+$|[\\/]\S+[\\/]|^\d",
    re.IGNORECASE,
)
_NUMBERED_ALT = re.compile(
    r"(?:\s|[-–:]\s*)(?:ảnh|hình|hinh|anh|photo)\s*\d{1,3}\s*\.?$|\s[-–]\s\d{1,2}$", re.IGNORECASE
)
_PLURAL = re.compile(
    r"^(?:một\s*(?:số|vài)|những|các|chùm|vài)\s+(?:hình\s*ảnh|ảnh|tấm\s*ảnh|khoảnh\s*khắc|bức\s*ảnh)", re.IGNORECASE
)
_CAPTION_HINT = re.compile(
    r"caption|chu-?thich|ghi-?chu|expedit|(?:img|image|photo|pic(?:ture)?)[-_]?(?:note|desc)|desc[-_]?img|pictext",
    re.IGNORECASE,
)
_MARKED = re.compile(r"^(?:[-+*•]\s?|\d{1,2}[.)]\s|[IVX]+\.\s)")
_MAX_CAPTION = 500  # characters of a caption that no element says to be one
_SHORT = 300
_NEXT_SENTENCE = re.compile(r"[.!?…][”\")]?\s+[“\"(]?[^\W\d_a-zà-ỹđ]")
_LEAD = 100  # characters of a bold sentence that is no caption
_RUNNING = 120  # characters: a longer block is text
_SIGNS = re.compile(r"[(\[]?\s*(?:bài|tin)\s*(?:viết\s*)?(?:(?:,|và|&|-|/)\s*(?:ảnh|hình)\s*)?:", re.IGNORECASE)
_SERIES = 200  # pictures: longer ones are no article's
_MAX_LINE = 250  # characters of a caption in a series
_FILE_AND_SIZE = re.compile(r"\S+\.(?:jpe?g|png|gif|webp)(?:\s+[\d.,]+\s*[KM]B)?", re.IGNORECASE)
_SMALL = ("h5", "h6")
_CLOSED = (".", ":", ";", "!", "?", "…", "/.")


@dataclass(slots=True)
class _Shot:
    """A picture while its caption is being looked for."""

    index: int
    block: Block
    url: str
    caption: str | None = None
    credit: str | None = None
    own: bool = False  # a caption of its own was found beside it


class Pictures:
    """Finds the pictures among an article's blocks. After `find`, `used` holds the blocks that were captions or credits."""

    def __init__(self, blocks: Sequence[Block], base: str, title: str, root: HtmlElement | None = None) -> None:
        """`root` is the element that holds the text: a table round it frames the page and no picture."""
        self.base, self.title = base, title
        self.urls = {b: url for b in blocks if b.image is not None and (url := picture_url(b.image, base))}
        self.blocks = blocks = [b for b in blocks if b.image is None or b in self.urls]
        self.used: set[Block] = set()
        self._root = root
        self._places = {b: i for i, b in enumerate(blocks)}
        self._lengths: dict[HtmlElement, int] = {}  # of the texts of elements that may be frames
        texts = [b for b in blocks if b.text]
        behind = {b for a, b in itertools.pairwise(blocks) if a.image is not None}  # what may be captions
        long = [b for b in texts if len(b.text) > 120] or [b for b in texts if b not in behind]
        self._centred_body = sum(b.align == "center" for b in long) * 2 > len(long) > 2
        self._italic_body = sum(b.italic for b in long) * 2 > len(long) > 2
        self._small = [
            tag for tag in _SMALL if 2 * sum(b.tag == tag for b in texts) < len(texts)
        ]  # not those of the text
        self._first_text = next((i for i, b in enumerate(blocks) if len(b.text) > _LEAD), len(blocks))
        self._behind: dict[
            HtmlElement | None, list[Block]
        ] = {}  # the lines behind pictures, by the element of these and the one round it
        for a, b in itertools.pairwise(blocks):
            if a.image is not None:
                for place in (a.element, a.element.getparent()):
                    self._behind.setdefault(place, []).append(b)
        self._figures = {b.figure for b in blocks if b.figure is not None and b.image is not None}
        self._tables = _picture_tables(blocks) - {root, *(root.iterancestors() if root is not None else ())}

    def find(self) -> list[Image]:
        shots = [_Shot(i, b, self.urls[b]) for i, b in enumerate(self.blocks) if b in self.urls]
        groups = self._groups(shots)
        ends = [g[0].index for g in groups[1:]] + [len(self.blocks)]
        for group, end in zip(groups, ends if groups else [], strict=True):
            self._caption_group(group, end)
        for shot in shots:
            if shot.caption is None:
                shot.caption = self._before(shot) or (None if shot.own else self._alt(shot, shots))
        return _unique(shots)

    def _groups(self, shots: list[_Shot]) -> list[list[_Shot]]:
        """Pictures with no text between them."""
        groups: list[list[_Shot]] = []
        for shot in shots:
            if groups and all(
                b.image is not None or b in self.used for b in self.blocks[groups[-1][-1].index : shot.index]
            ):
                groups[-1].append(shot)
            else:
                groups.append([shot])
        return groups

    def _caption_group(self, group: list[_Shot], end: int) -> None:
        last = group[-1]
        start = last.index + 1
        if start >= end or not self._is_caption(self.blocks[start], last.block, self._next_text(start)):
            return
        if not self.blocks[start].is_caption and self._signs_text(start):
            return
        parts = self._gather(start, end)
        text = " ".join(b.text for b in parts)
        self.used.update(parts)
        caption, credit = _captioned([b.text for b in parts])
        start += len(parts)
        if (
            start < end
            and is_credit_line(self.blocks[start].text)
            and credit is None
            and self._beside(self.blocks[start], parts[-1])
            and not self._signs_text(start)
        ):
            self.used.add(self.blocks[start])
            credit = split_credit(self.blocks[start].text)[1]
            start += 1
        if start < end and caption and same_sentence(self.blocks[start].text, caption):
            self.used.add(self.blocks[start])
        for shot in group:
            if shot is last or self._shared(shot.block, last.block, parts[0], text):
                shot.caption, shot.credit, shot.own = caption, credit, True

    def _signs_text(self, index: int) -> bool:
        """Whether a line under the last picture is the article's signature or attribution: "Bài, ảnh: X", "(Nguồn: Báo Y)" on the right."""
        block = self.blocks[index]
        if any(len(b.text) > _RUNNING for b in self.blocks[index + 1 :]):
            return False
        return bool(_SIGNS.match(block.text)) or (block.align == "right" and parse_attribution(block.text) is not None)

    def _gather(self, start: int, end: int) -> list[Block]:
        """The caption's blocks: mostly one; a caption over two centred paragraphs is one."""
        parts = [self.blocks[start]]
        for block in self.blocks[start + 1 : min(end, start + 3)]:
            first = parts[-1]
            one_figure = (
                block.is_caption and first.is_caption and block.figure is first.figure and block.figure is not None
            )
            run_on = (
                not block.gap
                and block.align == first.align == "center"
                and block.italic == first.italic
                and block.bold == first.bold
                and (block.italic or block.element.tag == "td")
                and not first.text.endswith(_CLOSED)
                and split_credit(first.text)[1] is None
                and len(block.text) < 250
                and parse_attribution(block.text) is None
                and not self._centred_body
            )
            if not (one_figure or run_on):
                break
            parts.append(block)
        return parts

    def _is_caption(self, block: Block, image: Block, after: Block | None) -> bool:
        text = block.text
        if (
            not text
            or block.row
            or (
                block.is_heading
                and not block.is_caption
                and (block.tag not in _SMALL or not (text.endswith(".") or split_credit(text)[1]))
            )
            or same_sentence(text, self.title)
        ):
            return False
        if self._of_other(block, image):
            return False
        if block.tag in self._small and text.endswith(".") and len(text) <= _MAX_LINE:
            return True
        if block.is_caption or (block.figure is not None and block.figure is image.figure):
            return True
        if len(text) > _MAX_CAPTION:
            return False
        plain = not block.bold or self._amid_text(block)
        framed = plain and (_framed(block, image) or (len(text) < _SHORT and self._share_frame(image, block)))
        if framed or (block.tag == "dd" and image.tag == "dt"):
            return True
        if image.table is not None and block.table is image.table and image.table in self._tables:
            return True
        if text.endswith("/.") or _MARKED.match(text):
            return False
        if is_named_caption(block) or self._in_series(block, image):
            return True
        credit = split_credit(text)[1]
        if credit and len(text) < 350:
            return block.align != "right" or after is not None or parse_byline(text, set_apart=False) is None
        return self._looks_like_caption(block, image, after)

    def _in_series(self, block: Block, image: Block) -> bool:
        """Whether one of several pictures in one element has a short line behind it that looks as those behind the others do."""
        pairs = self._behind.get(image.element, [])
        if len(pairs) > _SERIES:
            return False
        beside = block.element.getparent()
        alike = [b for b in pairs if b.bold and b.tag == block.tag and b.element.getparent() is beside]
        short = all(len(b.text) <= _MAX_LINE and not b.text.endswith(_CLOSED) for b in alike)
        return len(pairs) > 1 and len(alike) == len(pairs) and short and block in alike

    def _amid_text(self, block: Block) -> bool:
        """Whether a bold line can be no lead: it runs on into no sentence, and text stands before it."""
        return not block.text.endswith(_CLOSED) and self._places[block] > self._first_text

    def _of_other(self, block: Block, image: Block) -> bool:
        """Whether a line stands in the frame of another picture: above that one, not under this."""
        tabled = block.table is not None and block.table is not image.table and block.table in self._tables
        figured = block.figure is not None and block.figure is not image.figure and block.figure in self._figures
        return tabled or figured or self._above_its_own(block, image)

    def _above_its_own(self, block: Block, image: Block) -> bool:
        """Whether a line shares a small frame with the picture after it and not with this one."""
        following = next((b for b in self.blocks[self._places[block] + 1 :][:1] if b.image is not None), None)
        return following is not None and not self._share_frame(image, block) and self._share_frame(following, block)

    def _looks_like_caption(self, block: Block, image: Block, after: Block | None) -> bool:
        text, length = block.text, len(block.text)
        if block.align == "right" or (text.endswith(":") and not _PLURAL.match(text)):
            return False
        if (
            trailing_attribution(text)
            or parse_attribution(text)
            or (after is None and parse_byline(text, set_apart=block.bold) is not None)
        ):
            return False
        if block.align == "center" and not self._centred_body:
            return length <= 400 and not (block.bold and not block.italic and text.isupper())
        if block.italic and not self._italic_body and (not block.bold or self._amid_text(block)):
            return length <= 300
        if _one_run(block, image) and block.broken:
            leads = block.bold and length > _LEAD and text.endswith(".")
            return length <= 250 and not leads and not _is_paragraph(text)
        body = after is None or after.image is not None or len(after.text) > 2 * length or len(after.text) > 120
        return length <= 200 and not text.endswith(_CLOSED) and not block.bold and body and len(text.split()) >= 4

    def _shared(self, block: Block, last: Block, caption: Block, text: str) -> bool:
        """Whether a caption under the last of several pictures is this one's too."""
        if self._share_frame(block, caption):
            return True
        if block.figure is not None and block.figure is last.figure:
            return True
        if block.table is not None and block.table is last.table and block.table in self._tables:
            return True
        return _one_run(block, last) or bool(_PLURAL.match(text))

    def _share_frame(self, image: Block, caption: Block) -> bool:
        """Whether picture and caption stand in one element that holds no other text."""
        for frame in itertools.islice(caption.element.iterancestors(), 3):
            if frame is self._root or frame.tag not in ("div", "td", "center", "section", "figure", "figcaption"):
                return False
            if frame is image.element or any(e is frame for e in image.element.iterancestors()):
                if frame not in self._lengths:
                    self._lengths[frame] = len(text_of(frame))
                return self._lengths[frame] <= len(caption.text) + 5
        return False

    def _before(self, shot: _Shot) -> str | None:
        """A caption that stands above its picture, in the same figure or picture table."""
        if shot.index == 0 or shot.own:
            return None
        block = self.blocks[shot.index - 1]
        framed = block.figure is not None and block.figure is shot.block.figure
        tabled = block.table is not None and block.table is shot.block.table and block.table in self._tables
        held = framed or tabled or self._share_frame(shot.block, block)
        if not block.text or block in self.used or not held or len(block.text) > 400 or block.text.endswith(":"):
            return None
        self.used.add(block)
        caption, shot.credit = split_credit(block.text)
        return caption

    def _alt(self, shot: _Shot, shots: list[_Shot]) -> str | None:
        """The picture's alt or title, where it is a sentence about this picture and no other."""
        image = shot.block.image
        assert image is not None
        for name in ("alt", "title"):
            text = clean(image.get(name) or "")
            if (
                _NUMBERED_ALT.search(text)
                or len(text.split()) < 4
                or _FILE_NAME.search(text)
                or same_sentence(text, self.title)
                or self.title.startswith(text[:40])
            ):
                continue
            if sum(clean(s.block.image.get(name) or "") == text for s in shots if s.block.image is not None) > 1:
                continue
            if any(b.text == text for b in self.blocks):
                continue
            caption, shot.credit = split_credit(text)
            return caption
        return None

    def _next_text(self, start: int) -> Block | None:
        return self.blocks[start + 1] if start + 1 < len(self.blocks) else None

    @staticmethod
    def _beside(block: Block, caption: Block) -> bool:
        return block.figure is caption.figure


def _captioned(parts: Sequence[str]) -> tuple[str | None, str | None]:
    """Caption and credit of the lines under a picture; a name in a line of its own is a credit, a file's name and size nothing."""
    lines = [line for line in parts if not _FILE_AND_SIZE.fullmatch(line)]
    caption, credit = split_credit(" ".join(lines))
    if credit is None and len(lines) > 1 and is_name(lines[-1]):
        return split_credit(" ".join(lines[:-1]))[0], lines[-1]
    return caption, credit


def _is_paragraph(text: str) -> bool:
    """Whether a text is of several sentences, its credit apart."""
    caption = split_credit(text)[0] or ""
    return caption.endswith(".") and bool(_NEXT_SENTENCE.search(caption))


def _one_run(one: Block, other: Block) -> bool:
    """Whether two blocks stood in one paragraph."""
    return one.run == other.run and one.element is other.element


def _framed(block: Block, image: Block) -> bool:
    """Whether a picture and the text share an element that holds nothing else."""
    frame = image.element
    holds = frame in (block.element, *itertools.islice(block.element.iterancestors(), 2))
    return (
        holds
        and len(block.text) < 300
        and frame.tag in ("div", "td", "center")
        and len(frame) <= 4
        and len(text_of(frame)) <= len(block.text) + 5
    )


def is_named_caption(block: Block) -> bool:
    """Whether a line stands in an element that is named for captions."""
    element: HtmlElement | None = block.element
    for _ in range(2):
        if element is None:
            return False
        if _CAPTION_HINT.search(f"{element.get('class', '')} {element.get('id', '')}"):
            return True
        element = element.getparent()
    return False


def _picture_tables(blocks: Sequence[Block]) -> set[HtmlElement]:
    """Tables that frame pictures: little text for the pictures they hold, and no more sentences than pictures."""
    held: dict[HtmlElement, list[Block]] = {}
    for block in blocks:
        if block.table is not None:
            held.setdefault(block.table, []).append(block)
    found = set()
    for table, inside in held.items():
        images = sum(b.image is not None for b in inside)
        sentences = sum(b.text.endswith(".") for b in inside)
        if images and sentences <= images and sum(len(b.text) for b in inside) <= 400 * images:
            found.add(table)
    return found


def _unique(shots: list[_Shot]) -> list[Image]:
    """Each picture once: one shown twice keeps the caption it has."""
    found: dict[str, Image] = {}
    for shot in shots:
        known = found.get(shot.url)
        if known is None or (known.caption is None and shot.caption):
            found[shot.url] = Image(shot.url, shot.caption, shot.credit)
    return list(found.values())
