"""What a WARC file says of a capture: everything that its row holds, and what a rebuild needs beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archive.errors import Damaged
from archive.models import Provenance, header, stamp
from archive.warc import payload_digest

if TYPE_CHECKING:
    from archive.records import Group

# The columns of `captures` that one record alone tells; `mime` and `refers_to` may need another one.
TOLD = (
    "record_id",
    "url",
    "role",
    "status",
    "fetched_at",
    "payload_digest",
    "offset",
    "length",
    "etag",
    "last_modified",
)


@dataclass(frozen=True, slots=True)
class Found:
    """One capture as its records tell it. `refers_to` is a record id; `mime` is empty where only that record has it."""

    record_id: str
    url: str
    role: str
    status: int
    mime: str
    fetched_at: str
    payload_digest: str
    warc: str
    offset: int
    length: int
    etag: str | None
    last_modified: str | None
    refers_to: str | None
    location: str | None  # where a redirect led
    written_at: str
    provenance: Provenance

    def differences(self, row: dict[str, Any]) -> list[str]:
        """The columns of a row of `captures` that say something else."""
        return [name for name in TOLD if row[name] != getattr(self, name)]


def found(group: Group, warc: str) -> Found:
    """What the records of one exchange say. Raises Damaged when they contradict each other or leave something out."""
    if group.metadata is None:
        raise Damaged("no record says of which portal and role the capture is")
    member, record, provenance = group.response, group.response.response, group.metadata.provenance
    told = {name.lower(): value for name, value in member.headers}
    digest, refers_to = told.get("warc-payload-digest"), told.get("warc-refers-to")
    if digest is None or (refers_to is None and payload_digest(record.body) != digest):
        raise Damaged("its payload digest does not agree with its bytes")
    return Found(
        record_id=record.record_id,
        url=record.url,
        role=provenance.role,
        status=record.status,
        mime=(header(record.headers, "Content-Type") or "").partition(";")[0].strip().lower(),
        fetched_at=stamp(record.fetched_at),
        payload_digest=digest,
        warc=warc,
        offset=member.offset,
        length=member.length,
        etag=header(record.headers, "ETag"),
        last_modified=header(record.headers, "Last-Modified"),
        refers_to=refers_to,
        location=header(record.headers, "Location"),
        written_at=header(group.metadata.headers, "WARC-Date") or "",
        provenance=provenance,
    )
