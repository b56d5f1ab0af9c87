"""Everything that is measured beside something else, in one run and one table.

    python benchmarks/all.py [--small] [--peers PYTHON] [--write FILE]

Reading beside trafilatura, newspaper4k and news-please on the golden pages; the crawl beside a bare Scrapy spider; search beside bare
FTS5; re-reading beside a loop that only iterates WARC records and parses them with lxml. `--peers` is the Python of an environment that has
the other readers; `--small` takes fewer articles and rounds, to see that it runs. Only ratios of one run mean anything.
"""

import base64
import io
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

sys.path.insert(0, str(Path(__file__).parents[1]))

from quality.corpus import FOLDERS, GoldPage, load
from quality.scores import FIELDS, page_scores, total

HERE = Path(__file__).parent
PEERS: dict[str, set[str]] = {
    "trafilatura": {"clock"},
    "newspaper4k": set(),
    "news-please": set(),
}  # and what they lack
HAVE = {"read", "title", "date", "clock", "text", "exact", "lead", "author"}  # what the peers have fields for
Row = tuple[str, ...]


def python(script: str, *words: str, interpreter: str = sys.executable, given: str = "") -> str:
    """What a script of this folder prints. Its failure is ours."""
    command = [interpreter, str(HERE / script), *words]
    env = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(command, input=given, capture_output=True, text=True, env=env, check=False)
    if done.returncode:
        raise click.ClickException(f"{script} {' '.join(words)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def lines_of(pages: Sequence[GoldPage]) -> str:
    told = ({"name": p.name, "url": p.url, "body": base64.b64encode(p.body).decode()} for p in pages)
    return "\n".join(map(json.dumps, told))


def scored(pages: Sequence[GoldPage], read: Mapping[str, Any], *, peer: str | None) -> dict[str, float]:
    """Scores by field. A peer's description is taken for a lead, but not for a part of its text, which has it already."""
    shares = []
    for page in pages:
        said = read[page.name]
        share = page_scores(said, page.article)
        if peer and said:
            bare = page_scores({**said, "lead": None}, page.article)
            share |= {field: bare[field] for field in ("text", "exact") if field in bare}
        shares.append({f: s for f, s in share.items() if f in HAVE - PEERS[peer]} if peer else share)
    return total(shares)


def reading(interpreter: str | None, rounds: int) -> list[Row]:
    pages = load("golden", FOLDERS["golden"]).pages
    given = lines_of(pages)
    found = {"congtin": json.loads(python("peers.py", "congtin", str(rounds), given=given))}
    for name in PEERS if interpreter else ():
        assert interpreter
        found[name] = json.loads(
            python("peers.py", name, str(max(1, rounds // 3)), interpreter=interpreter, given=given)
        )
    own = found["congtin"]["milliseconds"]
    rows: list[Row] = [("reader", *FIELDS, "ms a page", "times ours")]
    for name, told in found.items():
        scores = scored(pages, told["read"], peer=name if name in PEERS else None)
        figures = (f"{scores[field]:.2f}" if field in scores else "–" for field in FIELDS)
        rows.append(
            (f"{name} {told['version']}", *figures, f"{told['milliseconds']:.1f}", f"{told['milliseconds'] / own:.1f}")
        )
    return rows


def crawling(articles: int, rounds: int) -> list[Row]:
    told = json.loads(python("crawl.py", "--articles", str(articles), "--rounds", str(rounds), "--json"))
    return [
        (
            "pages a second",
            f"{told['congtin_pages_a_second']}",
            "bare Scrapy spider",
            f"{told['bare_pages_a_second']}",
            f"{told['ratio']}",
        )
    ]


def searching(articles: int, rounds: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "search.json"
        python("search.py", "--articles", str(articles), "--rounds", str(rounds), "--json", str(path))
        told = json.loads(path.read_text("utf-8"))
    return [
        (
            f"`{cost['query']}` ({cost['found']} found)",
            f"{cost['list']:.1f}",
            f"{cost['page']:.1f}",
            f"{cost['bare']:.1f}",
            f"{cost['list'] / cost['bare']:.2f}",
        )
        for cost in told["costs"]
    ]


def rereading(copies: int, rounds: int) -> list[Row]:
    import reread

    with tempfile.TemporaryDirectory() as scratch:
        warc = Path(scratch) / "golden.warc.gz"
        _warc(warc)
        rates = reread.measure(reread.archive_of(warc, Path(scratch), copies), rounds)
    return [
        (
            f"{name} process{'es' * (name == 'two')}",
            f"{rates[name]:.0f}",
            "warcio and lxml, one loop",
            f"{rates['loop']:.0f}",
            f"{rates[name] / rates['loop']:.2f}",
        )
        for name in ("one", "two")
    ]


def _warc(path: Path) -> None:
    with path.open("wb") as file:
        writer = WARCWriter(file)
        for page in load("golden", FOLDERS["golden"]).pages:
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                page.url, "response", payload=io.BytesIO(page.body), http_headers=headers
            )
            writer.write_record(record)


def table(rows: Sequence[Row]) -> str:
    """Rows as Markdown, the first its head."""
    head, *rest = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = (f"| {' | '.join(row)} |" for row in rest)
    return "\n".join([f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines])


def report(parts: Mapping[str, Sequence[Row]], about: str) -> str:
    """The page of the documentation. `parts`: reading (with its head), crawling, searching, rereading."""
    compared = ("", "ours", "beside", "theirs", "ours / theirs")
    found = ("query", "a page of hits, ms", "the room's page, ms", "bare FTS5, ms", "hits / bare")
    return f"""# Benchmarks

{about}

Made by `make bench`, which anyone can run (`make bench SMALL=1` to see that it does). All of it is one run on one machine, most of it in
milliseconds of the processor; **the ratios are what it says**, the figures themselves are of that machine.

## Reading

The golden pages of `tests/pages`, each reader through its documented interface, with the page's bytes (or their text, where it takes no
bytes) and its address. A score is the share that is right: of pages for title, date, clock, lead, author and source, `exact` being every
paragraph in its order; F1 of word 4-grams for text; F1 of pairs for captions, credits and attachments; `read` the pages that were not given
up. A peer's description is taken for its lead, and a dash stands where it has no such field.

**The pages were written for this project, quirk by quirk: they show what the others were not made for**, and our own 1.00 says only that
nothing has broken. How the reader does where every class and id is made meaningless, `make quality` tells.

{table(parts["reading"])}

## The crawl

A portal on loopback, crawled without pause; the bare spider follows the same links and keeps nothing.

{table([compared, *parts["crawling"]])}

## Search

Made-up articles of real length; medians.

{table([found, *parts["searching"]])}

## Re-reading

Stored captures opened, checked, read and compared with what is kept, pages a second, beside a loop that only opens and parses them.
The golden pages are small and made of quirks; on the pages of a real portal the share is two to three times as large (docs/operating.md).

{table([compared, *parts["rereading"]])}
"""


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    python_told = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores {platform.machine()}, {memory:.0f} GB, {platform.system()}, {python_told}"


@click.command()
@click.option("--small", is_flag=True, help="Few articles and rounds: to see that it runs.")
@click.option(
    "--peers", "interpreter", metavar="PYTHON", help="The Python that has the other readers; none are run without."
)
@click.option("--write", "path", type=click.Path(path_type=Path), metavar="FILE", help="Write the page there too.")
def main(*, small: bool, interpreter: str | None, path: Path | None) -> None:
    """Measure everything, and print one page."""
    steps = {
        "reading": lambda: reading(interpreter, 1 if small else 9),
        "crawling": lambda: crawling(60 if small else 400, 1 if small else 3),
        "searching": lambda: searching(500 if small else 100_000, 1 if small else 3),
        "rereading": lambda: rereading(1 if small else 30, 1 if small else 3),
    }
    parts = {}
    for name, step in steps.items():
        click.echo(f"{name} …", err=True)
        parts[name] = step()
    day = datetime.now(UTC).date().isoformat()
    size = " A small run: its figures mean nothing." if small else ""
    page = report(parts, f"Measured on {day}: {machine()}.{size}")
    click.echo(page)
    if path:
        path.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
