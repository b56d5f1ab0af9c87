"""The archive's articles brought into line with what their captures read as today."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from archive import past
from archive.again import Unread, histories, unread
from archive.articles import known_address
from archive.captures import get
from archive.history import apply, changes, rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Connection

    from archive.again import History, Readers, Reading
    from archive.history import Change
    from archive.store import Archive


@dataclass(eq=False)
class Report:
    """What a reread found. Fields are columns of `articles`, `images` and `attachments`; those of older versions begin with
    `revisions.`"""

    articles: int = 0  # read again
    captures: int = 0
    changed: int = 0  # articles of which something changed
    new: int = 0  # articles read from pages that could not be read before
    fields: Counter[str] = field(default_factory=Counter)
    examples: dict[str, int] = field(default_factory=dict)  # field → id of an article that it changed in
    failures: list[tuple[str, str]] = field(default_factory=list)  # address, why
    failed: int = 0

    def fail(self, url: str, why: str) -> None:
        """Counts a page that no longer reads; the first hundred are remembered."""
        self.failed += 1
        if len(self.failures) < 100:
            self.failures.append((url, why))

    def to_dict(self) -> dict[str, Any]:
        changed = {name: {"count": n, "example": self.examples[name]} for name, n in self.fields.most_common()}
        told = ("articles", "captures", "changed", "new", "failed")
        failures = [{"url": url, "why": why} for url, why in self.failures]
        return {**{name: getattr(self, name) for name in told}, "fields": changed, "failures": failures}


def reread(
    archive: Archive, readers: Readers, *, dry_run: bool = False, tell: Callable[[Report], None] | None = None
) -> Report:
    """Reads every version of every article again, and every page that held none, and writes what has changed.

    One transaction an article. With `dry_run` nothing is written. `tell` is called after each article.
    """
    report = Report()
    for history in histories(archive.db.conn, readers):
        _one(archive, history, report, dry_run=dry_run)
        if tell:
            tell(report)
    for url, reading in unread(archive.db.conn, readers):
        _unread(archive, url, reading, report, dry_run=dry_run)
        if tell:
            tell(report)
    return report


def _one(archive: Archive, history: History, report: Report, *, dry_run: bool) -> None:
    report.articles += 1
    report.captures += len(history.versions)
    for capture_id, why in history.unread:
        report.fail(
            _url(archive, capture_id),
            f"capture {capture_id} of article {history.article_id}: no {why.field}, {why.reason}",
        )
    if not history.versions:
        return
    if other := elsewhere(archive.db.conn, history):
        report.fail(other, f"article {history.article_id} reads as another article; `congtin rebuild` sorts them out")
        return
    found = changes(archive.db.conn, history.article_id, history.versions)
    _count(report, history.article_id, found)
    if found and not dry_run:
        with archive.db.atomic():
            apply(archive.db.conn, history.article_id, found)


def elsewhere(conn: Connection, history: History) -> str | None:
    """The address of another article, when that is what a capture of this one reads as."""
    for url in {version.page["url"] for version in history.versions if version.page}:
        known = known_address(conn, url)
        row = conn.execute("SELECT id FROM articles WHERE url = ?", (known,)).fetchone()
        if row and row[0] != history.article_id:
            return known
    return None


def _count(report: Report, article_id: int, found: list[Change]) -> None:
    report.changed += bool(found)
    for name in {_field(change) for change in found}:
        report.fields[name] += 1
        report.examples.setdefault(name, article_id)


def _field(change: Change) -> str:
    return change.column if change.table == "articles" else f"{change.table}.{change.column}"


def _unread(archive: Archive, url: str, reading: Reading, report: Report, *, dry_run: bool) -> None:
    report.captures += 1
    if isinstance(reading.result, Unread):
        return
    report.new += 1
    if dry_run:
        return
    capture = get(archive.db.conn, reading.capture_id)
    with archive.db.atomic():
        archive.ledger.discover(reading.portal, [(url, reading.section, None)])
        kept = past.keep(archive.db.conn, reading.result, capture, portal=reading.portal, section=reading.section)
        first = rows(archive.db.conn, "SELECT first_seen_at FROM articles WHERE id = ?", kept.article_id)[0]
        archive.ledger.kept(url, kept.article_id, capture.id, first["first_seen_at"], capture.fetched_at)


def _url(archive: Archive, capture_id: int) -> str:
    row = archive.db.conn.execute("SELECT url FROM captures WHERE id = ?", (capture_id,)).fetchone()
    return row[0] if row else f"capture {capture_id}"
