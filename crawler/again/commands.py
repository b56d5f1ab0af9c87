"""`congtin verify`, `reread`, `rebuild` and `import`: what reads stored or foreign captures."""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from archive import Archive
from archive.cli import archive_option
from archive.errors import BadInput, Damaged, NotFound
from archive.records import warc_files
from crawler.console import Told

if TYPE_CHECKING:
    from crawler.again.pool import Workers

P = ParamSpec("P")
R = TypeVar("R")
EVERY = 30.0  # seconds between two lines of progress, off a terminal
FAILED = 3  # DESIGN §5: done, but some pages failed


def jobs_option(command: Callable[..., R]) -> Callable[..., R]:
    """The options `--jobs` and `--dask`, passed on together as `jobs: Workers`."""

    @wraps(command)
    def either(*args: Any, jobs: int, dask: str | None, **told: Any) -> R:
        from crawler.again.pool import Dask  # noqa: PLC0415 - search does without

        return command(*args, jobs=Dask(dask) if dask else jobs, **told)

    cluster = click.option("--dask", metavar="ADDRESS", help="Read on the Dask cluster whose scheduler is there.")
    processes = click.option(
        "--jobs",
        type=click.IntRange(min=1),
        default=os.cpu_count() or 1,
        show_default="one for each processor",
        metavar="N",
        help="Read in so many processes.",
    )
    return processes(cluster(either))


