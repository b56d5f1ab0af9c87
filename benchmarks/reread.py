"""How fast stored captures are read again: against one loop that only iterates the WARC files and parses with lxml.

    python benchmarks/reread.py WARC-OR-ARCHIVE [--rounds N] [--copies N]

A WARC file is imported into a temporary archive first, so many times over, each copy under a host of its own: with a few
hundred pages, the half a second that a process takes to start would be most of its work. All figures are of one run on one
machine; what counts is their ratios: one process should reach 0.3 of the pages a second of the loop, two 0.5, and two 1.5
times one.
"""

import argparse
import io
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from lxml import html
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from archive import Archive
from archive.records import warc_files
from archive.reread import reread
from crawler.again.imports import Wanted, import_files, portal_by_host
from crawler.again.readers import Readers

FLOORS = {"one / loop": 0.3, "two / loop": 0.5, "two / one": 1.5}


def loop(folder: Path) -> int:
    """Every response is opened by warcio, unpacked, and parsed by lxml; nothing is done with it."""
    pages = 0
    for path in warc_files(folder):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type == "response" and (body := record.content_stream().read().strip()):
                    html.document_fromstring(body)
                    pages += 1
    return pages


def again(folder: Path, jobs: int) -> int:
    with Archive(folder) as archive:
        return reread(archive, Readers(folder, jobs), dry_run=False).captures


def rate(work: Callable[[], int]) -> float:
    began = time.perf_counter()
    return work() / (time.perf_counter() - began)


def measure(folder: Path, rounds: int) -> dict[str, float]:
    """Pages a second; the rounds take turns, so that a busy machine slows all of them alike. The best round counts."""
    works = {"loop": lambda: loop(folder), "one": lambda: again(folder, 1), "two": lambda: again(folder, 2)}
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            found[name].append(rate(work))
    return {name: max(rates) for name, rates in found.items()}


def archive_of(place: Path, scratch: Path, copies: int) -> Path:
    if place.is_dir():
        return place
    for number in range(copies):
        copy = scratch / f"{number}.warc.gz"
        with copy.open("wb") as file:
            write_copy(place, file, number)
        import_files(scratch / "archive", "warc", [copy], Wanted(portal_by_host))
    return scratch / "archive"


def write_copy(place: Path, file: BinaryIO, number: int) -> None:
    """The responses of a WARC file under another host, each told apart by a comment at its end."""
    writer = WARCWriter(file)
    with place.open("rb") as source:
        for record in ArchiveIterator(source):
            if record.rec_type == "response":
                url = record.rec_headers.get_header("WARC-Target-URI").replace("://", f"://c{number}.", 1)
                body = io.BytesIO(record.content_stream().read() + b"<!-- %d -->" % number)
                headers = {"WARC-Date": record.rec_headers.get_header("WARC-Date")}
                writer.write_record(
                    writer.create_warc_record(
                        url, "response", payload=body, http_headers=record.http_headers, warc_headers_dict=headers
                    )
                )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("place", type=Path, help="a WARC file, or an archive")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--copies", type=int, default=12)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        rates = measure(archive_of(asked.place, Path(scratch), asked.copies), asked.rounds)
    print(f"{os.cpu_count()} processors; pages a second: " + ", ".join(f"{n} {r:.0f}" for n, r in rates.items()))
    for ratio, floor in FLOORS.items():
        over, under = ratio.split(" / ")
        reached = rates[over] / rates[under]
        print(f"{ratio}: {reached:.2f} (at least {floor}: {'yes' if reached >= floor else 'NO'})")


if __name__ == "__main__":
    main()
