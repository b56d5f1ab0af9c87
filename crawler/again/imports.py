"""Articles from captures made elsewhere: other people's WARC and WACZ files."""

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Any

from archive import Archive, past
from archive.again import Unread
from archive.articles import known_address
from archive.captures import get
from archive.errors import Damaged, NotFound
from archive.foreign import Copied, Foreign
from archive.models import Capture, Provenance, moment, stamp
from archive.opening import check_place, is_fresh
from archive.warc import WarcWriter, payload_digest
from crawler.again.judge import Judged, judge
from crawler.again.pool import Workers, in_order
from crawler.links import host_of
from crawler.reading import Article

_BATCH, _BATCH_BYTES = 16, 4 << 20  # exchanges and their bodies: what goes to a process at a time
_REMEMBERED = 1_000_000  # records that a later revisit may refer to
_TOLD = 100
_DIED = Judged("other", unread=Unread("page", "the process that read it died, twice"))
_SEEN = "SELECT a.first_seen_at, a.last_seen_at, l.article_id FROM articles a, links l WHERE a.id = ? AND l.url = ?"
_KNOWN = "SELECT id FROM captures WHERE url = ? AND fetched_at = ? AND payload_digest = ?"
# Whether what came of a capture is written down: an import that was killed may have left it at its bytes and their row.
_SETTLED = """
SELECT role NOT IN ('article', 'other') OR (role = 'other' AND mime NOT IN ('text/html', 'application/xhtml+xml'))
    OR EXISTS (SELECT 1 FROM revisions WHERE capture_id = c.id) OR EXISTS (SELECT 1 FROM failures WHERE capture_id = c.id)
  FROM captures c WHERE id = ?"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a file is copied. `portal` gives the name under which an address is kept; `everything`: what is no article too.

    `whole_sites`: of which most pages are no articles, so that one that is none is no trouble.
    """

    portal: Callable[[str], str]
    everything: bool = False
    whole_sites: bool = False


@dataclass(eq=False)
class Report:
    """What an import did. `left_out`: what was not copied, by why."""

    records: int = 0
    counts: Counter[str] = field(default_factory=Counter)  # new, changed, unchanged, known, listings, others, failed
    left_out: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(self.counts.values()) + sum(self.left_out.values())

    def to_dict(self) -> dict[str, Any]:
        counts, left_out = dict(self.counts), dict(self.left_out)
        return {"records": self.records, **counts, "left_out": left_out, "troubles": self.troubles}

    def take(self, foreign: Foreign) -> None:
        """Adds what a file said of itself."""
        self.records += foreign.records
        self.left_out += foreign.left_out
        self.troubles += foreign.troubles


class Importer:
    """Copies what is wanted of foreign files into the archive's own, with their dates, and keeps the articles.

    The same exchange (address, date and bytes) is never copied twice, from whatever files.
    """

    def __init__(
        self, archive: Archive, writer: WarcWriter, wanted: Wanted, jobs: Workers = 1, report: Report | None = None
    ) -> None:
        self.report = report or Report()
        self._archive, self._writer, self._wanted, self._jobs = archive, writer, wanted, jobs
        self._records: dict[str, int] = {}  # foreign record or digest → our capture

    def take(self, exchanges: Iterable[Copied], tell: Callable[[Report], None] | None = None) -> None:
        """Imports the exchanges of one file; those that repeat others come last, when the others are there."""
        repeats: list[Copied] = []
        self._all(self._own(exchanges, repeats), tell)
        self._all(self._with_bodies(repeats), tell)

    def _all(self, exchanges: Iterable[Copied], tell: Callable[[Report], None] | None) -> None:
        unknown = (copied for copied in exchanges if not self.knows(copied))
        for judged in in_order(_judged, _batches(unknown), _given_up, self._jobs):
            for copied, what in judged:
                if not self.knows(copied):  # it may come twice within one batch
                    self.one(copied, what)
            if tell:
                tell(self.report)

    def _own(self, exchanges: Iterable[Copied], repeats: list[Copied]) -> Iterator[Copied]:
        for copied in exchanges:
            if not copied.repeats:
                yield copied
            elif copied.exchange.status == HTTPStatus.NOT_MODIFIED or len(repeats) >= _REMEMBERED:
                self.report.left_out["repeats"] += 1
            else:
                repeats.append(copied)

    def _with_bodies(self, repeats: Iterable[Copied]) -> Iterator[Copied]:
        for copied in repeats:
            capture_id = next((self._records[name] for name in copied.repeats if name in self._records), None)
            if capture_id is None:
                self.report.left_out["repeats of what was not copied"] += 1
                continue
            try:
                original = self._archive.open_capture(capture_id)
            except Damaged as error:
                self.report.troubles.append(str(error).rstrip("."))
            else:
                yield replace(copied, exchange=replace(copied.exchange, body=original.body))

    def knows(self, copied: Copied) -> bool:
        """Whether an exchange was copied before, and what came of it is written down."""
        known = self._known(copied)
        if known is None or not self.settled(known):
            return False
        self._remember(copied, known)
        return True

    def settled(self, capture_id: int) -> bool:
        """Whether what came of a capture is written down; then it counts as known."""
        settled = bool(self._archive.db.conn.execute(_SETTLED, (capture_id,)).fetchone()[0])
        self.report.counts["known"] += settled
        return settled

    def _known(self, copied: Copied) -> int | None:
        exchange = copied.exchange
        asked = (exchange.url, stamp(exchange.fetched_at), payload_digest(exchange.body))
        row = self._archive.db.conn.execute(_KNOWN, asked).fetchone()
        return row[0] if row else None

    def _remember(self, copied: Copied, capture_id: int) -> None:
        if len(self._records) < _REMEMBERED:
            self._records |= dict.fromkeys(copied.names, capture_id)

    def one(self, copied: Copied, what: Judged, section: str | None = None, via: str | None = None) -> None:
        """Imports one exchange, found on the listing `via` in that section, where that is known."""
        about = Provenance(self._wanted.portal(copied.exchange.url), what.role, section, via, copied.source)
        if what.article:
            capture = self._capture(copied, about)
            self.report.counts[keep_imported(self._archive, capture, what.article, about.portal, section)] += 1
        elif what.unread:
            self._fail(self._capture(copied, about), what.unread)
        elif self._wanted.everything:
            self._capture(copied, about)
            self.report.counts["listings" if what.role == "listing" else "others"] += 1
        else:
            self.report.left_out["listings" if what.role == "listing" else "no pages"] += 1

    def _capture(self, copied: Copied, about: Provenance) -> Capture:
        known = self._known(copied)
        if known is not None:
            return get(self._archive.db.conn, known)
        capture = self._archive.capture(self._writer, copied.exchange, about)
        self._remember(copied, capture.id)
        return capture

    def _fail(self, capture: Capture, why: Unread) -> None:
        fail_imported(self._archive, capture, why)
        self.report.counts["no articles" if self._wanted.whole_sites else "failed"] += 1
        if not self._wanted.whole_sites and len(self.report.troubles) < _TOLD:
            self.report.troubles.append(f"{capture.url}: no {why.field}, {why.reason}")


