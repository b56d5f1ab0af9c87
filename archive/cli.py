"""The command `congtin`. Whoever fetches or reads adds commands to `main`; an error becomes its sentence here alone."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import sqlite3
import sys
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from math import isfinite
from pathlib import Path
from threading import current_thread, main_thread
from time import perf_counter
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TypeVar

import click

from archive import cite, diff, export, facets, status, tables, taken
from archive.checks.problem import sqlite_says
from archive.errors import BadInput, Busy, CongtinError, Damaged, NotFound
from archive.export.output import progress
from archive.query import parse
from archive.search import Filters
from archive.store import Archive
from archive.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
R = TypeVar("R")
INTERRUPTED = 130
_MOST = 10**9  # of anything that is counted; SQLite's numbers end beyond it
_STEPS = 10_000  # of SQLite, between two looks at the clock


class Sentences(click.Group):
    """A group whose commands end in a sentence and an exit code, whatever goes wrong; `--debug` lets the traceback out."""

    def invoke(self, ctx: click.Context) -> Any:
        _have_streams()
        with _ended_like_interrupted():
            return self._invoke(ctx)

    def _invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if ctx.params.get("debug") or (isinstance(error, OSError) and error.errno == errno.EPIPE):
                raise
            _say(ctx, _sentence(error))
        except KeyboardInterrupt:
            _say(ctx, CongtinError("Interrupted."), INTERRUPTED)


def _have_streams() -> None:
    """Started without stdout or stderr (`>&-`), a program has none; and the next file that it opens takes that place."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - until the program ends


@contextmanager
def _ended_like_interrupted() -> Iterator[None]:
    """SIGTERM, by which timers and shutdowns end a program, lets it clean up behind itself as Ctrl-C does."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _say(ctx: click.Context, error: CongtinError, exit_code: int | None = None) -> NoReturn:
    click.echo(str(error), err=True)
    ctx.exit(error.exit_code if exit_code is None else exit_code)


def _sentence(error: Exception) -> CongtinError:
    match error:
        case CongtinError():
            return error
        case sqlite3.OperationalError() if "locked" in str(error):
            return Busy("Another program is writing to the archive; try again when it is done.")
        case sqlite3.OperationalError():
            return CongtinError(f"SQLite could not use archive.db: {error}; look at the disk and its permissions.")
        case sqlite3.DatabaseError():
            return Damaged(f"archive.db is damaged: {error}; run `congtin verify` and put the file back from a copy.")
        case UnicodeEncodeError() if (
            error.reason == "surrogates not allowed"
        ):  # how Python keeps bytes that are no text
            return BadInput("An argument holds bytes that are no UTF-8; write it in UTF-8.")
        case OSError():
            where = f": {error.filename}" if error.filename else ""
            return CongtinError(f"{error.strerror or error}{where}; look at the path and its permissions.")
    told = " ".join(f"{type(error).__name__}: {error}".split())
    return CongtinError(f"Unexpected error, {told}; run `congtin --debug …` again and report what it prints.")


@click.group(cls=Sentences)
@click.version_option(version("congtin"), prog_name="congtin")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(debug: bool) -> None:
    """Archives the news of Vietnamese provincial portals, and finds it again."""


def archive_option(command: Callable[P, R]) -> Callable[P, R]:
    """The option `--archive`, passed on as `archive: Path`. Every command has it, those too that need no archive."""
    return click.option(
        "--archive",
        type=click.Path(path_type=Path),
        envvar="CONGTIN_ARCHIVE",
        default="congtin-archive",
        show_default=True,
        show_envvar=True,
        help="The folder of the archive.",
    )(command)


class Seconds(click.FloatRange):
    """A number of seconds. Not a number (`nan`) is refused: it is below no bound and above none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        seconds = float(super().convert(value, param, ctx))
        if not isfinite(seconds):
            self.fail(f"{value!r} is no number of seconds.", param, ctx)
        return seconds


PAUSE = Seconds(min=0, max=3600)  # between two requests
_DAY = click.DateTime(formats=["%Y-%m-%d"])


def filter_options(command: Callable[P, R]) -> Callable[P, R]:
    """The filters of `search`, for every command that chooses articles."""
    for option in (
        click.option("--author", help="Who signed, as the signature or a part of it."),
        click.option("--section", help="The section it stood in."),
        click.option("--source", help="Whom the portal credits, like “Báo Nam Định” or TTXVN."),
        click.option("--portal", help="One portal only."),
        click.option("--to", "date_to", type=_DAY, metavar="DAY", help="Published on that day or before."),
        click.option("--from", "date_from", type=_DAY, metavar="DAY", help="Published on that day or after."),
    ):
        command = option(command)
    return command


