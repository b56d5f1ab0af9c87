"""The commands that fetch or read, joined to the archive's: `congtin crawl`, `portals`, `schedule` and `read`."""

import json
import os
import sys
from datetime import datetime
from pathlib import Path

import click

from archive.cli import PAUSE, archive_option, main
from archive.errors import BadInput
from crawler.again import commands as again
from crawler.console import Told, tell
from crawler.demo.command import demo
from crawler.examples import add_examples
from crawler.webarchive.command import wayback

__all__ = ["main"]

for command in (demo, again.verify, again.rebuild, again.reread, again.merge, again.import_):
    main.add_command(command)
again.import_.add_command(wayback)


@main.command()
@click.argument("targets", nargs=-1, metavar="[PORTAL|URL]…")
@click.option("--all", "every", is_flag=True, help="Crawl every portal that is known by name.")
@click.option(
    "--list",
    "listed",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Crawl what FILE names, a portal or an address a line; # begins a comment.",
)
@click.option("--full", is_flag=True, help="Walk every listing to its end, also where everything is known.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Leave older articles alone.")
@click.option("--max-pages", type=click.IntRange(min=1), metavar="N", help="At most so many pages of each listing.")
@click.option(
    "--max-articles", type=click.IntRange(min=1), metavar="N", help="Visit at most so many articles a portal."
)
@click.option("--delay", type=PAUSE, metavar="S", help="Seconds between two requests. [default: 1]")
@click.option("--recheck", is_flag=True, help="Visit every known article again.")
@click.option("--images/--no-images", default=True, help="Keep pictures and documents too.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--verbose", is_flag=True, help="Show what Scrapy logs.")
@archive_option
@click.pass_context
def crawl(
    ctx: click.Context,
    /,
    targets: tuple[str, ...],
    every: bool,
    listed: Path | None,
    since: datetime | None,
    delay: float | None,
    as_json: bool,
    verbose: bool,
    archive: Path,
    **options: bool | int | None,
) -> None:
    """Crawl portals by name, or any listing by its address, into the archive.

    What earlier crawls still owe is fetched as well, and listings are walked only as far as there is anything new.
    """
    from crawler.crawl import Options  # noqa: PLC0415 - Scrapy takes half a second to import; search does without
    from crawler.progress import Progress, told  # noqa: PLC0415
    from crawler.run import crawl as run  # noqa: PLC0415
    from crawler.targets import chosen  # noqa: PLC0415

    targets = chosen(targets, listed, every=every)
    asked = Options(since=since.date().isoformat() if since else None, **options)  # type: ignore[arg-type]
    live = sys.stderr.isatty() or as_json  # a log file wants the lines where the summary goes, not among the errors
    progress = Progress(Told(stderr=live, highlight=False), shown=not verbose)
    summaries = run(targets, archive, asked, delay=delay, verbose=verbose, progress=progress)
    if as_json:
        report = {"archive": str(archive), "portals": [summary.to_dict() for summary in summaries]}
        tell(json.dumps(report, ensure_ascii=False, indent=2))
    for summary in summaries:
        if not as_json:
            tell(told(summary))
        for reason in summary.reasons:
            click.echo(f"{summary.portal}: {reason}.", err=True)
    ctx.exit(max(summary.exit_code for summary in summaries))


@main.command()
@archive_option
def portals(archive: Path) -> None:  # noqa: ARG001 - every command takes --archive
    """List the portals that can be crawled by name."""
    from crawler.targets import portals as known  # noqa: PLC0415 - see crawl

    for name, spider in known().items():
        click.echo(f"{name:12}  {spider.title}  ({', '.join(spider.hosts)})")


@main.command()
@click.argument("targets", nargs=-1, metavar="PORTAL|URL…")
@click.option("--every", required=True, metavar="TIME", help="The time between two crawls: 30m, 6h, 1d.")
@click.option("--cron", is_flag=True, help="Print a crontab line instead of systemd units.")
@click.option(
    "--template",
    is_flag=True,
    help="Print units for any portal, congtin@PORTAL.timer, each with its own archive in --archive.",
)
@archive_option
def schedule(targets: tuple[str, ...], every: str, cron: bool, template: bool, archive: Path) -> None:
    """Print what makes the crawl of portals recur: a systemd service and timer, or a crontab line. Nothing is installed."""
    from crawler import schedule as plan  # noqa: PLC0415 - see crawl
    from crawler.targets import spiders_for  # noqa: PLC0415 - see crawl

    minutes, archive = plan.minutes_of(every), archive.resolve()
    if template == bool(targets) or (template and cron):
        raise BadInput("Name the portals to crawl, or ask for --template, which is of systemd and of any portal.")
    if template:
        targets, archive = (plan.INSTANCE,), archive / plan.INSTANCE
    name = (
        f"congtin@{plan.INSTANCE}"
        if template
        else "-".join(["congtin", *(spider.name for spider in spiders_for(targets))])[:200]
    )
    contact = os.environ.get("CONGTIN_CONTACT", "").strip()
    planned = plan.Schedule(
        name, targets, archive, plan.executable(), minutes, plan.owner(archive.parent if template else archive), contact
    )
    if cron:
        click.echo(plan.crontab(planned), nl=False)
        return
    click.echo(
        "\n".join(f"# /etc/systemd/system/{file}\n{text}" for file, text in plan.units(planned).items()), nl=False
    )
    for hindrance in plan.hindrances(planned):
        click.echo(hindrance, err=True)


@main.command()
@click.argument("source", metavar="FILE|URL")
@click.option("--url", metavar="ADDRESS", help="Where a page read from a file was fetched.")
@click.option("--explain", is_flag=True, help="Say by what rule and where on the page each field was read.")
@click.option(
    "--gold", is_flag=True, help="Write the article beside NAME.html too, as the draft of its gold file NAME.json."
)
@click.option("--force", is_flag=True, help="With --gold: write over a gold file.")
@archive_option
def read(source: str, url: str | None, explain: bool, gold: bool, force: bool, archive: Path) -> None:  # noqa: ARG001
    """Read one page and print its article as JSON. Nothing is kept."""
    from crawler.single import draft_gold, explained, read_source  # noqa: PLC0415 - see crawl

    if force and not gold:
        raise BadInput("--force goes with --gold: nothing else is written.")
    article = read_source(source, url)
    draft = draft_gold(article, source, force=force) if gold else None
    click.echo(json.dumps(explained(article) if explain else article.to_dict(), ensure_ascii=False, indent=2))
    if draft:
        click.echo(
            f"{draft} is a draft: read every field against the page, and correct it, before you keep it.", err=True
        )


add_examples(main)

if __name__ == "__main__":
    main()
