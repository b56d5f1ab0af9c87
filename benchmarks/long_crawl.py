"""One long crawl: whether a page costs as much at its end as at its beginning, in time, in what is written, and in memory.

    python benchmarks/long_crawl.py [--articles 20000] [--json FILE]

Crawls a made portal on loopback (listings of twenty, short articles) into a new archive and looks at the process at every twentieth of
the way: processor time, bytes written, resident memory. What counts are the ratios of the last tenth to the second (the first holds the
start of the process). Linux only: it reads /proc.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from crawl import serve

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Look:
    """What the crawl's process has used so far."""

    pages: int
    seconds: float  # of the processor
    written: int  # bytes
    memory: int  # KiB, resident


def look(pid: int, pages: int) -> Look:
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    io = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
    memory = next(
        line.split()[1] for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")
    )
    return Look(pages, (int(stat[11]) + int(stat[12])) / TICKS, int(io["wchar"]), int(memory))


def kept(archive: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{archive}/archive.db?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])
    except sqlite3.OperationalError:  # not made yet
        return 0


def watch(command: list[str], archive: Path, articles: int) -> list[Look]:
    """A look at every twentieth of the way."""
    looks: list[Look] = []
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            pages = kept(archive)
            if pages >= len(looks) * articles // 20:
                looks.append(look(process.pid, pages))
                print(f"{pages:6} pages, {looks[-1].memory // 1024} MiB", file=sys.stderr)
            time.sleep(0.5)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return looks


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--articles", type=int, default=20_000)
    options.add_argument("--json", type=Path)
    asked = options.parse_args()
    server = serve(asked.articles, paragraphs=4)
    origin = f"http://127.0.0.1:{server.server_port}"
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "archive")
        script = str(Path(sys.executable).with_name("congtin"))
        command = [script, "crawl", f"{origin}/tin-tuc", "--delay", "0", "--no-images", "--archive", str(archive)]
        began = time.monotonic()
        looks = watch(command, archive, asked.articles)
        seconds, pages = time.monotonic() - began, kept(archive)
        again = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
    server.shutdown()
    early, late = (looks[2], looks[4]), (looks[-3], looks[-1])
    print(
        f"{pages} articles of {asked.articles} in {seconds:.0f} s; asked again: {json.loads(again.stdout)['portals'][0]['counts']}"
    )
    for name, value in (
        ("processor ms a page", lambda a, b: 1000 * (b.seconds - a.seconds)),
        ("KiB written a page", lambda a, b: (b.written - a.written) / 1024),
    ):
        first, last = (value(a, b) / (b.pages - a.pages) for a, b in (early, late))
        print(f"{name:20} {first:6.2f} early, {last:6.2f} late, ratio {last / first:.2f}")
    first, last = (b.memory / 1024 for _, b in (early, late))
    print(f"{'MiB resident':20} {first:6.1f} early, {last:6.1f} late, ratio {last / first:.2f}")
    if asked.json:
        asked.json.write_text(json.dumps([asdict(look) for look in looks], indent=1))


if __name__ == "__main__":
    main()
