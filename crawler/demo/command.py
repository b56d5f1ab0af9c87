"""`congtin demo`: a portal, a crawl, a search, all on this machine."""

from __future__ import annotations

import re
import shlex
import signal
from contextlib import suppress
from dataclasses import asdict
from threading import Event
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from archive import Archive, tables
from archive.cli import PAUSE, archive_option
from archive.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.demo.portal import DemoPortal

# The first stands for every word that it can be, the second for itself alone: not for bác, not for bắc.
QUERIES = ("nam dinh", "bạc")
_NAME = re.compile(r"127\.0\.0\.1_(?P<port>\d+)")
_INCOMPLETE = 3  # DESIGN §5: done, but some pages failed
_INTERRUPTED = 130


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), metavar="N", help="The portal's port. [default: a free one]")
@click.option(
    "--delay",
    type=PAUSE,
    default=0.0,
    show_default=True,
    metavar="S",
    help="Seconds between two requests.",
)
@click.option("--keep-serving", is_flag=True, help="Leave the portal up until Ctrl-C.")
@archive_option
@click.pass_context
def demo(ctx: click.Context, port: int | None, delay: float, keep_serving: bool, archive: Path) -> None:
    """Serve a small portal on this machine, crawl it into a new archive, and search it.

    The second time, the same folder is crawled again, and nothing is new.
    """
    with _portal(archive, port) as portal:
        click.echo(
            f"{portal.site.content.name}, {len(portal.articles)} articles of a province on no map: {portal.origin}/"
        )
        exit_code = _crawled(portal, archive, delay)
        if exit_code == _INTERRUPTED:
            ctx.exit(exit_code)
        with Archive(archive) as store:
            missing = _missing(store, portal)
            for query in QUERIES:
                _show(store, query)
        chosen = ctx.get_parameter_source("archive") is ParameterSource.COMMANDLINE
        click.echo(_next_steps(archive, f" --archive {shlex.quote(str(archive))}" if chosen else ""))
        if keep_serving:
            _wait(portal)
    for url in missing:
        click.echo(f"Not in the archive: {url}", err=True)
    ctx.exit(max(exit_code, _INCOMPLETE if missing else 0))


def _portal(archive: Path, port: int | None) -> DemoPortal:
    from crawler.demo.portal import DemoPortal  # noqa: PLC0415 - other commands start without it

    earlier = earlier_port(archive)
    if earlier and port and port != earlier:
        raise BadInput(f"The demo in {archive} ran at port {earlier}; leave --port out, or choose a new --archive.")
    try:
        return DemoPortal(port or earlier or 0)
    except OSError as error:
        raise BadInput(
            f"The portal cannot have port {port or earlier} ({error.strerror}); choose another --port and a new --archive."
        ) from error


def earlier_port(archive: Path) -> int | None:
    """The port at which the demo has crawled into a folder before; None when there is no archive yet, or an empty one.

    Raises BadInput for an archive that holds anything else, NoArchive for a folder that is something else.
    """
    from crawler.demo.content import content  # noqa: PLC0415 - see _portal

    if not (archive.is_file() or (archive / "archive.db").exists()):
        return None
    with Archive(archive) as store:
        names = [name for (name,) in store.db.conn.execute("SELECT DISTINCT portal FROM crawls")]
        urls = [url for (url,) in store.db.conn.execute("SELECT url FROM links UNION SELECT url FROM articles")]
    ours = tuple(story.slug for story in content().stories)
    found = _NAME.fullmatch(names[0]) if len(names) == 1 else None
    if names and not (found and all(any(slug in url for slug in ours) for url in urls)):
        raise BadInput(f"{archive} is an archive already, and not the demo's; choose a new folder with --archive.")
    return int(found["port"]) if found else None


def _crawled(portal: DemoPortal, archive: Path, delay: float) -> int:
    """Crawls the portal as `congtin crawl` would; the exit code."""
    from crawler.console import Told  # noqa: PLC0415 - see _portal
    from crawler.progress import Progress, told  # noqa: PLC0415
    from crawler.run import crawl  # noqa: PLC0415

    target = f"{portal.origin}/"
    click.echo(f"$ congtin crawl {target} --delay {delay:g}")
    progress = Progress(Told(stderr=True, highlight=False), shown=True)
    summaries = crawl([target], archive, delay=delay, progress=progress)
    for summary in summaries:
        click.echo(told(summary))
        for reason in summary.reasons:
            click.echo(f"{summary.portal}: {reason}.", err=True)
    return max(summary.exit_code for summary in summaries)


def _missing(store: Archive, portal: DemoPortal) -> list[str]:
    """The addresses of the articles that the portal serves and the archive does not have."""
    kept = {url for (url,) in store.db.conn.execute("SELECT url FROM articles WHERE gone_at IS NULL")}
    return [article.url for article in portal.articles if article.url not in kept]


def _show(store: Archive, query: str) -> None:
    click.echo(f'\n$ congtin search "{query}" --limit 3')
    click.echo(tables.as_table([asdict(hit) for hit in store.search(query, limit=3)]), nl=False)
    click.echo(f"… {store.count(query)} articles in all.")


def _next_steps(archive: Path, option: str) -> str:
    database = shlex.quote(str(archive / "archive.db"))
    return f"""
The archive is in {archive}. What to try next:
  congtin search "hòa bình"{option}        finds hoà bình too
  congtin search "hoa binh -triển"{option}
  congtin show 1{option}
  congtin verify{option}
  sqlite-utils search {database} articles "nam dinh" -c title -t
  datasette {database}
  congtin demo{option}        again: nothing is new, nothing is fetched twice"""


def _wait(portal: DemoPortal) -> None:
    # Scrapy's handlers outlive the crawl, and would swallow both
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(KeyboardInterrupt):  # which may come as soon as it is told how
        click.echo(f"\n{portal.origin}/ stays up; Ctrl-C ends it.")
        Event().wait()
