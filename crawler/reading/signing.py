"""Who signed an article and whom the portal credits: read off the end of its text, what follows it, and what stands beside the headline."""

import re
from collections.abc import Sequence
from dataclasses import replace

from crawler.reading.behind import behind_box, closing, take_after
from crawler.reading.beside import read_beside
from crawler.reading.blocks import Block
from crawler.reading.conventions.attribution import (
    bare_house,
    parse_attribution,
    parse_signed,
    trailing_attribution,
)
from crawler.reading.conventions.bylines import (
    Byline,
    has_label,
    is_account,
    is_desk,
    is_name,
    is_office,
    is_other_work,
    is_place_or_day,
    is_way,
    parse_byline,
)
from crawler.reading.conventions.furniture import is_furniture, is_licence
from crawler.reading.conventions.text import clean
from crawler.reading.dating import dated
from crawler.reading.region import Region, place_of
from crawler.reading.signature import SHORT, Signature, is_apart, is_hinted, is_of_author
from crawler.reading.trimming import offers_document

_FILED = re.compile(
    r"^\W*(?:chuyên\s*mục|danh\s*mục|thể\s*loại|chủ\s*đề|đăng\s*(?:trong|tại))\s*:.{0,60}$", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://\S+$")
_BY_LABEL = re.compile(r"^(?:tác\s*giả|người\s*viết)\s*:", re.IGNORECASE)
_ON_BEHALF = re.compile(r"^(?:KT|TM|TL|TUQ)\.\s")  # for, on behalf of, by order of
_NOTE = re.compile(r"^(?:[(*]|kỳ\s|bài\s*\d|xem\s|đọc\s|bạn\s*đọc\s)", re.IGNORECASE)
_SENTENCE_END = (".", "!", "?", "…", "”", '"', ")")
_LAST = 8  # lines at the end of the text that may be signature, attribution, label
_UNDER = 2  # lines that may stand under a signature


def sign(region: Region, texts: list[Block], inner: set[Block], rest: Sequence[Block]) -> Signature:
    """Reads signature and attribution; what was read off the end of the text is taken from `texts`.

    `inner`: the blocks that have a picture after them. A line among them that is not right-aligned belongs to a picture. `rest`: what
    stands in the text's element behind the text.
    """
    signature = Signature()
    _declared(signature, region)
    _cut_after_signature(texts)
    for _ in range(_LAST):
        if len(texts) == 1:
            _take_only(signature, region, texts)
        if (
            len(texts) < 2
            or (texts[-1] in inner and texts[-1].align != "right")
            or not _take_last(signature, region, texts)
        ):
            break
    if signature.byline is None:
        _take_named(signature, region, texts)
    if signature.byline is None:
        _take_above_notes(signature, region, texts)
    if signature.byline is None:
        _take_before_gallery(signature, region, texts, inner)
    if signature.attribution is None and texts and (found := trailing_attribution(texts[-1].text)):
        texts[-1].text, signature.attribution = found
        region.witness("source", "convention: brackets after the last sentence", place_of(texts[-1].element))
    behind = [*rest, *region.after, *region.beyond]
    for block in closing(behind):
        take_after(signature, region, block, sure=True)
    if signature.byline is None:
        read_beside(signature, region)
    if signature.byline is None:
        _take_first(signature, region, texts)
    if signature.byline is None:
        for block in (*closing(behind), *behind_box(behind)):
            take_after(signature, region, block)
    _house_as_role(signature)
    return signature


def _declared(signature: Signature, region: Region) -> None:
    """What a layout's own elements hold: where they are named for it, a name needs no other mark."""
    if region.author:
        text = region.author.strip(" ,;|-–")
        byline = parse_byline(text, set_apart=True)
        if byline is None and text[:1].isupper() and len(text.split()) == 1 and text.isalpha() and not is_account(text):
            byline = Byline(text)
        if byline:
            signature.sign(byline)
    if region.source:
        raw = clean(region.source)
        found = parse_attribution(raw) or parse_attribution(f"Nguồn: {raw}")
        signature.attribution = found and replace(found, raw=raw)


def _take_last(signature: Signature, region: Region, texts: list[Block]) -> bool:
    block, before = texts[-1], texts[-2]
    text = block.text
    if (
        is_furniture(text)
        or _FILED.match(text)
        or is_account(text)
        or dated(block)
        or _ADDRESS.match(text)
        or is_other_work(text)
        or (is_licence(text) and len(text) < 200)
    ):
        texts.pop()
        return True
    if offers_document(block) and len(texts) > 2 and _byline(before, texts[-3]):  # under the signature: an attachment
        texts.pop()
        return True
    if block.row and _take_row(signature, region, block):
        texts.pop()
        return True
    if found := parse_attribution(text) or bare_house(text):
        signature.attribution = signature.attribution or found
        region.witness("source", "convention: a line of attribution at the end", place_of(block.element))
        texts.pop()
        return True
    if signed := parse_signed(text):
        signature.attribution = signature.attribution or signed[1]
        byline: Byline | None = Byline(signed[0])
    else:
        byline = _with_office(block, before, texts)
        if byline is not None:
            texts.pop()
            while len(texts) > 1 and _is_office_line(texts[-2].text) and texts[-2].align == block.align:
                byline = replace(byline, role=f"{texts.pop(-2).text}, {byline.role}")
        byline = byline or _byline(block, before)
    if byline is None or _told_of(byline, region.title):
        return False
    signature.sign(byline)
    region.witness("author", "convention: the line that signs the text", place_of(block.element))
    texts.pop()
    return True


def _told_of(byline: Byline, title: str) -> bool:
    """Whether the name is one that the headline speaks of: a subject's, not a signature."""
    return byline.author is not None and " " in byline.author and byline.author in title and byline.credit is None


def _take_only(signature: Signature, region: Region, texts: list[Block]) -> None:
    """The signature of a picture story: all the text there is, on the right."""
    block = texts[0]
    byline = parse_byline(block.text, set_apart=True) if block.align == "right" else None
    if byline and byline.author and any(b.image is not None for b in region.content):
        signature.sign(byline)
        region.witness("author", "convention: the line that signs the pictures", place_of(block.element))
        texts.pop()


def _take_row(signature: Signature, region: Region, block: Block) -> bool:
    """A last row of attribution and signature side by side."""
    cells = block.text.split(" | ")
    sources = [found for cell in cells if (found := parse_attribution(cell))]
    bylines = [byline for cell in cells if (byline := parse_byline(cell, set_apart=True)) and byline.author]
    if len(sources) + len(bylines) != len(cells) or not sources:
        return False
    signature.attribution = signature.attribution or sources[0]
    for byline in bylines:
        signature.sign(byline)
    for name in ("author", "source"):
        region.witness(name, "convention: a last row of source and signature", place_of(block.element))
    return True


def _byline(block: Block, before: Block) -> Byline | None:
    if block.row or block.is_heading or any(e.tag == "blockquote" for e in block.element.iterancestors()):
        return None
    if block.links and block.links >= len(block.text) and not (block.align == "right" or is_of_author(block)):
        return None  # a subject, another article
    signed = before.align == "right" and is_name(before.text)  # what stands under a signature is the account's
    apart = signed or block.italic or is_apart(block)
    if not apart and (is_name(before.text) or not before.text.endswith(_SENTENCE_END)):
        byline = parse_byline(block.text, set_apart=False)
        return byline if byline and (":" in block.text or is_way(byline.role or "")) else None
    alone = is_desk(block.text) and len(block.text.split()) <= _LAST and before.text.endswith(_SENTENCE_END)
    return parse_byline(block.text, set_apart=apart or alone)


def _with_office(block: Block, before: Block, texts: Sequence[Block]) -> Byline | None:
    """A name, and in the line under it the office of who signed: both on the right, or both in one paragraph."""
    office = block.text.strip("()")
    if is_name(office) and _is_office_line(before.text):
        return Byline(office, before.text) if before.align == block.align in ("right", "center") else None
    together = before.align == block.align == "right" or (before.element is block.element and before.bold)
    if len(texts) < 3 or not together or len(block.text) > SHORT or not (is_office(office) and is_name(before.text)):
        return None
    return Byline(before.text.strip(), office)


def _is_office_line(text: str) -> bool:
    """Whether a line in capitals tells in what office the one below it signs."""
    return text.isupper() and len(text) < SHORT and (is_office(text) or bool(_ON_BEHALF.match(text)))


def _cut_after_signature(texts: list[Block]) -> None:
    """Links and widgets under the signature are not the article's."""
    for i in range(len(texts) - 1, max(len(texts) - 8, 1), -1):
        block = texts[i]
        if block.align == "right" and parse_byline(block.text, set_apart=True):
            if all(b.links * 2 > len(b.text) or offers_document(b) for b in texts[i + 1 :]):
                del texts[i + 1 :]
            return


def _take_named(signature: Signature, region: Region, texts: list[Block]) -> None:
    """A signature in an element named for it, with a box of more text behind it."""
    for i in range(len(texts) - 1, max(len(texts) // 2, 0), -1):
        block = texts[i]
        byline = parse_byline(block.text, set_apart=True) if len(block.text) <= SHORT and is_hinted(block) else None
        if byline and byline.author and byline.text and is_name(byline.author):
            signature.sign(byline)
            region.witness("author", "convention: a line in an element named for who signs", place_of(block.element))
            del texts[i]
            return


def _take_above_notes(signature: Signature, region: Region, texts: list[Block]) -> None:
    """A signature with a note or two under it, which stay: "(*) Tên nhân vật đã được thay đổi"."""
    for i in range(len(texts) - 2, max(len(texts) - 2 - _UNDER, 0), -1):
        block = texts[i]
        byline = parse_byline(block.text, set_apart=True) if block.align == "right" or is_hinted(block) else None
        if byline and byline.author and byline.text and all(map(_is_note, texts[i + 1 :])):
            signature.sign(byline)
            region.witness("author", "convention: the line that signs the text", place_of(block.element))
            del texts[i]
            return


def _take_before_gallery(signature: Signature, region: Region, texts: list[Block], inner: set[Block]) -> None:
    """A labelled signature on the right with nothing after it but pictures and the line that announces them."""
    for i in range(len(texts) - 1, max(len(texts) - 1 - _UNDER, 0), -1):
        block = texts[i]
        byline = parse_byline(block.text, set_apart=True) if block.align == "right" and block in inner else None
        if byline and byline.author and has_label(block.text) and all(b.text.endswith(":") for b in texts[i + 1 :]):
            signature.sign(byline)
            region.witness("author", "convention: the line that signs the text", place_of(block.element))
            del texts[i]
            return


def _is_note(block: Block) -> bool:
    return len(block.text) < SHORT and bool(block.italic or block.bold or block.links or _NOTE.match(block.text))


def _take_first(signature: Signature, region: Region, texts: list[Block]) -> None:
    """A name that opens the text in a line of its own, as under the title of a poem."""
    block = texts[0] if len(texts) > 1 else None
    if block is None:
        return
    set_apart = block.bold and block.align in ("center", "right")
    alone = set_apart and is_name(block.text) and not is_place_or_day(block.text)
    byline = parse_byline(block.text, set_apart=alone) if alone or _BY_LABEL.match(block.text) else None
    if byline and byline.author:
        signature.sign(byline)
        region.witness("author", "convention: a name above the text", place_of(block.element))
        del texts[0]


def _house_as_role(signature: Signature) -> None:
    """ "Tâm Hằng (TTXVN)": the brackets name the house, not an office."""
    role = signature.byline.role if signature.byline else None
    taken, byline = signature.attribution, signature.byline
    if taken and byline and byline.author and is_name(taken.source) and (house := bare_house(byline.author)):
        signature.byline, signature.attribution = (
            replace(byline, author=taken.source),
            house,
        )  # "Theo Phạm Trường", then the paper
        return
    house = bare_house(role) or parse_attribution(role) if role else None
    if house and signature.byline:
        signature.byline = replace(signature.byline, role=None)
        signature.attribution = signature.attribution or replace(house, raw=f"({role})")
