"""What passes between those who fetch, read and keep. Every moment is an aware datetime here and text in UTC on disk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

Role = Literal["listing", "article", "image", "attachment", "other"]
State = Literal["owed", "kept", "failed", "gone"]
Outcome = Literal["new", "changed", "unchanged"]
Headers = list[tuple[str, str]]


def stamp(moment: datetime) -> str:
    """A moment as the archive writes it: UTC, whole seconds, sortable as text.

    >>> stamp(datetime.fromisoformat("2023-05-29T08:15:00.250+07:00"))
    '2023-05-29T01:15:00Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """The moment that `stamp` wrote."""
    return datetime.fromisoformat(text)


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response as they crossed the wire.

    Header texts are the bytes read as latin-1, repeated headers in their order; `body` is still content-encoded. An
    imported one without its request has no `method`.
    """

    url: str
    method: str
    request_headers: Headers
    status: int
    reason: str
    response_headers: Headers
    body: bytes
    fetched_at: datetime
    protocol: str = "HTTP/1.1"
    ip: str | None = None
    request_body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first response header of that name, in any case of letters."""
        return header(self.response_headers, name)


def header(headers: Headers, name: str) -> str | None:
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the bytes cannot tell. `via` is the listing that the link was found on, `imported` the file and the record of
    it that an exchange was copied from.
    """

    portal: str
    role: Role
    section: str | None = None
    via: str | None = None
    imported: str | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """One row of `captures`: where the bytes of one response stand.

    `offset` and `length` are bytes of the compressed file `warc`. `refers_to` is the capture that holds the payload when
    this one is a revisit. `unchanged`, known only to the caller who just captured: the server said 304, or sent what the
    article of this address (else the last 200 response) already read as.
    """

    id: int
    record_id: str
    url: str
    role: Role
    status: int
    mime: str | None
    fetched_at: str
    payload_digest: str
    warc: str
    offset: int
    length: int
    etag: str | None = None
    last_modified: str | None = None
    refers_to: int | None = None
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the ledger. `etag` and `last_modified` are those of the response that was last kept."""

    url: str
    portal: str
    section: str | None
    listing_url: str | None
    state: State
    attempts: int
    discovered_at: str
    next_visit_at: str | None
    last_error: str | None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Discovered:
    """How many of the links of a listing the ledger did not know, and how many it did."""

    new: int
    known: int


@dataclass(frozen=True, slots=True)
class Kept:
    article_id: int
    outcome: Outcome
    revision: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that a query found; the words that found it stand between the marks in `snippet`."""

    id: int
    url: str
    title: str
    published_at: str | None
    portal: str
    section: str | None
    source: str | None
    author: str | None
    snippet: str


class ReadImage(Protocol):
    @property
    def url(self) -> str: ...
    @property
    def caption(self) -> str | None: ...
    @property
    def credit(self) -> str | None: ...


class ReadAttachment(Protocol):
    @property
    def url(self) -> str: ...
    @property
    def label(self) -> str | None: ...


class ReadArticle(Protocol):
    """What the store needs of an article (FIELDS.md has the meanings). Whoever reads pages satisfies it by shape alone."""

    @property
    def url(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def published_at(self) -> str | None: ...
    @property
    def published_raw(self) -> str | None: ...
    @property
    def section(self) -> str | None: ...
    @property
    def lead(self) -> str | None: ...
    @property
    def body(self) -> Sequence[str]: ...
    @property
    def body_html(self) -> str: ...
    @property
    def images(self) -> Sequence[ReadImage]: ...
    @property
    def author(self) -> str | None: ...
    @property
    def author_role(self) -> str | None: ...
    @property
    def source(self) -> str | None: ...
    @property
    def source_raw(self) -> str | None: ...
    @property
    def attachments(self) -> Sequence[ReadAttachment]: ...
    @property
    def layout(self) -> str: ...
