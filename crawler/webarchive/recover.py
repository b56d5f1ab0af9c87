"""A portal out of a web archive: first what leads to articles, then the articles, then their pictures and documents."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive import Archive
from archive.articles import same_address
from archive.codings import decode_body
from archive.errors import Damaged, Undecodable
from archive.foreign import Copied
from archive.models import Exchange, header, stamp
from archive.opening import DATABASE
from crawler.again.imports import Importer, Report, Wanted, warcinfo
from crawler.again.judge import judge
from crawler.listing import find_sections, is_home, read_listing
from crawler.reading.page import Page
from crawler.targets import portals
from crawler.webarchive import INTERNET_ARCHIVE
from crawler.webarchive.captures import Captures
from crawler.webarchive.client import Client, Refused, Unreachable
from crawler.webarchive.index import Chosen, Index, Indexed, choose
from crawler.webarchive.scope import Scope

_PAGES = ("text/html", "application/xhtml+xml", "-", "", "unk", "unknown")
_PATIENCE = 5  # captures in a row that could not be had
_TOLD = 100
_TELLING = ("content-type", "content-encoding", "content-language")
_FOLLOWED = 2000  # addresses that listings name, of one address that was asked for
_HELD = "SELECT id, role FROM captures WHERE url = ? AND fetched_at = ?"
_SHOWN = """
SELECT url FROM images WHERE article_id = (SELECT article_id FROM revisions WHERE capture_id = :capture)
 UNION SELECT url FROM attachments WHERE article_id = (SELECT article_id FROM revisions WHERE capture_id = :capture)"""
_LACKING = """
SELECT url FROM images WHERE capture_id IS NULL AND gone_at IS NULL
 UNION SELECT url FROM attachments WHERE capture_id IS NULL AND gone_at IS NULL"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is wanted of which web archive. `limit`: at most so many captures are fetched."""

    scopes: tuple[Scope, ...]
    server: str = INTERNET_ARCHIVE
    replay: str | None = None
    files: bool = True  # pictures and documents too
    limit: int | None = None
    dry: bool = False  # nothing is fetched; listings tell what they name only where they are held


@dataclass(eq=False)
class Recovered(Report):
    """What came of it. `asked`: requests by their kind; `wanted`: captures that were chosen; `chosen`: those, in a dry run."""

    asked: dict[str, int] = field(default_factory=dict)
    wanted: int = 0
    refused: int = 0  # captures that could not be had
    differing: int = 0  # captures whose bytes are not those that the index has the digest of
    chosen: list[tuple[str, str]] = field(default_factory=list)  # timestamp and address
    stopped: str | None = None  # why it ended before its end
    unreachable: bool = False

    def to_dict(self) -> dict[str, Any]:
        told = {"wanted": self.wanted, "refused": self.refused, "differing": self.differing, "requests": self.asked}
        chosen = [{"timestamp": at, "url": url} for at, url in self.chosen]
        return {**super().to_dict(), **told, "chosen": chosen, "stopped": self.stopped}


class _Enough(Exception):  # noqa: N818
    """As many captures were fetched as were asked for."""


