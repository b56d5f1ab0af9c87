"""One article of the demo portal as it was written: what its file says, before any layout shows it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

LeadForm = Literal["apart", "bold", "none"]
PictureKind = Literal["figure", "centred", "table", "break", "bare"]
PICTURE_KINDS = get_args(PictureKind)
LEAD_FORMS = get_args(LeadForm)

LINK = re.compile(r"\[(?P<label>[^\]]+)\]\((?P<file>[^)\s]+)\)")
SOFT_HYPHEN = r"\-"


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str  # `[label](file.pdf)` and soft hyphens as in the file


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Items:
    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Picture:
    kind: PictureKind
    name: str
    caption: str | None = None
    credit: str | None = None


Block = Paragraph | Heading | Items | Table | Picture


@dataclass(frozen=True, slots=True)
class Story:
    """What one file says. The words are those of FIELDS.md; articles/README.md has the rest."""

    id: int
    slug: str
    section: str  # slug
    title: str
    published: datetime  # Vietnamese time, naive; midnight when has_clock is false
    has_clock: bool
    blocks: Sequence[Block]
    lead: str | None = None
    lead_form: LeadForm = "none"
    cover: str | None = None
    byline: str | None = None
    author: str | None = None
    author_role: str | None = None
    credit: str | None = None
    source: str | None = None
    source_raw: str | None = None
    also: str | None = None
    repeat: str | None = None
    form: Literal["NFC", "NFD"] = "NFC"

    @property
    def pictures(self) -> list[Picture]:
        """Every picture in page order, the one beside the lead first."""
        cover = [Picture("bare", self.cover)] if self.cover else []
        return cover + [block for block in self.blocks if isinstance(block, Picture)]

    @property
    def documents(self) -> list[tuple[str, str]]:
        """The documents it offers: (label, file name)."""
        texts = [block.text for block in self.blocks if isinstance(block, Paragraph)]
        return [(m["label"], m["file"]) for text in texts for m in LINK.finditer(text)]

    @property
    def paragraphs(self) -> list[str]:
        """The body as a reader sees it, one string for each paragraph of FIELDS.md."""
        return [text for block in self.blocks for text in displayed(block)]


def displayed(block: Block) -> list[str]:
    """The paragraphs that a block shows.

    >>> displayed(Table([["Giống", "Năng suất"], ["Nếp hương", "58,2"]]))
    ['Giống | Năng suất', 'Nếp hương | 58,2']
    """
    match block:
        case Paragraph(text) | Heading(text):
            return [visible(text)]
        case Items(items):
            return [visible(item) for item in items]
        case Table(rows):
            return [" | ".join(row) for row in rows]
        case Picture():
            return []


def visible(text: str) -> str:
    r"""The text that a browser shows: links by their labels, soft hyphens gone.

    >>> visible(r"Xem [kế hoạch](ke-hoach.pdf) của doanh ngh\-iệp.")
    'Xem kế hoạch của doanh nghiệp.'
    """
    return LINK.sub(r"\g<label>", text).replace(SOFT_HYPHEN, "")
