"""Who signed an article and whom the portal credits: read off the end of its text, what follows it, and what stands beside the headline."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from crawler.reading.blocks import Block
from crawler.reading.conventions.attribution import (
    Attribution,
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
    is_place_or_day,
    is_way,
    parse_byline,
)
from crawler.reading.conventions.furniture import is_furniture, is_licence, opens_furniture
from crawler.reading.conventions.text import clean, same_sentence
from crawler.reading.dating import dated
from crawler.reading.region import Region, names_of, place_of
from crawler.reading.trimming import offers_document

_AUTHOR_HINT = re.compile(
    r"author|tac-?gia|byline|but-?danh|pseudonym|nguoi-?viet|(?:^|[\s_-])auth(?:$|[\s_-])", re.IGNORECASE
)
_SOURCE_HINT = re.compile(r"(?:^|[\s_-])(?:source|nguon)", re.IGNORECASE)
_FILED = re.compile(
    r"^\W*(?:chuyên\s*mục|danh\s*mục|thể\s*loại|chủ\s*đề|đăng\s*(?:trong|tại))\s*:.{0,60}$", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://\S+$")
_MAIL = re.compile(r"\S+@\S+\.\w+")
_AT = re.compile(r"\b(?:vào\s*)?(?:lúc|ngày|hồi)\s*:?\s*$", re.IGNORECASE)
_TRADE = re.compile(
    r"^\W*(?:nhà\s*báo|phóng\s*viên|biên\s*tập\s*viên|cộng\s*tác\s*viên|tác\s*giả|ctv)\W*$", re.IGNORECASE
)
_ROLE = re.compile(r"^(?:nhà\s*báo|phóng\s*viên|biên\s*tập\s*viên|cộng\s*tác\s*viên|ctv)$", re.IGNORECASE)
_HOUSED = re.compile(r"^(?P<name>[^,|]{2,60}?)\s*[,|–-]?\s+(?P<house>(?:theo|nguồn)\s*:?\s+\S.*)$", re.IGNORECASE)
_BY_LABEL = re.compile(r"^(?:tác\s*giả|người\s*viết)\s*:", re.IGNORECASE)
_ONE_NAME = re.compile(r"^[A-ZÀ-ỸĐ][^\W\d_]{1,6}$")
_COMMENTS = re.compile(r"^\W*(?:\d+\s*)?(?:bình\s*luận|ý\s*kiến|comments?)", re.IGNORECASE)
_ON_BEHALF = re.compile(r"^(?:KT|TM|TL|TUQ)\.\s")  # for, on behalf of, by order of
_BARS = re.compile(r"\s*[|•·]\s*")
_NOTE = re.compile(r"^(?:[(*]|kỳ\s|bài\s*\d|xem\s|đọc\s|bạn\s*đọc\s)", re.IGNORECASE)
_SENTENCE_END = (".", "!", "?", "…", "”", '"', ")")
_LAST = 8  # lines at the end of the text that may be signature, attribution, label
_UNDER = 2  # lines that may stand under a signature
_SHORT = 160  # characters of a line that may be one of these
_CLOSING = 24  # blocks after the text among which its signature may stand
_BEHIND_BOX = 3  # lines behind a box of links among which it may


@dataclass(slots=True)
class Signature:
    """What the lines round a text tell of where it is from."""

    byline: Byline | None = None
    credit: str | None = None  # whom the signature names for the pictures
    attribution: Attribution | None = None

    def sign(self, byline: Byline) -> None:
        """Takes a signature; read from the end, "Bài: X" may stand above "Ảnh: Y". A bare name under the signature is mostly the account
        that entered the article: what stands above it counts."""
        self.credit = self.credit or byline.credit
        if byline.text and byline.author:
            self.byline = byline


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
        _take_above_notes(signature, region, texts)
    if signature.byline is None:
        _take_before_gallery(signature, region, texts, inner)
    if signature.attribution is None and texts and (found := trailing_attribution(texts[-1].text)):
        texts[-1].text, signature.attribution = found
        region.witness("source", "convention: brackets after the last sentence", place_of(texts[-1].element))
    behind = [*rest, *region.after, *region.beyond]
    for block in _closing(behind):
        _take_after(signature, region, block, sure=True)
    if signature.byline is None:
        _beside_headline(signature, region)
    if signature.byline is None:
        _take_first(signature, region, texts)
    if signature.byline is None:
        for block in (*_closing(behind), *_behind_box(behind)):
            _take_after(signature, region, block)
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


# -- at the end of the text --------------------------------------------------------------------------------------------------


def _take_last(signature: Signature, region: Region, texts: list[Block]) -> bool:
    block, before = texts[-1], texts[-2]
    text = block.text
    if (
        is_furniture(text)
        or _FILED.match(text)
        or is_account(text)
        or dated(block)
        or _ADDRESS.match(text)
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
    if block.links and block.links >= len(block.text) and not (block.align == "right" or _of_author(block)):
        return None  # a subject, another article
    signed = before.align == "right" and is_name(before.text)  # what stands under a signature is the account's
    apart = signed or block.italic or _apart(block)
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
    if len(texts) < 3 or not together or len(block.text) > _SHORT or not (is_office(office) and is_name(before.text)):
        return None
    return Byline(before.text.strip(), office)


def _is_office_line(text: str) -> bool:
    """Whether a line in capitals tells in what office the one below it signs."""
    return text.isupper() and len(text) < _SHORT and (is_office(text) or bool(_ON_BEHALF.match(text)))


def _cut_after_signature(texts: list[Block]) -> None:
    """Links and widgets under the signature are not the article's."""
    for i in range(len(texts) - 1, max(len(texts) - 8, 1), -1):
        block = texts[i]
        if block.align == "right" and parse_byline(block.text, set_apart=True):
            if all(b.links * 2 > len(b.text) or offers_document(b) for b in texts[i + 1 :]):
                del texts[i + 1 :]
            return