@main.command(context_settings={"ignore_unknown_options": True})  # -word is a part of the query
@click.argument("query", nargs=-1, required=True)
@click.option("--format", "shape", type=click.Choice(list(tables.SHAPES)), default="table", show_default=True)
@click.option("--limit", type=click.IntRange(1, _MOST), default=20, show_default=True, help="At most so many articles.")
@click.option("--offset", type=click.IntRange(0, _MOST), default=0, help="Leave out so many of the best.")
@click.option("--count", "only_count", is_flag=True, help="Print only how many there are.")
@click.option("--facets", "only_facets", is_flag=True, help="Print only how many of which year, portal, section, …")
@click.option(
    "--timeout",
    type=Seconds(min=0.001),
    default=60.0,
    show_default=True,
    metavar="S",
    help="Give up after so many seconds.",
)
@filter_options
@archive_option
def search(
    query: tuple[str, ...],
    shape: str,
    limit: int,
    offset: int,
    only_count: bool,
    only_facets: bool,
    timeout: float,
    archive: Path,
    **filters: Any,
) -> None:
    """Find articles.

    Words typed without diacritics match any; "in quotes" a phrase; -word, OR, (…), title:word, word*.
    """
    typed, chosen = _typed(query), _days(filters)
    if parse(typed) is None:
        raise BadInput(f"The query {typed!r} has no word to look for; type at least one.")
    began = perf_counter()
    with Archive(archive) as store, _bounded(store, timeout):
        _can_have(store, chosen)
        if only_count:
            click.echo(store.count(typed, **chosen))
            return
        if only_facets:
            click.echo(facets.SHAPES[shape](facets.facets(store.db.conn, typed, Filters(**chosen))), nl=False)
            return
        hits = store.search(typed, limit=limit, offset=offset, **chosen)
        took = perf_counter() - began
        click.echo(tables.SHAPES[shape]([asdict(hit) for hit in hits]), nl=False)
        if shape == "table":
            _tell_of_more(store, typed, chosen, offset, len(hits), took)