class Recovery:
    """Imports what a web archive has; what is in our archive already is not fetched again, so that it may be cut short anywhere."""

    def __init__(
        self,
        archive: Archive,
        importer: Importer | None,
        plan: Plan,
        client: Client,
        report: Recovered,
        tell: Callable[[Recovered], None],
    ) -> None:
        self._archive, self._importer, self._plan, self._report = archive, importer, plan, report
        self._client, self._index = client, Index(plan.server, client)
        self._captures = Captures(plan.server, client, plan.replay)
        self._places: dict[
            str, tuple[str | None, str]
        ] = {}  # article → the section and address of the listing that names it
        self._sections: dict[str, str] = {}  # listing → section
        self._led: set[tuple[str, str]] = (
            set()
        )  # captures taken by their address alone, before a whole host is gone through
        self._shown: set[str] = set()  # pictures and documents of the articles that were read
        self._fetched = self._unhad = 0
        self._tell = tell

    def run(self) -> None:
        """Raises Unreachable when the server does not answer, or no longer; what was had until then is kept."""
        try:
            for scope in self._plan.scopes:
                if scope.match == "exact":
                    self._follow(scope)
                else:
                    self._lead(scope)
                    self._pages(scope)
            if self._plan.files:
                self._files()
        except _Enough:
            self._report.stopped = f"{self._plan.limit} captures were fetched, as many as were asked for"

    # --- what is asked for ---

    def _follow(self, scope: Scope) -> None:
        """One address; where it is a listing, what it names too, and its other pages."""
        waiting, known = deque([scope.url]), {scope.url}
        while waiting:
            listed = self._pages(replace(scope, url=waiting.popleft()))
            new = [url for url in listed if url not in known]
            room = max(_FOLLOWED - len(known), 0)
            self._report.left_out[f"named by listings after the first {_FOLLOWED}"] += len(new[room:])
            known.update(new[:room])
            waiting.extend(new[:room])

    def _lead(self, scope: Scope) -> None:
        """The pages that name the sections, before the articles: front page, known listings, what the front page names."""
        known = [spider for spider in portals().values() if any(scope.holds(url) for url in spider.listings.values())]
        listings = {url: name for spider in known for name, url in spider.listings.items() if scope.holds(url)}
        self._sections |= {url: name for url, name in listings.items() if not is_home(url)}
        first = scope.url if scope.match == "prefix" else f"http://{scope.host}/"
        for url in dict.fromkeys([first, *listings]):
            self._pages(replace(scope, url=url, match="exact"))
        for url in [url for url in self._sections if url not in listings and scope.holds(url)]:
            self._pages(replace(scope, url=url, match="exact"))

    def _pages(self, scope: Scope) -> list[str]:
        """Takes the pages of a scope; what the listings among them name, articles and other pages."""
        named: dict[str, None] = {}
        for chosen in choose(self._within(scope)):
            mark = (chosen.line.url, chosen.line.timestamp)
            if chosen.line.mime.lower() in _PAGES and mark not in self._led:
                named |= dict.fromkeys(self._take(chosen))
                if scope.match == "exact":
                    self._led.add(mark)
        return list(named)

    def _files(self) -> None:
        """The pictures and documents of articles that have none yet, as far as the scopes hold them: one capture of each."""
        lacking = {row[0] for row in self._archive.db.conn.execute(_LACKING)}
        for scope in self._plan.scopes:
            if scope.match == "exact":
                shown = sorted(lacking & self._shown)
                wanted = [replace(scope, url=url) for url in shown if scope.host == Scope(url).host]
            else:
                wanted = [scope] if lacking else []
            for one in wanted:
                self._files_of(one, lacking)

    def _files_of(self, scope: Scope, lacking: set[str]) -> None:
        had: set[str] = set()
        for chosen in choose(self._within(scope)):
            url = next((url for url in same_address(chosen.line.url) if url in lacking), None)
            if url and url not in had and chosen.line.mime.lower() not in _PAGES and chosen.like is None:
                had.add(url)
                self._take(Chosen(replace(chosen.line, original=url)))

    def _within(self, scope: Scope) -> Iterator[Indexed]:
        for line in self._index.captures(scope):
            self._report.records += 1
            if scope.holds(line.url):
                yield line
            else:
                self._report.left_out["not asked for"] += 1

    # --- one capture ---

    def _take(self, chosen: Chosen) -> list[str]:
        """Has one capture, if it is not in the archive, and imports it. What it names, if it is a listing."""
        self._report.wanted += 1
        line = chosen.line
        held, role = self._held(line)
        if held and role != "listing" and self._importer and self._importer.settled(held):
            self._shown.update(row[0] for row in self._archive.db.conn.execute(_SHOWN, {"capture": held}))
            return []
        if held is None and self._importer is None:
            self._report.chosen.append((line.timestamp, line.url))
            self._tell(self._report)
            return []
        copied = self._again(held, line) if held else self._like(chosen) or self._had(line)
        if copied is None:
            return []
        what = judge(copied.exchange)
        section, via = self._places.get(_bare(copied.exchange.url), (None, None))
        if what.role == "listing":
            section = self._sections.get(copied.exchange.url)
        if self._importer and not self._importer.knows(copied):
            self._importer.one(copied, what, section, via)
        if what.article and self._plan.files:
            self._shown.update(image.url for image in what.article.images)
            self._shown.update(attachment.url for attachment in what.article.attachments)
        self._report.asked = dict(self._client.asked)
        self._tell(self._report)
        return self._named(copied.exchange) if what.role == "listing" else []

    def _held(self, line: Indexed) -> tuple[int | None, str]:
        """The capture that the archive has of it, and its role."""
        row = self._archive.db.conn.execute(_HELD, (line.url, stamp(line.at))).fetchone()
        return (row[0], row[1]) if row else (None, "")

    def _again(self, capture_id: int, line: Indexed) -> Copied | None:
        """A capture that was had before, out of the archive: it may have been cut short there, or be a listing."""
        try:
            record = self._archive.open_capture(capture_id)
        except Damaged as error:
            self._report.troubles.append(str(error).rstrip("."))
            return None
        exchange = Exchange(
            line.url, "", [], record.status, record.reason, record.headers, record.body, record.fetched_at
        )
        return Copied(exchange, self._captures.address(line), "wayback")

    def _like(self, chosen: Chosen) -> Copied | None:
        """What the index says is the same as an earlier capture, with that one's bytes; None when they are not had."""
        held = self._held(chosen.like)[0] if chosen.like else None
        before = self._again(held, chosen.line) if held else None
        if before is None:
            return None
        kept = [(name, value) for name, value in before.exchange.response_headers if name.lower() in _TELLING]
        exchange = replace(before.exchange, response_headers=kept, fetched_at=chosen.line.at)
        return replace(before, exchange=exchange, record_id=f"{self._index.server} {chosen.line.digest}")

    def _had(self, line: Indexed) -> Copied | None:
        if self._plan.limit is not None and self._fetched >= self._plan.limit:
            raise _Enough
        self._fetched += 1
        try:
            copied, exact = self._captures.fetch(line)
        except Refused as error:
            self._refused(line, str(error))
            return None
        self._unhad = 0
        self._report.differing += not exact
        return copied

    def _refused(self, line: Indexed, why: str) -> None:
        self._report.refused += 1
        self._unhad += 1
        address = self._captures.address(line)
        self._archive.fail(None, url=line.url, field="capture", error="not had", message=f"{address} {why}")
        if len(self._report.troubles) < _TOLD:
            self._report.troubles.append(f"{address} {why}")
        if self._unhad >= _PATIENCE:
            raise Unreachable(
                f"{self._plan.server}: {_PATIENCE} captures in a row could not be had, the last since {address} {why};"
                " try again later, what was done is kept."
            )

    def _named(self, exchange: Exchange) -> list[str]:
        """What a listing names: articles, with the section that they stand under, and its further pages."""
        try:
            body = decode_body(exchange.body, exchange.response_headers)
        except Undecodable:
            return []
        page = Page.parse(body, exchange.url, header(exchange.response_headers, "Content-Type"))
        if is_home(exchange.url):
            for url, name in find_sections(page.root, exchange.url):
                self._sections.setdefault(url, name)
        listing = read_listing(page.root, exchange.url)
        section = self._sections.get(exchange.url)
        for article in listing.articles:
            self._places.setdefault(_bare(article.url), (section, exchange.url))
        further = [url for url in listing.next_pages if isinstance(url, str)]
        if section:
            for url in further:
                self._sections.setdefault(url, section)
        return [*(article.url for article in listing.articles), *further]