def _take_above_notes(signature: Signature, region: Region, texts: list[Block]) -> None:
    """A signature with a note or two under it, which stay: "(*) Tên nhân vật đã được thay đổi"."""
    for i in range(len(texts) - 2, max(len(texts) - 2 - _UNDER, 0), -1):
        block = texts[i]
        byline = parse_byline(block.text, set_apart=True) if block.align == "right" or _hinted(block) else None
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
    return len(block.text) < _SHORT and bool(block.italic or block.bold or block.links or _NOTE.match(block.text))


# -- behind the text ---------------------------------------------------------------------------------------------------------


def _closing(blocks: Sequence[Block]) -> Iterator[Block]:
    """The lines behind the text up to where the portal's own begin."""
    return itertools.takewhile(lambda b: not opens_furniture(b.text), blocks[:_CLOSING])


def _behind_box(blocks: Sequence[Block]) -> Iterator[Block]:
    """Of the few lines behind a box of links what is set apart; a reader who comments signs nothing."""
    opened, behind = False, 0
    for block in blocks[:_CLOSING]:
        if _COMMENTS.search(block.text):
            return
        if opens_furniture(block.text):
            opened = True
        elif opened and block.text and (block.links * 2 <= len(block.text) or parse_attribution(block.text)):
            behind += 1
            if behind > _BEHIND_BOX or len(block.text) > _SHORT:
                return
            signs = _hinted(block) or (_apart(block) and is_name(block.text)) or parse_attribution(block.text)
            if signs and not block.is_heading:
                yield block


def _take_after(signature: Signature, region: Region, block: Block, *, sure: bool = False) -> None:
    """Signature and attribution in elements of their own after the text. `sure`: a name must stand on the right, behind a label, or in
    an element named for it."""
    text = block.text
    if not text or len(text) > _SHORT or is_furniture(text):
        return
    if block.links * 2 > len(text) + 2 and not (has_label(text) or _of_author(block) or parse_attribution(text)):
        return
    names = names_of(block.element)
    labelled = f"Nguồn: {text}" if _SOURCE_HINT.search(names) and ":" not in text else text
    found = parse_attribution(text) or parse_attribution(labelled) or bare_house(text)
    if signature.attribution is None and found:
        signature.attribution = replace(found, raw=text if found.raw == labelled else found.raw)
        region.witness("source", "convention: a line of attribution after the text", place_of(block.element))
    elif sure and not (block.align == "right" or _hinted(block) or has_label(text)):
        return
    elif (
        signature.byline is None
        and (byline := parse_byline(_own_part(block), set_apart=_apart(block)))
        and byline.author
    ):
        signature.sign(byline)
        region.witness("author", "convention: a signature after the text", place_of(block.element))