@contextmanager
def _bounded(store: Archive, seconds: float) -> Iterator[None]:
    """Breaks a search off that takes too long. Raises BadInput."""
    until = perf_counter() + seconds
    store.db.conn.set_progress_handler(lambda: perf_counter() > until, _STEPS)
    try:
        yield
    except (
        sqlite3.DatabaseError
    ) as error:  # broken off inside the full-text index, SQLite says that something else is wrong
        if perf_counter() <= until or sqlite_says(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
        raise BadInput(
            f"The search took longer than {seconds:g} s; narrow it by a filter or a longer word, or give it more --timeout."
        ) from error
    finally:
        store.db.conn.set_progress_handler(None, 0)


def _typed(query: tuple[str, ...]) -> str:
    option = next((word for word in query if word.startswith("--")), None)
    if option is not None:
        raise click.NoSuchOption(option.partition("=")[0])
    return " ".join(query)


def _days(filters: dict[str, Any]) -> dict[str, Any]:
    days = {name: value.date() for name, value in filters.items() if isinstance(value, datetime)}
    if len(days) == 2 and days["date_from"] > days["date_to"]:
        raise BadInput(f"--from {days['date_from']} is later than --to {days['date_to']}; turn them round.")
    return filters | days


def _can_have(store: Archive, chosen: dict[str, Any]) -> None:
    """Raises NotFound where nothing can be found: in an archive without articles, or without the portal."""
    if store.db.conn.execute("SELECT 1 FROM articles LIMIT 1").fetchone() is None:
        raise NotFound(f"The archive {store.path} holds no article yet; `congtin crawl` fills it.")
    if chosen["portal"] is not None:
        status.portals_of(store, chosen["portal"])


def _tell_of_more(store: Archive, query: str, chosen: dict[str, Any], offset: int, shown: int, took: float) -> None:
    total = store.count(query, **chosen)
    if shown:
        rest = f"; --limit shows more, --offset {offset + shown} the next" if total > offset + shown else ""
        counted = f"{shown} of {total} {'article' if total == 1 else 'articles'}"
        click.echo(f"{counted} in {1000 * took:.0f} ms{rest}.")
    elif total:
        click.echo(f"No article matches {query!r} there.", err=True)
    else:
        _tell_of_none(store, query, chosen)


def _tell_of_none(store: Archive, query: str, chosen: dict[str, Any]) -> None:
    """Nothing was found: what the filters left out, and what may have been meant."""
    without = store.count(query) if any(value is not None for value in chosen.values()) else 0
    left = f" with these filters; without them {without} {'does' if without == 1 else 'do'}" if without else ""
    click.echo(f"No article matches {query!r}{left}.", err=True)
    meant = suggest(store.db.conn, query, Filters(**chosen))
    if meant:
        click.echo(f"Did you mean: {', '.join(meant)}", err=True)


class _Comparing(click.Command):
    """A command whose option `--diff` takes two numbers or, bare, means the last two versions."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--diff" in args:
            at = args.index("--diff") + 1
            if not all(_NUMBER.fullmatch(word) for word in args[at : at + 2]) or len(args) < at + 2:
                args[at:at] = ["-2", "-1"]
        return super().parse_args(ctx, args)


_NUMBER = re.compile(r"-?[0-9]{1,9}")


@main.command(cls=_Comparing)
@click.argument("id_or_url")
@click.option(
    "--diff",
    "versions",
    nargs=2,
    type=int,
    metavar="[A B]",
    help="What version B says otherwise than A, -1 being the last. [default: the last two]",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything that is known, as JSON.")
@archive_option
def show(id_or_url: str, versions: tuple[int, int] | None, as_json: bool, archive: Path) -> None:
    """One article: its text, pictures, documents, versions, the capture it was read from, and how to cite it."""
    with Archive(archive) as store:
        article = store.article(id_or_url)
        citation = cite.cite(store.db.conn, [article["id"]])
    if versions is not None:
        changed = diff.difference(article, *versions)
        told = json.dumps(changed.to_dict(), ensure_ascii=False, indent=2) + "\n" if as_json else diff.text(changed)
        click.echo(told, nl=False)
    elif as_json:
        shown = {name: value for name, value in article.items() if name != "folded"}
        shown |= {"body": article["body"].split("\n\n"), "citation": citation}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        click.echo(tables.article(article, citation), nl=False)


@main.command("copies")
@click.option("--all", "everything", is_flag=True, help="Compare every article again, not only what is new or changed.")
@click.option(
    "--by-source", "listed", is_flag=True, help="Find nothing; list what each source gave to each portal by year."
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@archive_option
def find_copies(everything: bool, listed: bool, as_json: bool, archive: Path) -> None:
    """Who took it from whom: find which articles were taken from which, by their text.

    Of two that are alike the one that is credited is the original, else the earlier one.
    """
    with Archive(archive) as store:
        if listed:
            if everything:
                raise BadInput("--by-source lists what was found; run `congtin copies --all` before it.")
            rows = taken.by_source(store.db.conn)
            click.echo(_json(rows) if as_json else taken.text_of_sources(rows), nl=False)
            return
        try:
            from archive import copies  # noqa: PLC0415 - numpy takes its time to import
        except ImportError as error:
            raise BadInput(
                "Comparing needs datasketch, which is not installed; `pip install 'congtin[copies]'`."
            ) from error
        with store.lock(), progress("Comparing") as tell:
            counts = copies.find(store.db.conn, everything=everything, tell=tell)
    told = f"{counts.looked_at} articles were new or changed; {counts.copies} copies are known.\n"
    click.echo(_json(asdict(counts)) if as_json else told, nl=False)


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


@main.command("status")
@click.option("--portal", help="One portal only.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@archive_option
def tell_status(portal: str | None, as_json: bool, archive: Path) -> None:
    """How the archive is doing: the last crawls, coverage by field, what is owed, what failed."""
    with Archive(archive) as store:
        report = status.status(store, portal)
    click.echo(json.dumps(report, ensure_ascii=False, indent=2) + "\n" if as_json else status.text(report), nl=False)


@main.command("cite")
@click.argument("ids", nargs=-1, required=True, metavar="ID|URL…")
@click.option("--style", type=click.Choice(list(cite.STYLES)), default="bibtex", show_default=True)
@click.option(
    "--version", "number", type=click.IntRange(1, _MOST), metavar="N", help="One article as it was in version N."
)
@archive_option
def tell_citations(ids: tuple[str, ...], style: str, number: int | None, archive: Path) -> None:
    """Cite articles, each with the capture that it was read from."""
    if number is not None and len(ids) > 1:
        raise BadInput("--version is of one article; name one alone.")
    with Archive(archive) as store:
        click.echo(cite.cite(store.db.conn, ids, style, number), nl=False)


@main.command("export", context_settings={"ignore_unknown_options": True})  # -word is a part of the query
@click.argument("query", nargs=-1)
@click.option("--format", "form", type=click.Choice(export.FORMATS), default="jsonl", show_default=True)
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE", help="Where to; a bag is a folder. [default: stdout]"
)
@click.option("--force", is_flag=True, help="Replace the file.")
@click.option("--bom", is_flag=True, help="Mark CSV as UTF-8 for Excel.")
@filter_options
@archive_option
def write_export(
    query: tuple[str, ...], form: str, output: Path | None, force: bool, bom: bool, archive: Path, **filters: Any
) -> None:
    """Take articles along: all of them, or those that a query and filters choose.

    A bag is the whole archive, for deposit.
    """
    typed, chosen = _typed(query), _days(filters)
    if query and parse(typed) is None:
        raise BadInput(f"The query {typed!r} has no word to look for; type at least one, or none for every article.")
    with Archive(archive) as store, progress("Exporting") as tell:
        _can_have(store, chosen)
        written = export.export(
            store, form, output, query=typed, filters=Filters(**chosen), force=force, bom=bom, tell=tell
        )
    if not written:
        click.echo("No article matches; the export is empty.", err=True)
    elif output:
        click.echo(f"{written} {'article' if written == 1 else 'articles'} in {output}.", err=True)


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="0 takes a free one.")
@archive_option
def serve(port: int, archive: Path) -> None:
    """Open the reading room: search, read, compare and cite in a browser, on this machine only."""
    from archive.room.serve import serve as run  # noqa: PLC0415 - Datasette takes its time to import

    run(archive, port)


if __name__ == "__main__":
    sys.exit(main())
