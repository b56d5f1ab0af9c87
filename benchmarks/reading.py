"""What it costs to read a page, beside what lxml takes to parse it and what trafilatura takes to extract its text.

    python benchmarks/reading.py [--rounds N] [--quick] [--json FILE]

All of it in one run: in every round each page goes through each reader in turn, and what counts is the processor's time, so that a machine
busy with other things is busy for all of them and waits for none. A ratio is that of a round's sums over all pages; what is told is the
median over the rounds, with the middle half beside it. lxml is given the page's bytes, its quickest way; given the decoded text, as most
readers do, it takes the longer time that the last ratio tells.
Pages: those of quality/ (the real ones where they are, else the golden ones of the tests).
"""

import copy
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

import click
import trafilatura
from lxml import etree, html

from crawler import reading
from crawler.reading.conventions.addresses import absolute
from crawler.reading.conventions.bylines import parse_byline
from crawler.reading.conventions.text import _lettered
from quality.corpus import FOLDERS, GoldPage, load, scrambled

Contestant = Callable[[bytes, str], object]
Pages = Sequence[tuple[str, bytes, str]]  # (name, body, address)
MEGABYTE = 1_000_000
SIZES = (0.5, 1, 2, 5)  # MB
STEADY = 2.0  # how much more a byte of the largest page may cost than one of the cheapest


def read(body: bytes, url: str) -> reading.Article:
    """As if the page were the first: the addresses and lines that are remembered from page to page are forgotten."""
    for remembered in (absolute, parse_byline, _lettered):
        remembered.cache_clear()
    return reading.read(body, url)


def read_and_sanitise(body: bytes, url: str) -> str:
    """What the archive wants of a page: the fields and the markup made harmless."""
    return read(body, url).body_html


def lxml_parse(body: bytes, _url: str) -> object:
    return html.document_fromstring(body)


def lxml_parse_text(body: bytes, _url: str) -> object:
    return html.document_fromstring(body.decode("utf-8", "replace"))


def trafilatura_extract(body: bytes, url: str) -> object:
    return trafilatura.bare_extraction(body, url=url, with_metadata=True, include_comments=False, include_tables=True)


@dataclass
class Ratio:
    """How many times as long as another one reader takes. `target`: the most that it may be, if anything was asked."""

    name: str
    pages: int
    target: float | None
    ratio: float
    quartiles: tuple[float, float]
    milliseconds: tuple[float, float]  # a page: this reader, the other
    worst: tuple[str, float]  # page and its ratio

    def __str__(self) -> str:
        low, high = self.quartiles
        own, other = self.milliseconds
        asked = (
            "" if self.target is None else f"target {self.target:<3} {'met' if self.ratio <= self.target else 'MISSED'}"
        )
        return (
            f"{self.name:42} {self.ratio:6.2f}  ({low:.2f}-{high:.2f})  {asked:17}  "
            f"{own:.2f} ms beside {other:.2f} ms on {self.pages} pages, worst {self.worst[1]:.1f} on {self.worst[0]}"
        )


@dataclass
class Growth:
    """Milliseconds a megabyte on a page grown to each size of `sizes` (MB), and how many times lxml's time that is."""

    name: str
    milliseconds: list[float]
    ratios: list[float]
    sizes: Sequence[float] = SIZES
    factor: float = field(init=False)

    def __post_init__(self) -> None:
        self.factor = self.milliseconds[-1] / min(self.milliseconds)

    def __str__(self) -> str:
        costs = "  ".join(
            f"{size} MB: {cost:.0f} ({ratio:.1f})"
            for size, cost, ratio in zip(self.sizes, self.milliseconds, self.ratios, strict=True)
        )
        return (
            f"{self.name:42} {costs}  factor {self.factor:.2f}  {'linear' if self.factor <= STEADY else 'NOT LINEAR'}"
        )


def seconds(contestant: Contestant, body: bytes, url: str) -> float:
    start = time.thread_time()
    contestant(body, url)
    return time.thread_time() - start


def rounds_of(
    pages: Sequence[tuple[bytes, str]], contestants: Sequence[Contestant], rounds: int
) -> list[list[list[float]]]:
    """Seconds by round, page and contestant. One more round goes before, to warm up."""
    every = [[[seconds(c, body, url) for c in contestants] for body, url in pages] for _ in range(rounds + 1)]
    return every[1:]


def compare(name: str, pair: tuple[Contestant, Contestant], target: float | None, pages: Pages, rounds: int) -> Ratio:
    """The first of the pair beside the second."""
    found = rounds_of([(body, url) for _, body, url in pages], pair, rounds)
    sums = [[sum(page[i] for page in one) for i in (0, 1)] for one in found]
    ratios = [own / other for own, other in sums]
    low, _, high = statistics.quantiles(ratios, n=4)
    own, other = (1000 * statistics.median(column) / len(pages) for column in zip(*sums, strict=True))
    each = [statistics.median(one[i][0] / one[i][1] for one in found) for i in range(len(pages))]
    worst = max(zip(each, pages, strict=True))
    return Ratio(
        name, len(pages), target, statistics.median(ratios), (low, high), (own, other), (worst[1][0], worst[0])
    )