@click.command()
@click.option("--quick", is_flag=True, help="Compare rows and bytes, but do not read the pages again.")
@click.option("--json", "as_json", is_flag=True, help="Print what is broken as JSON.")
@jobs_option
@archive_option
def verify(quick: bool, as_json: bool, jobs: "Workers", archive: Path) -> None:
    """Check every promise that the archive makes, and print what is broken."""
    from archive.verify import Progress as Checked  # noqa: PLC0415 - so is reading, which takes a while to import
    from archive.verify import problems  # noqa: PLC0415

    with Archive(archive) as store, _shown("verified", _work(store)) as move:
        progress = Checked(tell=lambda checked: move(checked.articles + checked.bytes // _MEGABYTE))
        found = []
        for problem in problems(store, None if quick else _readers(archive, jobs), progress):
            found.append(problem._asdict())
            if not as_json:
                click.echo(problem.message)
        held = {table: store.db[table].count for table in ("captures", "articles")}
    if as_json:
        click.echo(json.dumps({"archive": str(archive), **held, "broken": found}, ensure_ascii=False, indent=2))
    if found:
        raise Damaged(f"The archive {archive} is damaged: {len(found)} promises broken, listed above.")
    if not as_json:
        click.echo(f"{archive} is whole: {held['captures']} captures, {held['articles']} articles.")


def warcs_option(command: Callable[..., R]) -> Callable[..., R]:
    """The option `--warcs`."""
    told = (
        "Where the readers find the WARC files, when not in the archive: a mounted folder or fsspec's address (s3://…)."
    )
    return click.option("--warcs", metavar="ADDRESS", help=told)(command)


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--to", "form", type=click.Choice(["parquet"]), help="Write a partitioned dataset instead, into --into.")
@click.option("--into", type=click.Path(path_type=Path), metavar="DIR", help="The new folder of the dataset.")
@jobs_option
@warcs_option
@archive_option
@click.pass_context
def reread(
    ctx: click.Context,
    /,
    dry_run: bool,
    as_json: bool,
    form: str | None,
    into: Path | None,
    jobs: "Workers",
    warcs: str | None,
    archive: Path,
) -> None:
    """Read the stored captures again with today's readers, and bring the articles into line.

    What an article says may change, and what its versions say; no version is added, since the bytes are the same.
    """
    from archive import dataset  # noqa: PLC0415 - see verify
    from archive.reread import reread as again  # noqa: PLC0415
    from crawler.again.told import of_reread  # noqa: PLC0415

    if (form is None) != (into is None) or (form and dry_run):
        raise BadInput("--to parquet and --into DIR go together, and --dry-run goes with neither.")
    with Archive(archive) as store, store.lock(), _shown("reread", store.db["articles"].count) as move:
        readers = _readers(archive, jobs, _place(warcs))
        if into:
            report = dataset.write(store, readers, into, lambda so_far: move(so_far.articles))
        else:
            report = again(store, readers, dry_run=dry_run, tell=lambda so_far: move(so_far.articles))
    told = {"archive": str(archive), "dry_run": dry_run, **report.to_dict()}
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else of_reread(report, dry_run=dry_run))
    for url, why in report.failures:
        click.echo(f"{url}: {why}.", err=True)
    ctx.exit(FAILED if report.failed else 0)


@click.command()
@click.option(
    "--into", type=click.Path(path_type=Path), metavar="DIR", help="Make a new archive there, with the same files."
)
@click.option("--force", is_flag=True, help="Also when some of the files are damaged, from what is left of them.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@jobs_option
@archive_option
@click.pass_context
def rebuild(
    ctx: click.Context, /, into: Path | None, force: bool, as_json: bool, jobs: "Workers", archive: Path
) -> None:
    """Make the database again from the WARC files alone.

    The old one stands until the new one is whole, and is kept as archive.db.old.
    """
    from crawler.again.rebuild import rebuild as again  # noqa: PLC0415 - see verify
    from crawler.again.told import of_rebuild  # noqa: PLC0415

    with _shown("rebuilt", None) as move:
        done = Counter[str]()

        def tell(count: int) -> None:
            done["all"] += count
            move(done["all"])

        report = again(archive, into=into, jobs=jobs, force=force, tell=tell)
    place = into or archive
    told = {"archive": str(place), **report.to_dict()}
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else of_rebuild(report, place))
    for broken in report.broken:
        click.echo(f"{broken}.", err=True)
    ctx.exit(Damaged.exit_code if report.broken else 0)


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DIR…")
@click.option("--dry-run", is_flag=True, help="Say what would be brought, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@jobs_option
@archive_option
def merge(folders: tuple[Path, ...], dry_run: bool, as_json: bool, jobs: "Workers", archive: Path) -> None:
    """Join archives made on other machines to this one, by their WARC files.

    The other archives stay as they are. What this one has already is not copied; where they share portals, an article becomes
    one, its versions in the order of their days.
    """
    from crawler.again.merge import merge as join  # noqa: PLC0415 - see verify

    with _shown("merged", None) as move:
        done = Counter[str]()

        def tell(count: int) -> None:
            done["all"] += count
            move(done["all"])

        report = join(archive, folders, jobs=jobs, dry=dry_run, tell=tell)
    if as_json:
        click.echo(json.dumps({"archive": str(archive), "dry_run": dry_run, **report.to_dict()}, indent=2))
        return
    would = "would be brought" if dry_run else "brought"
    click.echo(f"{report.files} WARC files, {report.size / _MEGABYTE:.1f} MB, {would} into {archive}.")
    if report.rebuilt:
        click.echo(
            "It holds " + ", ".join(f"{count} {table}" for table, count in report.rebuilt.counts.items()) + " now."
        )


@click.group("import")
def import_() -> None:
    """Articles from captures made elsewhere."""


def _importer(kind: str, told: str) -> click.Command:
    @click.command(kind, help=told)
    @click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
    @click.option("--portal", help="Keep it all under this portal's name. [default: each address by its host]")
    @click.option("--everything", is_flag=True, help="Copy listings, pictures, documents and other answers too.")
    @click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
    @jobs_option
    @archive_option
    @click.pass_context
    def command(
        ctx: click.Context,
        /,
        files: tuple[Path, ...],
        portal: str | None,
        everything: bool,
        as_json: bool,
        jobs: "Workers",
        archive: Path,
    ) -> None:
        from crawler.again.imports import Wanted, import_files, portal_by_host  # noqa: PLC0415 - see verify
        from crawler.again.told import of_import  # noqa: PLC0415

        wanted = Wanted((lambda _: portal) if portal else portal_by_host, everything)
        with _shown("imported", None) as move:
            report = import_files(
                archive, kind, files, wanted, name=portal or "import", jobs=jobs, tell=lambda now: move(now.done)
            )
        told = {"archive": str(archive), **report.to_dict()}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else of_import(report))
        for trouble in report.troubles:
            click.echo(f"{trouble}.", err=True)
        ctx.exit(FAILED if report.troubles else 0)

    return command


import_.add_command(
    _importer("warc", "Import WARC files: wget's, warcio's, browsertrix's; gzip or not, cut off or whole.")
)
import_.add_command(_importer("wacz", "Import WACZ files, as browsertrix and ArchiveWeb.page write them."))

_MEGABYTE = 1 << 20


def _place(address: str | None) -> str | None:
    """Where workers find WARC files, as fsspec names it."""
    if address is None or "://" in address:
        return address
    if not Path(address).is_dir():
        raise NotFound(
            f"{address} is no folder; --warcs names the folder of the WARC files, or an address like s3://…."
        )
    return Path(address).absolute().as_uri()


def _work(store: Archive) -> int:
    megabytes = sum(path.stat().st_size for path in warc_files(store.path)) // _MEGABYTE
    return int(store.db["articles"].count) + megabytes


def _readers(archive: Path, jobs: "Workers", warcs: str | None = None) -> Any:
    from crawler.again.readers import Readers  # noqa: PLC0415 - see verify

    return Readers(archive, jobs, warcs)


@contextmanager
def _shown(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, a line every while elsewhere; gives the function that moves it."""
    console = Told(stderr=True)
    if not console.is_terminal:
        yield _lines(what, total)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


def _lines(what: str, total: int | None) -> Callable[[int], None]:
    last = time.monotonic()

    def move(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            last = time.monotonic()
            click.echo(f"{what}: {done}" + (f" of {total}" if total else ""), err=True)

    return move
