"""Who wrote an article, and where it is from, beside its headline."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawler.reading.blocks import Block
from crawler.reading.conventions.attribution import (
    bare_house,
    parse_attribution,
)
from crawler.reading.conventions.bylines import (
    Byline,
    is_desk,
    is_name,
    is_office,
    is_place_or_day,
    is_way,
    parse_byline,
)
from crawler.reading.conventions.furniture import is_furniture
from crawler.reading.conventions.text import clean, same_sentence
from crawler.reading.region import Region, place_of
from crawler.reading.signature import Signature, is_hinted, side_by_side

_MAIL = re.compile(r"\S+@\S+\.\w+")
_AT = re.compile(r"\b(?:vào\s*)?(?:lúc|ngày|hồi)\s*:?\s*$", re.IGNORECASE)
_TRADE = re.compile(
    r"^\W*(?:nhà\s*báo|phóng\s*viên|biên\s*tập\s*viên|cộng\s*tác\s*viên|tác\s*giả|ctv)\W*$", re.IGNORECASE
)
_ROLE = re.compile(r"^(?:nhà\s*báo|phóng\s*viên|biên\s*tập\s*viên|cộng\s*tác\s*viên|ctv)$", re.IGNORECASE)
_HOUSED = re.compile(r"^(?P<name>[^,|]{2,60}?)\s*[,|–-]?\s+(?P<house>(?:theo|nguồn)\s*:?\s+\S.*)$", re.IGNORECASE)
_ONE_NAME = re.compile(r"^[A-ZÀ-ỸĐ][^\W\d_]{1,6}$")
_SHORT, _LONG = 80, 220  # characters of a name, and of one with its office
_BARS = re.compile(r"\s*[|•·]\s*")


def read_beside(signature: Signature, region: Region) -> None:
    """A name between headline and text: alone, in the line of the date, after a label, or in an element named for it."""
    for block in region.near:
        named = is_hinted(block)
        beside_date = region.published is not None and region.published.raw in block.text
        if beside_date and _name_and_house(signature, region, block):
            return
        if byline := name_over_office(block) or side_by_side(block):
            signature.sign(byline)
            region.witness("author", "convention: names or an office beside the headline", place_of(block.element))
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


def name_over_office(block: Block) -> Byline | None:
    """A name with its office or house in a line of its own under it: "PGS, TS. TRẦN VĂN ĐỨC", "Trường Đại học Kinh tế Nghệ An"."""
    pieces = [text for piece in block.pieces if (text := clean(piece))]
    both = len(pieces) == 2 and is_name(pieces[0]) and is_office(pieces[1])
    return Byline(pieces[0], pieces[1]) if both else None


def _spoken(block: Block, region: Region, *, apart: bool) -> Iterator[str]:
    """What a line says beside the date: as a whole, then piece by piece where an element `apart` puts names and more side by side."""
    raw = region.published.raw if region.published else None
    apart = apart or bool(_MAIL.search(block.text)) or any(_TRADE.match(clean(piece)) for piece in block.pieces)
    pieces = block.pieces if apart else ()
    for text in (block.text, *(_BARS.split(block.text) if _BARS.search(block.text) else pieces)):
        rest = clean(_MAIL.sub(" ", text.replace(raw, " ") if raw else text))
        yield _AT.sub("", rest).strip(" -–—|,•·") if rest.startswith("(") else _AT.sub("", rest).strip(" -–—|,•·()")


def _name_beside(text: str, title: str, *, named: bool, desk: bool) -> Byline | None:
    if not 4 < len(text) < _LONG or is_furniture(text) or is_place_or_day(text) or same_sentence(text, title):
        return None
    byline = parse_byline(text, set_apart=named or desk)
    if byline is None or not byline.author or not byline.text:
        return None
    role = byline.role or ""
    told = (
        (":" in text and len(text) < _SHORT)
        or is_name(text)
        or is_way(role)
        or is_office(role)
        or (desk and is_desk(text))
    )
    return byline if (named and len(text) < _SHORT) or told else None