def grown_text(body: bytes, size: int) -> bytes:
    """The page with its article's paragraphs again and again, each copy with a number of its own, until it is of so many bytes."""
    root = html.document_fromstring(body)
    text = max(root.iter(), key=lambda e: len(e.findall("p")))
    paragraphs = text.findall("p")
    weight = sum(len(etree.tostring(p, encoding="utf-8")) for p in paragraphs)
    for number in range(max(0, size - len(body)) // weight):
        for at, paragraph in enumerate(paragraphs):
            again = copy.deepcopy(paragraph)
            again.text = f"{number + 2}.{at} {again.text or ''}"
            text.append(again)
    return etree.tostring(root, encoding="utf-8", method="html", doctype="<!DOCTYPE html>")


def grown_links(body: bytes, size: int) -> bytes:
    """The page with a list of other articles after everything else, until it is of so many bytes."""
    item = '<li><a href="/tin/{0}.html">Một tin khác trong ngày, tin thứ {0}</a> <span>{1:02d}/05/2023</span></li>\n'
    count = max(0, size - len(body)) // len(item.encode())
    items = "".join(item.format(n, n % 28 + 1) for n in range(count)).encode()
    head, end, rest = body.rpartition(b"</body>")
    return head + b"<ul>" + items + b"</ul>" + end + rest


def growth(
    page: GoldPage, grow: Callable[[bytes, int], bytes], change: Callable[[bytes], bytes], name: str, rounds: int
) -> Growth:
    bodies = [change(grow(page.body, int(size * MEGABYTE))) for size in SIZES]
    found = rounds_of([(b, page.url) for b in bodies], (read, lxml_parse), rounds)
    cost = [1000 * statistics.median(one[i][0] for one in found) / len(b) * MEGABYTE for i, b in enumerate(bodies)]
    ratios = [statistics.median(one[i][0] / one[i][1] for one in found) for i in range(len(bodies))]
    return Growth(name, cost, ratios)


def machine() -> str:
    return (
        f"{os.cpu_count()} cores {platform.machine()}, {platform.python_implementation()} {platform.python_version()}, "
        f"lxml {version('lxml')} on libxml2 {'.'.join(map(str, etree.LIBXML_VERSION))}, trafilatura {version('trafilatura')}"
    )


def ratios(pages: Sequence[GoldPage], rounds: int) -> list[Ratio]:
    sent = [(p.name, p.body, p.url) for p in pages if read(p.body, p.url).layout != "conventions"]
    changed = [(p.name, scrambled(p.body), p.url) for p in pages]
    few = max(2, rounds // 3)  # trafilatura takes its time
    return [
        compare("a layout claims the page / lxml parses it", (read, lxml_parse), 3, sent, rounds),
        compare("the same, its markup sanitised", (read_and_sanitise, lxml_parse), None, sent, rounds),
        compare("by conventions / lxml parses it", (read, lxml_parse), 6, changed, rounds),
        compare("a layout claims the page / trafilatura", (read, trafilatura_extract), 0.1, sent, few),
        compare("lxml parses text / lxml parses bytes", (lxml_parse_text, lxml_parse), None, sent, rounds),
    ]


def growths(pages: Sequence[GoldPage], rounds: int) -> list[Growth]:
    page = max(pages, key=lambda p: len(p.article["body"]))
    shapes = (("text", grown_text), ("links", grown_links))
    changes = (("as sent", bytes), ("by conventions", scrambled))
    return [growth(page, grow, change, f"{shape} {how}", rounds) for shape, grow in shapes for how, change in changes]


@click.command()
@click.option("--rounds", type=click.IntRange(min=2), default=21, show_default=True)
@click.option("--quick", is_flag=True, help="Leave the large pages out.")
@click.option("--json", "path", type=click.Path(path_type=Path), help="Write the figures here too.")
def main(*, rounds: int, quick: bool, path: Path | None) -> None:
    """Time the reader beside lxml and trafilatura."""
    name = next(name for name in ("real", "golden") if FOLDERS[name].is_dir())
    pages = load(name, FOLDERS[name]).pages
    click.echo(f"{name} pages, {rounds} rounds, {machine()}")
    found = ratios(pages, rounds)
    click.echo("\n".join(map(str, found)))
    grown = [] if quick else growths(pages, max(3, rounds // 5))
    if grown:
        click.echo("milliseconds a megabyte (times lxml's) on a page grown by its")
    click.echo("\n".join(map(str, grown)))
    if path:
        figures = {"pages": name, "rounds": rounds, "machine": machine()}
        figures |= {"ratios": [asdict(r) for r in found], "growth": [asdict(g) for g in grown]}
        path.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