def recover(
    place: Path,
    plan: Plan,
    wanted: Wanted,
    client: Client,
    *,
    name: str = "wayback",
    tell: Callable[[Recovered], None] = lambda _: None,
) -> Recovered:
    """Imports into the archive at `place`, made when it is not there, what a web archive has of the plan's scopes.

    What the report calls `stopped` ended it early; all that was had until then is kept, and the next run goes on from there.
    """
    report = Recovered()
    with ExitStack() as stack:
        stack.enter_context(closing(client))
        importer = None
        if plan.dry:
            archive = stack.enter_context(_as_it_stands(place))
        else:
            archive = stack.enter_context(Archive(place, create=True))
            stack.enter_context(archive.lock())
            archive.recover()
            writer = stack.enter_context(closing(archive.writer(name, warcinfo(f"imported from {plan.server}"))))
            importer = Importer(archive, writer, wanted, report=report)
        try:
            Recovery(archive, importer, plan, client, report, tell).run()
        except Unreachable as error:
            report.stopped, report.unreachable = str(error).rstrip("."), True
        report.asked = dict(client.asked)
    return report


@contextmanager
def _as_it_stands(place: Path) -> Iterator[Archive]:
    """The archive, or where there is none an empty one that is gone afterwards."""
    with ExitStack() as stack:
        if not (place / DATABASE).exists():
            place = Path(stack.enter_context(TemporaryDirectory()))
        yield stack.enter_context(Archive(place, create=not (place / DATABASE).exists()))


def _bare(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.")
