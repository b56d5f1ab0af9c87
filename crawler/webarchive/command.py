"""`congtin import wayback`: what a web archive has of a portal."""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
from rich.console import Console

from archive.cli import PAUSE, archive_option
from archive.errors import BadInput
from crawler.webarchive import INTERNET_ARCHIVE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from crawler.webarchive.recover import Recovered
    from crawler.webarchive.scope import Scope

FAILED = 3  # DESIGN §5
_EVERY = 15.0  # seconds between two lines of progress, off a terminal
_SHOWN = ("new", "changed", "unchanged", "known", "listings", "others", "no articles")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("wayback")
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS…")
@click.option("--from", "first", type=_DAY, metavar="DAY", help="Captures of that day or later.")
@click.option("--to", "last", type=_DAY, metavar="DAY", help="Captures of that day or earlier.")
@click.option(
    "--server",
    default=INTERNET_ARCHIVE,
    show_default=True,
    metavar="URL",
    help="The CDX server: its index of captures.",
)
@click.option("--replay", metavar="URL", help="Where captures are had. [default: beside the CDX server]")
@click.option("--delay", type=PAUSE, default=1.0, show_default=True, metavar="S",
              help="Seconds between two captures; two and a half times that between two questions to the index.")  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Fetch at most N captures; the next run goes on."
)
@click.option("--images/--no-images", default=True, help="Pictures and documents of the articles too.")
@click.option("--portal", help="Keep it all under this portal's name. [default: each address by its host]")
@click.option("--dry-run", is_flag=True, help="Say what would be fetched, and fetch nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@archive_option
@click.pass_context
def wayback(
    ctx: click.Context,
    /,
    addresses: tuple[str, ...],
    first: datetime | None,
    last: datetime | None,
    server: str,
    replay: str | None,
    delay: float,
    limit: int | None,
    images: bool,
    portal: str | None,
    dry_run: bool,
    as_json: bool,
    archive: Path,
) -> None:
    """Import what a web archive has: the Internet Archive, a pywb, Common Crawl.

    ADDRESS is one page (of a listing, the articles it names too), all below a path (https://a.vn/tin/*), a host (a.vn), a host
    with its sub-sites (*.a.vn), or the name of a portal. One capture is fetched for each time that a page changed. What is in
    the archive already is not fetched again, so that a run may be cut short at any moment.
    """
    from crawler.again.imports import Wanted, portal_by_host  # noqa: PLC0415 - Scrapy takes half a second to import
    from crawler.identity import user_agent  # noqa: PLC0415
    from crawler.webarchive.client import Client, Unreachable  # noqa: PLC0415
    from crawler.webarchive.recover import Plan, recover  # noqa: PLC0415

    for url in filter(None, (server, replay)):
        _check_server(url)
    days = _days(first, last)
    scopes = tuple(scope for address in addresses for scope in _scopes(address, *days))
    plan = Plan(scopes, server, replay, images, limit, dry_run)
    wanted = Wanted((lambda _: portal) if portal else portal_by_host, everything=True, whole_sites=True)
    client = Client(user_agent(version("congtin"), os.environ.get("CONGTIN_CONTACT")), delay)
    with _progress() as tell:
        report = recover(archive, plan, wanted, client, name=portal or "wayback", tell=tell)
    told = {"archive": str(archive), "dry_run": dry_run, **report.to_dict()}
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else _told(report, dry=dry_run))
    for trouble in report.troubles:
        click.echo(f"{trouble}.", err=True)
    if report.stopped:
        click.echo(f"{report.stopped}.", err=True)
    ctx.exit(Unreachable.exit_code if report.unreachable else FAILED if report.troubles else 0)


def _check_server(url: str) -> None:
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise BadInput(f"{url!r} is no address of a server; it begins with http:// or https://.")


def _days(first: datetime | None, last: datetime | None) -> tuple[str | None, str | None]:
    """The bounds as an index takes them."""
    if first and last and first > last:
        raise BadInput(f"From {first:%Y-%m-%d} to {last:%Y-%m-%d} there is no day.")
    return first.strftime("%Y%m%d") if first else None, last.strftime("%Y%m%d") if last else None


def _scopes(address: str, first: str | None, last: str | None) -> list[Scope]:
    from crawler.targets import portals  # noqa: PLC0415
    from crawler.webarchive.scope import Scope  # noqa: PLC0415

    known = portals().get(address)
    if known:
        return [Scope(host, "domain", first, last) for host in known.hosts]
    return [Scope.of(address, first, last)]


def _told(report: Recovered, *, dry: bool) -> str:
    if dry:
        held = report.wanted - len(report.chosen)
        lines = [f"{timestamp} {url}" for timestamp, url in report.chosen]
        lines.append(f"{len(lines)} captures would be fetched, {held} are held; {report.records} are in the index.")
        return "\n".join(lines)
    kinds = {"index": "of the index"}
    asked = ", ".join(f"{count} {kinds.get(kind, 'for captures')}" for kind, count in report.asked.items())
    lines = [
        f"{report.records} captures in the index, {report.wanted} wanted: {_counts(report)}.",
        f"  requests: {asked}",
    ]
    if left_out := ", ".join(f"{count} {why}" for why, count in report.left_out.items() if count):
        lines.append(f"  left out: {left_out}")
    if report.refused or report.differing:
        lines.append(
            f"  {report.refused} could not be had; {report.differing} are not the bytes that the index has the digest of"
        )
    return "\n".join(lines)


def _counts(report: Recovered) -> str:
    return ", ".join(f"{report.counts[name]} {name}" for name in _SHOWN if report.counts[name]) or "nothing of use"


@contextmanager
def _progress() -> Iterator[Callable[[Recovered], None]]:
    """A line that stands on a terminal and moves; elsewhere one every while."""
    console = Console(stderr=True, highlight=False)
    if console.is_terminal:
        with console.status("asking the index") as status:
            yield lambda report: status.update(f"{report.wanted} captures: {_counts(report)}, {report.refused} not had")
        return
    last = [time.monotonic()]

    def tell(report: Recovered) -> None:
        if time.monotonic() - last[0] >= _EVERY:
            last[0] = time.monotonic()
            click.echo(f"{report.wanted} captures: {_counts(report)}, {report.refused} not had", err=True)

    yield tell
