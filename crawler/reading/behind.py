"""Signature and attribution in what follows a text."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from crawler.reading.blocks import Block
from crawler.reading.conventions.attribution import (
    bare_house,
    parse_attribution,
)
from crawler.reading.conventions.bylines import (
    has_label,
    is_name,
    parse_byline,
)
from crawler.reading.conventions.furniture import is_furniture, opens_furniture
from crawler.reading.conventions.text import clean
from crawler.reading.region import Region, names_of, place_of
from crawler.reading.signature import SHORT, Signature, is_apart, is_hinted, is_of_author, side_by_side

_SOURCE_HINT = re.compile(r"(?:^|[\s_-])(?:source|nguon)", re.IGNORECASE)
_COMMENTS = re.compile(r"^\W*(?:\d+\s*)?(?:bình\s*luận|ý\s*kiến|comments?)", re.IGNORECASE)
_PORTLETS = ("h1", "h2", "h3")
_CLOSING = 24  # blocks after the text among which its signature may stand
_BEHIND_BOX = 3  # lines behind a box of links among which it may


def closing(blocks: Sequence[Block]) -> Iterator[Block]:
    """The lines behind the text up to where the portal's own begin: one that says so, or a heading of the frame."""
    return itertools.takewhile(lambda b: not (opens_furniture(b.text) or b.tag in _PORTLETS), blocks[:_CLOSING])


def behind_box(blocks: Sequence[Block]) -> Iterator[Block]:
    """Of the few lines behind a box of links what is set apart; a reader who comments signs nothing."""
    opened, behind = False, 0
    for block in blocks[:_CLOSING]:
        if _COMMENTS.search(block.text):
            return
        if opens_furniture(block.text):
            opened = True
        elif opened and block.text and (block.links * 2 <= len(block.text) or parse_attribution(block.text)):
            behind += 1
            if behind > _BEHIND_BOX or len(block.text) > SHORT:
                return
            signs = is_hinted(block) or (is_apart(block) and is_name(block.text)) or parse_attribution(block.text)
            if signs and not block.is_heading:
                yield block


def take_after(signature: Signature, region: Region, block: Block, *, sure: bool = False) -> None:
    """Signature and attribution in elements of their own after the text. `sure`: a name must stand on the right, behind a label, or in
    an element named for it."""
    text = block.text
    if not text or len(text) > SHORT or is_furniture(text):
        return
    if block.links * 2 > len(text) + 2 and not (has_label(text) or is_of_author(block) or parse_attribution(text)):
        return
    names = names_of(block.element)
    labelled = f"Nguồn: {text}" if _SOURCE_HINT.search(names) and ":" not in text else text
    found = parse_attribution(text) or parse_attribution(labelled) or bare_house(text)
    if signature.attribution is None and found:
        signature.attribution = replace(found, raw=text if found.raw == labelled else found.raw)
        region.witness("source", "convention: a line of attribution after the text", place_of(block.element))
    elif block.is_heading and not (block.align == "right" or is_hinted(block)):
        return  # of the next portlet
    elif sure and not (block.align == "right" or is_hinted(block) or has_label(text)):
        return
    elif (
        signature.byline is None
        and (byline := side_by_side(block) or parse_byline(_own_part(block), set_apart=is_apart(block)))
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
