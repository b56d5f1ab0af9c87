"""Whether re-reading is as fast at the end of a large archive as at its beginning, and no larger.

    python benchmarks/corpus.py [--captures N] [--jobs N] [--json FILE]

Makes a WARC archive of made-up articles in a temporary folder, rebuilds its database, re-reads all of it, and prints for each tenth the
pages a second and the resident memory of the writing process. The folder is gone at the end; a million captures want about 20 GB of it.
"""

import json
import os
import random
import resource
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import click

from archive import Archive
from archive.models import Exchange, Provenance
from archive.reread import reread
from archive.warc import WarcWriter
from crawler.again.readers import Readers
from crawler.again.rebuild import rebuild

WORDS = (
    "xã làm đường giao thông nông thôn nạo vét kênh mương trồng cây vụ đông giữ vệ sinh môi trường bà con đồng lòng góp sức"
    " Nam Định Hải Hậu Giao Thủy sông"
).split()
PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head><body>
<ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/tin">Tin tức</a></li></ul><article><h1>{title}</h1>
<div class="date">{day}</div><div class="content">{text}</div></article><footer>Cơ quan chủ quản: Sở Thông tin</footer></body></html>"""


def make(folder: Path, captures: int) -> None:
    """The WARC files of a crawl of so many articles, written without waiting for the disk."""
    chance, start = random.Random(6), datetime(2020, 1, 1, tzinfo=UTC)
    paragraphs = [f"<p>{' '.join(chance.choices(WORDS, k=60)).capitalize()}.</p>" for _ in range(5000)]
    about = Provenance("nghin.vn", "article", "Tin tức")
    with patch("os.fsync"), closing(WarcWriter(folder, "nghin.vn", {"software": "congtin benchmarks"})) as writer:
        for n in range(captures):
            at = start + timedelta(minutes=n)
            title = f"Bài số {n}: {' '.join(chance.choices(WORDS, k=8))}"
            text = "".join(chance.choices(paragraphs, k=8)).replace("</p>", f" ({n}).</p>", 1)
            page = PAGE.format(title=title, day=f"{at:%d/%m/%Y %H:%M}", text=text).encode()
            headers = [("Content-Type", "text/html; charset=utf-8")]
            writer.write(Exchange(f"https://nghin.vn/tin/bai-{n}.html", "GET", [], 200, "OK", headers, page, at), about)


def resident() -> float:
    """Mebibytes."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / (1 << 20)


def tenths(folder: Path, captures: int, jobs: int) -> list[tuple[float, float]]:
    """Pages a second and resident memory, tenth by tenth."""
    found: list[tuple[float, float]] = []
    state = [0, time.perf_counter()]

    def tell(report) -> None:
        if report.articles >= (len(found) + 1) * captures // 10:
            now = time.perf_counter()
            found.append(((report.articles - state[0]) / (now - state[1]), resident()))
            state[:] = [report.articles, now]

    with Archive(folder) as archive:
        report = reread(archive, Readers(folder, jobs), tell=tell)
    assert (report.articles, report.changed, report.failed) == (captures, 0, 0), report.to_dict()
    return found


@click.command()
@click.option("--captures", type=click.IntRange(min=100), default=20_000, show_default=True)
@click.option("--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, show_default=True)
@click.option("--json", "path", type=click.Path(path_type=Path), help="Write the figures here too.")
def main(*, captures: int, jobs: int, path: Path | None) -> None:
    """Re-read a large archive, tenth by tenth."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "archive"
        folder.mkdir()
        began = time.perf_counter()
        make(folder, captures)
        size = sum(file.stat().st_size for file in (folder / "warc").iterdir())
        click.echo(f"{captures} captures, {size / 1e6:.0f} MB of WARC, made in {time.perf_counter() - began:.0f} s")
        began = time.perf_counter()
        rebuild(folder, jobs=jobs)
        click.echo(
            f"rebuilt in {time.perf_counter() - began:.0f} s; the database has {(folder / 'archive.db').stat().st_size / 1e6:.0f} MB"
        )
        found = tenths(folder, captures, jobs)
    for number, (rate, memory) in enumerate(found, 1):
        click.echo(f"tenth {number:2}: {rate:6.0f} pages a second, {memory:5.0f} MiB")
    click.echo(
        f"last / first: {found[-1][0] / found[0][0]:.2f} of the speed, {found[-1][1] / found[0][1]:.2f} of the memory; {jobs} processes"
    )
    if path:
        path.write_text(json.dumps({"captures": captures, "jobs": jobs, "tenths": found}) + "\n", "utf-8")


if __name__ == "__main__":
    main()
