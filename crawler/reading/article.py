"""The article: what reading a page gives, field by field. The names are those of the archive's columns and of a gold file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from crawler.reading.sanitise import Markup


class Unreadable(Exception):  # noqa: N818 - a fact about the page, not a fault of the program
    """A page that holds no article. `field` is what could not be found, `reason` says what the page is instead, `kind` in one word
    what it is, where that is sure: "front", "listing", "error", "login", "map", "search", "documents"; else "".
    """

    def __init__(self, url: str, field: str, reason: str, kind: str = "") -> None:
        super().__init__(f"{url}: no {field}: {reason}")
        self.url, self.field, self.reason, self.kind = url, field, reason, kind

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.url, self.field, self.reason, self.kind)


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the article."""

    url: str  # absolute
    caption: str | None = None  # without its credit
    credit: str | None = None  # who took it, or where it was got from


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document that the article offers: pdf, doc(x), xls(x), ppt(x), zip, rar, odt."""

    url: str  # absolute
    label: str | None = None  # the text of its link


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a field was read from."""

    rule: str  # "layout liferay", "convention", "structured data", "fallback"
    place: str  # the element, as a short path: "div.asset-full-content-title"


@dataclass(frozen=True, slots=True)
class Article:
    """One article as its page displays it. All text is NFC, white space folded, otherwise as the page wrote it."""

    url: str  # canonical: no fragment, session id or tracking parameter
    title: str  # the headline above the article
    published_at: str | None = None  # ISO 8601: a day, or a time with +07:00
    published_raw: str | None = None  # the date exactly as written, without label or counter
    section: str | None = None  # breadcrumb or listing name, the most specific one
    lead: str | None = None  # the sapo; never repeated in body
    body: Sequence[str] = ()  # paragraphs in order
    images: Sequence[Image] = ()  # in page order
    author: str | None = None  # who signed; a Vietnamese name is one string
    author_role: str | None = None  # what stands after the name
    source: str | None = None  # whom the portal credits, normalised
    source_raw: str | None = None  # the attribution exactly as written
    attachments: Sequence[Attachment] = ()
    markup: Markup = field(default_factory=Markup, repr=False)
    layout: str = ""  # the reader that read it
    evidence: dict[str, Evidence] = field(default_factory=dict, compare=False)

    @property
    def body_html(self) -> str:
        """The text's markup, sanitised: what may be shown inside a page of ours."""
        return self.markup.sanitised

    def to_dict(self) -> dict[str, Any]:
        """The fields of a gold file, in its order; lists and plain values only."""
        plain = ("url", "title", "published_at", "published_raw", "section", "lead")
        rest = ("author", "author_role", "source", "source_raw")
        return {
            **{name: getattr(self, name) for name in plain},
            "body": list(self.body),
            "images": [{"url": i.url, "caption": i.caption, "credit": i.credit} for i in self.images],
            **{name: getattr(self, name) for name in rest},
            "attachments": [{"url": a.url, "label": a.label} for a in self.attachments],
        }
