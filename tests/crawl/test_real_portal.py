"""A real portal of 372 articles: crawled, crawled again, changed, crawled again. Only with $CONGTIN_SLOW: it takes minutes."""

import importlib.util
import os
import re
import shutil
import sqlite3
import sys
from collections import Counter
from contextlib import closing

import pytest
from portal import Answer, Portal

from archive import Archive

pytestmark = pytest.mark.skipif(not os.environ.get("CONGTIN_SLOW"), reason="takes minutes; $CONGTIN_SLOW is not set")
STARTS = (
    "/hoat-ong-ang-oan-the",
    "/en/thong-tin-bao-chi",
    "/phong-chong-dich-benh-covid-19",
    "/pho-sach-ha-noi",
    "/qlttps",
)
FIELDS = "url, portal, section, title, published_at, published_raw, lead, body, body_html, captions, author, author_role, source, source_raw, revision, layout, gone_at"
ITEM = re.compile(rb'<div class="asset-abstract.*?(?=<div class="asset-abstract)', re.DOTALL)
LINK = re.compile(rb"/-/view_content/(\d+)-([\w-]+)")
BODY = re.compile(rb'(<div class="journal-content-article"[^>]*>)')


class RealPortal(Portal):
    """The replayed portal, with a table of what changed."""

    def __init__(self, replay, warc) -> None:
        super().__init__()
        self.replay, self.archive = replay, replay.Archive(warc)
        self.changed: dict[str, Answer] = {}

    def answer(self, path: str, times: int) -> Answer:
        if path in self.changed:
            return self.changed[path]
        entry = self.archive.entries.get(self.replay.key(path))
        if entry is None:
            return super().answer(path, times)
        body = self.archive.body(entry, self.origin.encode())
        return Answer(body, entry.status, mime=dict(entry.headers).get("Content-Type", "text/html; charset=utf-8"))


@pytest.fixture
def real(shared):
    spec = importlib.util.spec_from_file_location("replay_server", shared / "portals" / "serve.py")
    sys.modules["replay_server"] = replay = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(replay)
    with RealPortal(replay, shared / "portals" / "sotttt-dev.warc.gz") as portal:
        yield portal


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "congtin-archive"


def kept(folder):
    with Archive(folder) as archive:
        return {row["url"]: row for row in archive.db.query(f"SELECT {FIELDS} FROM articles")}


def what(portal):
    """What was asked for, in kinds."""
    kinds = Counter()
    for path in portal.asked():
        kind = "article" if "/-/view_content/" in path else "robots" if path == "/robots.txt" else "picture or document"
        kinds["listing" if path.partition("?")[0] in STARTS else kind] += 1
    portal.log.clear()
    return kinds


def test_crawled_again_and_changed(real, congtin, folder):
    starts = [real.origin + path for path in STARTS]
    first = congtin("crawl", *starts, "--no-images")
    assert first.returncode == 0, first.stderr
    before = kept(folder)
    assert len(before) == 372
    print("\nfirst crawl:", dict(what(real)))

    second = congtin("crawl", *starts, "--no-images")
    assert second.returncode == 0, second.stderr
    asked = what(real)
    print("second crawl:", dict(asked))
    assert asked["article"] == 0
    assert asked["listing"] <= 2 * len(STARTS)
    assert kept(folder) == before

    edited, deleted, new = change(real, sorted(before))
    third = congtin("crawl", *starts, "--no-images", "--recheck")
    assert third.returncode == 3 and "absent 2" in third.stderr
    print("third crawl, all checked again:", dict(what(real)))
    after = kept(folder)
    assert {url for url in before if after[url] != before[url]} == edited
    assert all(after[url]["revision"] == 2 and "Đính chính của ban biên tập" in after[url]["body"] for url in edited)
    assert set(after) - set(before) == new

    with closing(sqlite3.connect(folder / "archive.db")) as connection, connection:  # the day passes
        connection.execute(
            "UPDATE links SET absent_at = strftime('%Y-%m-%dT%H:%M:%SZ', absent_at, '-2 days'), next_visit_at = absent_at WHERE absent_at IS NOT NULL"
        )
    fourth = congtin("crawl", *starts, "--no-images")
    assert fourth.returncode == 0, fourth.stderr
    print("fourth crawl, two days later:", dict(what(real)))
    assert {url for url, row in kept(folder).items() if row["gone_at"]} == deleted
    assert congtin("verify", "--jobs", "2").returncode == 0


def change(real, urls):
    """Three articles edited, two deleted, two inserted at the top of the first listing. The addresses of each."""
    origin = real.origin.encode()
    in_first = [url for url in urls if f"{STARTS[0]}/-/" in url]
    edited, deleted = set(in_first[10:40:10]), set(in_first[5:16:10])
    for url in edited | deleted:
        path = url.removeprefix(real.origin)
        body = real.answer(path, 0).body
        told = BODY.sub(rb"\1<p>" + "Đính chính của ban biên tập ngày 24/11.".encode() + b"</p>", body, count=1)
        assert url in deleted or told != body
        real.changed[path] = Answer(b"<h1>404</h1>", 404) if url in deleted else Answer(told)
    front = real.answer(STARTS[0], 0).body
    item = ITEM.search(front)
    number = LINK.search(item[0])[1]
    path = next(u for u in in_first if f"/{number.decode()}-" in u).removeprefix(real.origin)
    new, items = set(), b""
    for i in (1, 2):
        fresh = number + b"00%d" % i
        items += item[0].replace(number, fresh)
        address = path.replace(number.decode(), fresh.decode())
        real.changed[address] = Answer(real.answer(path, 0).body.replace(b"</p>", b" %d</p>" % i))
        new.add(real.origin + address)
    listing = Answer(front[: item.start()] + items + front[item.start() :])
    assert origin in listing.body
    real.changed[STARTS[0]] = listing
    for query in {p for p in real.archive.entries if p[0] == STARTS[0] and ("_101_cur", "1") in p[1]}:
        real.changed.update({p: listing for p in real.asked(STARTS[0]) if real.replay.key(p) == query})
    return edited, deleted, new


def test_rebuilt_and_reread(real, congtin, folder):
    assert congtin("crawl", *(real.origin + path for path in STARTS), "--no-images").returncode == 0
    before = kept(folder)
    for path in folder.glob("archive.db*"):
        path.unlink()
    assert congtin("rebuild", "--jobs", "2").returncode == 0
    assert kept(folder) == before
    with closing(sqlite3.connect(folder / "archive.db")) as connection, connection:
        connection.execute("UPDATE articles SET body = 'x', author = NULL, source = 'y' WHERE id % 7 = 0")
        spoilt = connection.execute("SELECT count(*) FROM articles WHERE id % 7 = 0").fetchone()[0]
    assert congtin("verify", "--jobs", "2").returncode == 7
    done = congtin("reread", "--jobs", "2")
    assert done.returncode == 0, done.stderr
    print(f"\n{spoilt} rows spoilt; reread said: {done.stdout.strip()}")
    assert kept(folder) == before
    assert congtin("verify", "--jobs", "2").returncode == 0
    shutil.rmtree(folder)
