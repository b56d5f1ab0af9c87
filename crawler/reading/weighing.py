"""How much a line of a page speaks for being an article's text."""

import re

from crawler.reading.blocks import Block
from crawler.reading.conventions.bylines import is_account
from crawler.reading.conventions.furniture import is_contact, is_furniture, is_licence
from crawler.reading.dating import SLACK, dated

SENTENCE = 60  # characters that a sentence of running text has at least
_ENDS = (".", "!", "?", "…", "”", '"', ":", ";")
_STAMP = 90  # characters: a longer line is no date with its counters
_LISTED = re.compile(
    r"\(\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\)\.?$"
)  # a headline in a list: "Khánh thành bến cá (05/08/2020)"
_YEAR = re.compile(r"(?:19|20)\d\d")


def weigh(block: Block) -> int:
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
    if _LISTED.search(block.text):
        return 0
    if length < _STAMP and _YEAR.search(block.text) and dated(block, slack=SLACK):
        return 0
    if block.is_caption:
        return length // 4
    return min(length, 1200) if length >= 60 or block.text.endswith((".", ":", ";", "…")) else length // 3


def weigh_any(block: Block) -> int:
    text = block.text
    return 0 if is_furniture(text) or is_licence(text) or is_account(text) or dated(block, slack=SLACK) else len(text)


def is_sentence(block: Block) -> bool:
    return weigh(block) >= SENTENCE and not block.links and block.text.endswith(_ENDS)
