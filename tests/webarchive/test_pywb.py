"""Against a real pywb, which holds a portal in three captures an article and what is in the way of them."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import Archive
from archive.verify import broken
from crawler.again.readers import Readers
from crawler.again.rebuild import rebuild

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SLOW = bool(os.environ.get("CONGTIN_SLOW"))
ARTICLES, KILLS = (200, 30) if SLOW else (12, 2)
START = datetime(2015, 3, 1, tzinfo=UTC)
HOST = "http://cucu.vn"


class Warc:
    """What someone's crawler wrote, by warcio."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._writer = WARCWriter(self._file, gzip=True)
        self._writer._create_temp_file = io.BytesIO

    def write(self, url: str, at: datetime, body: bytes, status: str = "200 OK", **headers: str) -> Any:
        told = [
            ("Content-Type", headers.pop("mime", "text/html; charset=utf-8")),
            ("Server", "IIS/6"),
            *headers.items(),
        ]
        about = {"WARC-Date": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
        record = self._writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(body),
            http_headers=StatusAndHeaders(status, told, protocol="HTTP/1.1"),
            warc_headers_dict=about,
        )
        self._writer.write_record(record)
        return record

    def repeat(self, original: Any, at: datetime) -> None:
        told = original.rec_headers.get_header
        record = self._writer.create_revisit_record(
            told("WARC-Target-URI"),
            told("WARC-Payload-Digest"),
            told("WARC-Target-URI"),
            told("WARC-Date"),
            http_headers=StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": f"{at:%Y-%m-%dT%H:%M:%SZ}"},
        )
        self._writer.write_record(record)

    def close(self) -> None:
        self._file.close()


def fill(path: Path, pages: Any, articles: int) -> None:
    """Three captures an article: as it was, the same again (by its bytes, or but for its furniture), and edited."""
    article, listing = pages
    warc = Warc(path)
    for n in range(articles):
        url, at, title = (
            f"{HOST}/tin/bai-so-{n}-{1000 + n}",
            START + timedelta(days=n),
            f"Bài số {n} về mùa màng năm nay",
        )
        first = warc.write(url, at, article(title, picture=f"/anh/{n}.jpg"))
        if n % 3:
            warc.write(url, at + timedelta(days=30), article(title, picture=f"/anh/{n}.jpg", views=n))
        else:
            warc.repeat(first, at + timedelta(days=30))
        warc.write(url, at + timedelta(days=400), article(title, "Tin được bổ sung.", picture=f"/anh/{n}.jpg"))
        warc.write(f"{HOST}/anh/{n}.jpg", at, b"\xff\xd8 anh %d" % n, mime="image/jpeg")
        if n % 5 == 0:
            warc.write(url, at + timedelta(days=900), b"khong con", "404 Not Found")
            warc.write(f"{HOST}/cu/{n}", at, b"", "302 Found", Location=url)
    links = [(f"/tin/bai-so-{n}-{1000 + n}", f"Bài số {n} về mùa màng năm nay") for n in range(articles)]
    for n in range(0, articles, 10):
        warc.write(f"{HOST}/tin", START + timedelta(days=n), listing(*links[n : n + 10]))
    leftover = article("Bài còn dấu của kho khác").replace(
        b"<body>",
        b"<body><!-- BEGIN WAYBACK TOOLBAR INSERT --><div id='wm-ipp-base'>12 Mar 2019</div>"
        b"<img src='https://web.archive.org/web/20190312010000im_/http://cucu.vn/logo.png'>",
    )
    warc.write(f"{HOST}/tin/con-dau-9001", START, leftover)
    warc.close()


@pytest.fixture
def server(pywb: Callable[[Path], str], tmp_path: Path, pages: Any) -> str:
    fill(tmp_path / "cu.warc.gz", pages, ARTICLES)
    return pywb(tmp_path / "cu.warc.gz") + "/cdx"


def start(server: str, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "crawler.cli", "import", "wayback", "cucu.vn", "--server", server]
    command += ["--delay", "0", "--json", "--archive", str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def held(folder: Path) -> int:
    """How many captures an archive has by now."""
    try:
        with closing(sqlite3.connect(f"file:{folder}/archive.db?mode=ro", uri=True)) as conn:
            return int(conn.execute("SELECT count(*) FROM captures").fetchone()[0])
    except sqlite3.Error:
        return 0


def test_a_portal_is_recovered_whole_and_however_often_it_is_killed(
    server: str, tmp_path: Path, everything: Callable[[Path], Any]
) -> None:
    whole, killed = tmp_path / "nguyen", tmp_path / "giet"
    out, err = (process := start(server, whole)).communicate(timeout=600)
    assert process.returncode == 0, err
    report = json.loads(out)
    listings = len(range(0, ARTICLES, 10))
    assert (report["refused"], report["differing"]) == (0, 0)
    assert report["new"] == ARTICLES + 1
    assert report["changed"] == ARTICLES
    # the first, one that differs in furniture, the edited one; the listings, the leftover, the pictures
    fetched = ARTICLES * 2 + sum(bool(n % 3) for n in range(ARTICLES)) + listings + 1 + ARTICLES
    assert report["requests"]["capture"] == fetched
    with Archive(whole) as archive:
        conn = archive.db.conn
        for n in range(ARTICLES):
            at = START + timedelta(days=n)
            days = [f"{at + timedelta(days=late):%Y-%m-%dT%H:%M:%SZ}" for late in (0, 400)]
            asked = conn.execute(
                "SELECT r.seen_at, a.first_seen_at, a.last_seen_at FROM revisions r JOIN articles a ON a.id = r.article_id"
                " WHERE a.url = ? ORDER BY r.revision",
                (f"{HOST}/tin/bai-so-{n}-{1000 + n}",),
            ).fetchall()
            assert asked == [(day, days[0], days[1]) for day in days]
        assert conn.execute("SELECT count(*) FROM images WHERE capture_id IS NOT NULL").fetchone() == (ARTICLES,)
        assert list(broken(archive, Readers(whole))) == []

    chance = random.Random(20261124)
    for _ in range(KILLS):
        process = start(server, killed)
        until = held(killed) + chance.randint(1, fetched // KILLS - 1)
        while held(killed) < until and process.poll() is None:
            time.sleep(chance.uniform(0.001, 0.02))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    assert held(killed) < held(whole)
    process = start(server, killed)
    _, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    assert everything(killed) == everything(whole)
    with Archive(killed) as archive:
        assert list(broken(archive, Readers(killed))) == []
    rebuild(killed, into=tmp_path / "lai")
    assert everything(tmp_path / "lai") == everything(killed)