def _own_part(block: Block) -> str:
    """A line without the widgets glued to it: "LƯƠNG HÀXem thêm bài viết"."""
    own = [
        piece for p in block.pieces if (piece := clean(p)) and not is_furniture(piece) and not opens_furniture(piece)
    ]
    return own[0] if len(own) == 1 else block.text


def _apart(block: Block) -> bool:
    return block.align == "right" or block.bold or _hinted(block)


def _of_author(block: Block) -> bool:
    """Whether a line stands in an element named for the author, or leads to a page of authors."""
    links = (a.get("href") or "" for a in block.element.iter("a"))
    return _hinted(block) or any(map(_AUTHOR_HINT.search, links))


def _hinted(block: Block) -> bool:
    return bool(_AUTHOR_HINT.search(names_of(block.element)))


# -- beside the headline -----------------------------------------------------------------------------------------------------


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


def _beside_headline(signature: Signature, region: Region) -> None:
    """A name between headline and text: alone, in the line of the date, after a label, or in an element named for it."""
    for block in region.near:
        named = _hinted(block)
        beside_date = region.published is not None and region.published.raw in block.text
        if beside_date and _name_and_house(signature, region, block):
            return
        for text in _spoken(block, region, apart=named or beside_date):
            if house := bare_house(text) if beside_date else None:
                signature.attribution = signature.attribution or replace(house, raw=text)
                region.witness("source", "convention: beside the headline", place_of(block.element))
                continue
            declared = named or text == region.declared_author
            byline = _name_beside(text, region.title, named=declared, desk=beside_date)
            if byline is not None:
                signature.sign(replace(byline, role=byline.role or _trade(block)))
                region.witness("author", "convention: a name beside the headline", place_of(block.element))
                return


def _name_and_house(signature: Signature, region: Region, block: Block) -> bool:
    """A line of name, house and date: "Đông, Theo Thanh niên Việt 11:15 29/05/2023"; there one name is enough."""
    match = _HOUSED.match(next(_spoken(block, region, apart=False)))
    found = parse_attribution(match["house"]) if match else None
    if match is None or found is None or not (is_name(match["name"]) or _ONE_NAME.match(match["name"])):
        return False
    signature.sign(Byline(match["name"]))
    signature.attribution = signature.attribution or found
    for name in ("author", "source"):
        region.witness(name, "convention: beside the headline", place_of(block.element))
    return True


def _trade(block: Block) -> str | None:
    """What a piece of the line beside the name says that somebody is: "Nhà báo"."""
    return next((text for piece in block.pieces if _ROLE.match(text := clean(piece))), None)


def _spoken(block: Block, region: Region, *, apart: bool) -> Iterator[str]:
    """What a line says beside the date: as a whole, then piece by piece where an element `apart` puts names and more side by side."""
    raw = region.published.raw if region.published else None
    apart = apart or bool(_MAIL.search(block.text)) or any(_TRADE.match(clean(piece)) for piece in block.pieces)
    pieces = block.pieces if apart else ()
    for text in (block.text, *(_BARS.split(block.text) if _BARS.search(block.text) else pieces)):
        rest = clean(_MAIL.sub(" ", text.replace(raw, " ") if raw else text))
        yield _AT.sub("", rest).strip(" -–—|,•·") if rest.startswith("(") else _AT.sub("", rest).strip(" -–—|,•·()")


def _name_beside(text: str, title: str, *, named: bool, desk: bool) -> Byline | None:
    if not 4 < len(text) < 80 or is_furniture(text) or is_place_or_day(text) or same_sentence(text, title):
        return None
    byline = parse_byline(text, set_apart=named or desk)
    if byline is None or not byline.author or not byline.text:
        return None
    role = byline.role or ""
    told = ":" in text or is_name(text) or is_way(role) or is_office(role) or (desk and is_desk(text))
    return byline if named or told else None


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
