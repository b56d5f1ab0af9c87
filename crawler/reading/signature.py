"""What tells of where an article is from, and what marks a line that may: on the right, in bold, in an element named for it."""

import re
from dataclasses import dataclass

from crawler.reading.blocks import Block
from crawler.reading.conventions.attribution import Attribution
from crawler.reading.conventions.bylines import Byline, is_name
from crawler.reading.conventions.text import clean
from crawler.reading.region import names_of

SHORT = 160  # characters of a line that may be signature or attribution

_AUTHOR_HINT = re.compile(
    r"author|tac-?gia|byline|but-?danh|pseudonym|nguoi-?viet|(?:^|[\s_-])auth(?:$|[\s_-])", re.IGNORECASE
)


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


def side_by_side(block: Block) -> Byline | None:
    """Names in elements of their own with nothing between them: "PHAN THẢOANH PHƯƠNG"."""
    names = [name for piece in block.pieces if (name := clean(piece))]
    return Byline(", ".join(names)) if len(names) > 1 and all(map(is_name, names)) else None


def is_apart(block: Block) -> bool:
    return block.align == "right" or block.bold or is_hinted(block)


def is_of_author(block: Block) -> bool:
    """Whether a line stands in an element named for the author, or leads to a page of authors."""
    links = (a.get("href") or "" for a in block.element.iter("a"))
    return is_hinted(block) or any(map(_AUTHOR_HINT.search, links))


def is_hinted(block: Block) -> bool:
    return bool(_AUTHOR_HINT.search(names_of(block.element)))
