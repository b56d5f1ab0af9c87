"""A crawl that dies at any of its durable steps: what was kept stays, and the next crawl ends where an undisturbed one would.

A step is a system call that writes to the disk or makes what was written last: strace counts them and kills the process, or
lets the call fail, at the one that is asked for. By default a few steps; with $CONGTIN_SLOW every one of them, and 200 kills at random.
"""

import gzip
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from portal import Answer, article_page, html

from archive import Archive
from archive.verify import broken
from crawler.again.readers import Readers

SLOW = bool(os.environ.get("CONGTIN_SLOW"))
CALLS = "fsync,fdatasync,pwrite64,ftruncate,rename,unlink,write"
CRAWL = [sys.executable, "-W", "error", "-m", "crawler.cli", "crawl"]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("CONGTIN_")}
KILLS = 200 if SLOW else 3
TOLD = {
    "articles": "url, portal, section, title, published_at, published_raw, lead, body, body_html, captions, author, source, revision, gone_at",
    "revisions": "(SELECT url FROM articles WHERE id = article_id), revision, title, lead, body",
    "images": "(SELECT url FROM articles WHERE id = article_id), position, url, caption, credit, capture_id IS NULL",
    "links": "url, portal, section, state, last_error",
    "captures": "DISTINCT url, role, status, payload_digest",
    "articles_fts": "title, body",
}

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@pytest.fixture
def news(portal):
    """A listing of two pages, every article with a picture."""
    return with_pictures(portal, 2, a_page=1)


def with_pictures(portal, count, a_page):
    paths = portal.add_articles("/tin", count)
    for i, path in enumerate(paths):
        shown = f'<p align="center"><img src="/anh/{i}.png" width="400"></p><p align="center"><em>Phiên chợ sáng nay, bà con đến từ sớm</em></p>'
        portal.routes[path] = html(article_page(i, more=shown))
        portal.routes[f"/anh/{i}.png"] = Answer(b"\x89PNG\r\n\x1a\n" + str(i).encode() * 30, mime="image/png")
    portal.add_listing("/tin", paths, a_page=a_page)
    return f"{portal.origin}/tin"


def crawl(address, folder, *around):
    """A crawl in a process of its own, run under the command `around`."""
    command = [*around, *CRAWL, address, "--delay", "0", "--archive", str(folder)]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=600, check=False)


def under_strace(folder, inject=None):
    """strace: what it sees goes into a file beside the archive."""
    doing = ["-e", f"inject={inject}"] if inject else []
    return ["strace", "-f", "-qq", "-y", "-o", f"{folder}.log", "-e", f"trace={CALLS}", *doing]


def told(folder):
    """What an archive holds, without the ids and the times that differ from run to run."""
    with Archive(folder) as archive:
        asked = archive.db.conn.execute
        return {
            table: sorted(asked(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
            for table, columns in TOLD.items()
        }


def whole(folder):
    """What is broken in an archive; nothing for one that is whole."""
    with Archive(folder) as archive:
        found = list(broken(archive, Readers(folder)))
    for path in (folder / "warc").iterdir():
        found += [f"{path.name} was left open"] if path.suffix == ".open" else []
        with gzip.open(path) as members:  # raises for a torn one
            while members.read(1 << 20):
                pass
    return found


@pytest.fixture
def undisturbed(news, tmp_path):
    folder = tmp_path / "undisturbed"
    done = crawl(news, folder, *under_strace(folder))
    assert done.returncode == 0, done.stderr
    calls = Path(f"{folder}.log").read_text().splitlines()
    assert whole(folder) == []
    return told(folder), sum(f"{folder}/" in call for call in calls), len(calls)


@pytest.mark.parametrize("way", ["signal=KILL", "error=EIO", "error=ENOSPC"])
def test_every_step(way, news, undisturbed, tmp_path):
    expected, steps, everything = undisturbed
    assert steps > 100
    every = 1 if SLOW else 149
    numbers = range(1, everything + 1, every) if "KILL" in way else range(1, everything + 1, 5 * every)

    def survives(number):
        folder = tmp_path / f"step-{number}"
        died = crawl(news, folder, *under_strace(folder, f"{CALLS}:{way}:when={number}{'' if 'KILL' in way else '+'}"))
        if "KILL" in way:
            assert died.returncode in (-signal.SIGKILL, 0), (number, died.stderr)
        if not folder.exists() or not (folder / "archive.db").exists():
            shutil.rmtree(folder, ignore_errors=True)
        again = crawl(news, folder)
        assert again.returncode == 0, (number, again.returncode, again.stderr)
        assert told(folder) == expected, number
        assert whole(folder) == [], number
        shutil.rmtree(folder)
        return died.returncode != 0

    with ThreadPoolExecutor(2) as workers:
        died = list(workers.map(survives, numbers))
    print(
        f"\n{way}: {steps} of {everything} calls on the archive's files, tried at {len(died)}, {sum(died)} crawls died, all were made good"
    )
    assert sum(died) >= len(died) // 2


def test_every_step_of_the_crawl_that_makes_it_good(news, undisturbed, tmp_path):
    expected, _, everything = undisturbed
    torn = tmp_path / "torn"
    assert crawl(news, torn, *under_strace(torn, f"{CALLS}:signal=KILL:when={everything // 2}")).returncode
    numbers = range(1, everything // 2, 1 if SLOW else 99)

    def survives(number):
        folder = tmp_path / f"again-{number}"
        shutil.copytree(torn, folder)
        crawl(news, folder, *under_strace(folder, f"{CALLS}:signal=KILL:when={number}"))
        again = crawl(news, folder)
        assert again.returncode == 0, (number, again.returncode, again.stderr)
        assert told(folder) == expected, number
        assert whole(folder) == [], number
        shutil.rmtree(folder)

    with ThreadPoolExecutor(2) as workers:
        tried = len(list(workers.map(survives, numbers)))
    print(f"\nkilled again at {tried} of {everything // 2} calls, all were made good")


def test_kills_at_random(portal, tmp_path):
    count = 900 if SLOW else 30
    address = with_pictures(portal, count, a_page=10)
    once, folder = tmp_path / "once", tmp_path / "often"
    assert crawl(address, once).returncode == 0
    chance, kept = random.Random(20261124), []
    for _ in range(KILLS):
        with subprocess.Popen(
            [*CRAWL, address, "--delay", "0", "--archive", str(folder)],
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            time.sleep(chance.uniform(0.2, 2.0))
            process.kill()
        kept.append(kept_in(folder))
    assert kept == sorted(kept)  # what is kept stays
    done = crawl(address, folder)
    assert done.returncode == 0, done.stderr
    assert told(folder) == told(once)
    assert whole(folder) == []
    print(f"\n{KILLS} kills; articles kept after each tenth: {kept[:: max(1, KILLS // 10)]}; {count} in the end")


def kept_in(folder):
    path = folder / "archive.db"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        try:
            return connection.execute("SELECT count(*) FROM articles").fetchone()[0]
        except sqlite3.OperationalError:  # not yet made
            return 0