def keep_imported(archive: Archive, capture: Capture, article: Article, portal: str, section: str | None = None) -> str:
    """Keeps an article of a capture of any age, with its link in the ledger, in one transaction; what came of it.

    `section` is that of the listing it was found on, which counts before the one that the page names.
    """
    conn, at = archive.db.conn, capture.fetched_at
    with archive.db.atomic():
        url = known_address(conn, article.url)
        gone = conn.execute("SELECT gone_at FROM articles WHERE url = ? AND gone_at >= ?", (url, at)).fetchone()
        archive.ledger.discover(portal, [(url, section or article.section, None)], now=moment(at))
        kept = past.keep(conn, article, capture, portal=portal, section=section)
        if gone:  # since then
            conn.execute("UPDATE articles SET gone_at = ? WHERE id = ?", (gone[0], kept.article_id))
        first, last, linked = conn.execute(_SEEN, (kept.article_id, url)).fetchone()
        if not linked or (at == last and not gone):
            archive.ledger.kept(url, kept.article_id, capture.id, first, last)
    return kept.outcome


def fail_imported(archive: Archive, capture: Capture, why: Unread) -> None:
    """Writes down that an imported page gave no article. No link: nobody said that one should be there."""
    archive.fail(
        None,
        url=capture.url,
        field=why.field,
        error="unreadable",
        message=why.reason,
        capture_id=capture.id,
        at=moment(capture.fetched_at),
    )


def import_files(
    place: Path,
    kind: str,
    files: Sequence[Path],
    wanted: Wanted,
    *,
    name: str = "import",
    jobs: Workers = 1,
    tell: Callable[[Report], None] | None = None,
) -> Report:
    """Imports `files`, "warc" or "wacz", into the archive at `place`, made when it is not there and there is anything to import;
    into WARC files named `name`.
    """
    for path in files:
        if not path.is_file():
            raise NotFound(f"{path} is not there; give a {kind.upper()} file.")
    check_place(place, create=True)
    if is_fresh(place) and not any(next(Foreign(path).of(kind), None) for path in files):
        return _of_nothing(kind, files)
    with Archive(place, create=True) as archive, archive.lock():
        archive.recover()
        with closing(archive.writer(name, warcinfo("imported, nothing was fetched"))) as writer:
            importer = Importer(archive, writer, wanted, jobs)
            for path in files:
                foreign = Foreign(path)
                importer.take(foreign.of(kind), tell)
                importer.report.take(foreign)
    return importer.report


def _of_nothing(kind: str, files: Sequence[Path]) -> Report:
    """What files without a single exchange say of themselves."""
    report = Report()
    for path in files:
        foreign = Foreign(path)
        deque(foreign.of(kind), maxlen=0)
        report.take(foreign)
    return report


def warcinfo(robots: str) -> dict[str, str]:
    """What the first record of every WARC file says of an import."""
    operator = os.environ.get("CONGTIN_CONTACT", "").strip() or "not stated"
    return {
        "software": f"congtin/{version('congtin')}",
        "operator": operator,
        "robots": robots,
    }


def portal_by_host(url: str) -> str:
    """The portal that owns an address, else a name made of its host, as a crawl by address has it."""
    return _portal(host_of(url))


@lru_cache(maxsize=1024)
def _portal(host: str) -> str:
    from crawler.targets import portals  # noqa: PLC0415 - Scrapy takes half a second to import

    owner = next((name for name, spider in portals().items() if spider.owns(f"http://{host}/")), None)
    return owner or host.replace(":", "_")


def _batches(exchanges: Iterable[Copied]) -> Iterator[Sequence[Copied]]:
    batch: list[Copied] = []
    size = 0
    for copied in exchanges:
        batch.append(copied)
        size += len(copied.exchange.body)
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _judged(batch: Sequence[Copied]) -> Sequence[tuple[Copied, Judged]]:
    return [(copied, judge(copied.exchange)) for copied in batch]


def _given_up(batch: Sequence[Copied]) -> Sequence[tuple[Copied, Judged]]:
    return [(copied, _DIED) for copied in batch]
