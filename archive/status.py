"""How an archive is doing, portal by portal: what the operator of a schedule wants to know. It only tells."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from archive.coverage import PAST, readings, usual
from archive.errors import NotFound
from archive.models import now, stamp
from archive.tables import bold, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from sqlite3 import Connection

    from archive.store import Archive

Row = dict[str, Any]

CRAWLS = 5  # of each portal, the last ones
_PORTALS = "SELECT portal FROM crawls UNION SELECT portal FROM links UNION SELECT portal FROM articles ORDER BY portal"
_CRAWLS = "SELECT * FROM crawls WHERE portal = ? ORDER BY id DESC LIMIT ?"
_ARTICLES = "SELECT count(*) AS articles, count(gone_at) AS articles_gone FROM articles WHERE portal = ?"
# An error is written as `word: sentence`, an absence as `absent since …`; the newest link stands for its group.
_FAILED = """
SELECT CASE WHEN last_error LIKE 'absent since %' THEN 'absent'
            ELSE substr(last_error, 1, instr(last_error || ': ', ': ') - 1) END AS reason,
       count(*) AS links, url AS example, last_error AS message, max(id)
  FROM links WHERE portal = ? AND state = 'failed' GROUP BY reason ORDER BY links DESC, reason"""
_GONE = "SELECT url FROM links WHERE portal = ? AND state = 'gone' ORDER BY id DESC LIMIT 1"
_FAILURES = """
SELECT error, field, count(*) AS pages, url AS example, message, max(id)
  FROM failures WHERE crawl_id = ? GROUP BY error, field ORDER BY pages DESC, error, field"""
_VISITS = """
SELECT coalesce(sum(state = 'owed' OR next_visit_at <= :now), 0) AS due,
       coalesce(sum(next_visit_at > :now AND next_visit_at <= :tomorrow), 0) AS within_a_day,
       min(CASE WHEN next_visit_at > :now THEN next_visit_at END) AS next_at
  FROM links WHERE portal = :portal"""
# Files of imports are named after the import, and may hold several portals.
_HOLDING = """
SELECT DISTINCT c.warc FROM articles a JOIN revisions r ON r.article_id = a.id JOIN captures c ON c.id = r.capture_id
 WHERE a.portal = ?"""
_WARC = re.compile(r"(?P<portal>.+)-[0-9]{14}-[0-9]{5,}\.warc\.gz(\.open)?")


def portals_of(archive: Archive, wanted: str | None = None) -> list[str]:
    """The portals of which the archive has anything. Raises NotFound when the wanted one is none of them."""
    known = [name for (name,) in archive.db.conn.execute(_PORTALS)]
    if wanted is not None and wanted not in known:
        raise NotFound(
            f"The archive {archive.path} holds nothing of {wanted!r}; it has {', '.join(known) or 'no portal yet'}."
        )
    return known


def status(archive: Archive, portal: str | None = None) -> Row:
    """Everything that `congtin status` tells, under keys that stay. Raises NotFound for a portal that is not in the archive.

    Shares are 0 to 1, sizes bytes, times UTC. `coverage` is of the last crawl that read anything; its `past` the median
    of the crawls before. `due` counts what the next crawl would visit: owed, failed and up for retrial, kept and overdue.
    """
    known = portals_of(archive, portal)
    files = warc_files(archive)
    portals = [_portal(archive, name, files) for name in known if portal in (None, name)]
    return {"archive": str(archive.path.resolve()), "at": stamp(now()), "portals": portals, "warc": _sizes(files)}


class WarcFile(NamedTuple):
    """One file: its name as `captures.warc` has it, whom it is named after, its size in bytes, whether it is still being written."""

    name: str
    portal: str
    size: int
    open: bool


def warc_files(archive: Archive) -> list[WarcFile]:
    """Every WARC file of ours."""
    found: list[WarcFile] = []
    for path in sorted((archive.path / "warc").glob("*.warc.gz*")):
        named = _WARC.fullmatch(path.name)
        name, opened = path.name.removesuffix(".open"), path.suffix == ".open"
        with suppress(FileNotFoundError):  # a crawl that ends now takes the ".open" away
            found += [WarcFile(name, named["portal"], path.stat().st_size, opened)] if named else []
    return found


def _sizes(files: Sequence[WarcFile]) -> Row:
    return {
        "files": len(files),
        "bytes": sum(file.size for file in files),
        "open": sum(file.open for file in files),
    }


def _portal(archive: Archive, portal: str, files: Sequence[WarcFile]) -> Row:
    conn = archive.db.conn
    moments = {"portal": portal, "now": stamp(now()), "tomorrow": stamp(now() + timedelta(days=1))}
    crawls = _rows(conn, _CRAWLS, (portal, CRAWLS))
    holding = {name for (name,) in conn.execute(_HOLDING, (portal,))}
    [gone] = [*_rows(conn, _GONE, (portal,)), {"url": None}][:1]
    return {
        "portal": portal,
        **_rows(conn, _ARTICLES, (portal,))[0],
        "crawls": [crawl | {"coverage": json.loads(crawl["coverage"] or "{}")} for crawl in crawls],
        "coverage": _coverage(archive, portal),
        "links": archive.ledger.counts(portal),
        "failed": _grouped(conn, _FAILED, portal),
        "gone_example": gone["url"],
        "failures": _grouped(conn, _FAILURES, crawls[0]["id"]) if crawls else [],
        "visits": _rows(conn, _VISITS, moments)[0],
        "warc": _sizes([file for file in files if file.portal == portal or file.name in holding]),
    }


def _coverage(archive: Archive, portal: str) -> Row | None:
    found = readings(archive.db, portal, limit=PAST + 1)
    if not found:
        return None
    last, past = found[0], usual(found[1:])
    fields = {name: {"last": share, "past": past.get(name)} for name, share in last.coverage.items()}
    return {"crawl": last.crawl_id, "pages": last.pages, "past_crawls": len(found) - 1, "fields": fields}


def _grouped(conn: Connection, query: str, of: object) -> list[Row]:
    return [{name: value for name, value in row.items() if name != "max(id)"} for row in _rows(conn, query, (of,))]


def _rows(conn: Connection, query: str, values: Sequence[object] | Row) -> list[Row]:
    cursor = conn.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def text(report: Row) -> str:
    """A report to be read on a screen 80 columns wide."""
    lines = [line for portal in report["portals"] for line in (*_portal_lines(portal), "")]
    if not lines:
        lines = ["No portal has been crawled into this archive yet."]
    return "\n".join([*lines, *wrapped(f"{report['archive']}: {_told_sizes(report['warc'])}.", "  ")]) + "\n"


def _portal_lines(portal: Row) -> Iterator[str]:
    gone = f" ({portal['articles_gone']} gone)" if portal["articles_gone"] else ""
    heading = f"{portal['portal']}: {portal['articles']} articles{gone}, {_told_sizes(portal['warc'])}"
    yield from (bold(line) for line in wrapped(heading, "  "))
    yield from _crawl_lines(portal["crawls"])
    yield from _coverage_lines(portal["coverage"], portal["crawls"])
    yield from _link_lines(portal)
    for group in portal["failures"]:
        what = f"{group['pages']} × {group['error']}" + (f" ({group['field']})" if group["field"] else "")
        yield from wrapped(f"  last crawl: {what}: {group['message']}, {group['example']}", "    ")


def _crawl_lines(crawls: Sequence[Row]) -> list[str]:
    names = ("new", "changed", "unchanged", "gone", "failed")
    rows = [("crawl", "started (UTC)", "outcome", "exit", *names)]
    for crawl in crawls:
        exit_code = "" if crawl["exit_code"] is None else str(crawl["exit_code"])
        started = crawl["started_at"][:16].replace("T", " ")
        outcome = crawl["outcome"] or "unfinished"
        rows.append((str(crawl["id"]), started, outcome, exit_code, *(str(crawl[name]) for name in names)))
    return grid(rows, left=(1, 2)) if crawls else []


def _coverage_lines(coverage: Row | None, crawls: Sequence[Row]) -> list[str]:
    if coverage is None:
        return []
    fields = coverage["fields"]
    rows = [("has", *fields)]
    for name in ("last", "past"):
        shares = [field[name] for field in fields.values()]
        rows.append((name, *("-" if share is None else f"{share:.0%}" for share in shares)))
    of = "" if coverage["crawl"] == crawls[0]["id"] else f" of crawl {coverage['crawl']}, the last that read any"
    past = f"past: median of {coverage['past_crawls']} crawls before" if coverage["past_crawls"] else "no past yet"
    return [*grid(rows, left=(0,)), *wrapped(f"  (last: {coverage['pages']} pages{of}; {past})", "   ")]


def _link_lines(portal: Row) -> Iterator[str]:
    links, visits = portal["links"], portal["visits"]
    states = ", ".join(f"{links[state]} {state}" for state in ("owed", "failed", "gone", "kept"))
    after = f", the next on {visits['next_at'][:16].replace('T', ' ')}" if visits["next_at"] else ""
    yield from wrapped(f"  links: {states}", "    ")
    yield from wrapped(f"  visits: {visits['due']} due now, {visits['within_a_day']} more within a day{after}", "    ")
    for group in portal["failed"]:
        yield from wrapped(f"  failed: {group['links']} × {group['message']}, {group['example']}", "    ")
    if portal["gone_example"]:
        yield from wrapped(f"  gone: {links['gone']}, the newest {portal['gone_example']}", "    ")


def _told_sizes(sizes: Row) -> str:
    opened = f", {sizes['open']} of them open" if sizes["open"] else ""
    files = "1 WARC file" if sizes["files"] == 1 else f"{sizes['files']} WARC files"
    return f"{files}, {told_bytes(sizes['bytes'])}{opened}"


def told_bytes(count: int) -> str:
    """A size for people, in powers of a thousand.

    >>> told_bytes(999), told_bytes(1_500), told_bytes(412_345_678)
    ('999 B', '1.5 kB', '412.3 MB')
    """
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def grid(rows: Sequence[Sequence[str]], left: Sequence[int] = ()) -> list[str]:
    """Rows as aligned columns, indented by two; the columns `left` to the left, the others, being numbers, to the right.

    >>> print(*grid([("name", "n"), ("a", "12")], left=(0,)), sep="|")
      name  n|  a    12
    """
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  "
        + " ".join(cell.ljust(wide[at]) if at in left else cell.rjust(wide[at]) for at, cell in enumerate(row)).rstrip()
        for row in rows
    ]
