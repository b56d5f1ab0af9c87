"""What a search costs beside the bare full-text query, on an archive of made-up articles of real length.

    python benchmarks/search.py [--articles N] [--rounds N] [--archive DIR [--real]] [--json FILE]

The bare query is `SELECT rowid … MATCH … ORDER BY rank LIMIT 20` with the same expression, on the same file, in turns with the others;
what counts is the processor's time, so that a machine busy with other things waits for none of them. *list* is a page of hits with their
snippets; *page* the search page as the reading room makes it, of a search never made before: hits, count, facets, markup; *again* the page
after it; *deep* the last one; *written* what the first search after something was written adds, because the columns of the facets are read
anew. The target: a page within 1.3 times the bare query plus CONSTANT. `--archive` measures one that is there, with `--real` by the
queries of REAL. What is made here is gone at the end.
"""

import asyncio
import json
import os
import platform
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path

import click
import httpx

from archive import Archive
from archive.room.application import ReadingRoom
from archive.search import Filters, scope
from archive.vietnamese import folded, spellings

TIMES = 1.3  # the bare query's time
CONSTANT = 0.2  # seconds of the processor, for 100,000 articles: less than counting their facets once takes
WORDS = 480  # of a body; those of the real portal have 470
QUERIES = {
    "broad, plain": "nam",
    "broad, two words": "nam dinh",
    "with diacritics": "Định",
    "rare": "quyển",
    "rare, two words": "quyen nghieng",
    "phrase": '"nam dinh"',
    "mixed phrase": '"nam Định"',
    "or, without": "(bão OR lụt) -nam",
    "without alone": "-nam",
    "in a field": "title:nam",
    "beginning": "ngh*",
    "long": "nam dinh thong xe cau moi qua song dao sau ba nam thi cong",
}
REAL = {"broad": "ha noi", "rare": "sách", "phrase": '"ha noi"', "mixed phrase": '"so Thông tin"', "or": "bão OR covid"}
_FIRST = "của nam và các định công trong tỉnh cho có với được xã thành phố sông đào bão lụt cầu xe mới qua ba thông thi sau".split()
_HEADS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split()
_RIMES = "a an ang anh ao ai am ay au e en eo em i inh in im ia iêu iên iêng o on ong oi om oa oan u un ung uôn uyên ươi ương ư ông".split()
_SOURCES = [None, "Báo Nam Định", "TTXVN", "namdinh.gov.vn", *(f"Sở số {n}" for n in range(40))]
_SECTIONS = ["Kinh tế", "Văn hóa", "Xã hội", *(f"Mục {n}" for n in range(20))]


def vocabulary() -> list[str]:
    """Syllables, the commonest first: those of news, then whatever can be spelt."""
    told = dict.fromkeys(_FIRST)
    others = [way for head in _HEADS for rime in _RIMES for way in spellings(_plain(head + rime))[:18]]
    random.Random(1).shuffle(others)
    return list(told | dict.fromkeys(others[:6000]) | dict.fromkeys(("quyển", "nghiêng")))


def _plain(text: str) -> str:
    return folded(text).partition("\n")[0]


def articles(number: int) -> Iterator[dict[str, object]]:
    chance, words = random.Random(2), vocabulary()
    weights = list(accumulate(1 / (rank + 8) for rank in range(len(words))))
    sentences = [" ".join(chance.choices(words, cum_weights=weights, k=20)).capitalize() + "." for _ in range(60_000)]
    authors = [None, *(" ".join(chance.choices(words, k=3)).title() for _ in range(800))]
    for at in range(1, number + 1):
        body = "\n\n".join(" ".join(chance.choices(sentences, k=4)) for _ in range(WORDS // 80))
        title = " ".join(chance.choices(words, cum_weights=weights, k=12)).capitalize()
        lead, caption = chance.choice(sentences), chance.choice(sentences)
        author, source = chance.choice(authors), chance.choice(_SOURCES)
        day = f"{2008 + at * 16 // (number + 1)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T08:00:00+07:00"
        yield {
            "id": at, "url": f"http://cong.example/tin/{at}.html", "portal": f"cong{at % 3}",
            "section": chance.choice(_SECTIONS), "title": title, "published_at": day, "lead": lead, "body": body,
            "body_html": "", "captions": caption, "author": author, "source": source, "revision": 1, "capture_id": 1,
            "layout": "made up", "first_seen_at": day, "last_seen_at": day,
            "folded": folded(title, lead, body, caption, author, source),
        }  # fmt: skip


def make(folder: Path, number: int) -> None:
    """The rows of an archive without its bytes: enough to search in."""
    with Archive(folder, create=True) as archive:
        conn = archive.db.conn
        conn.execute("PRAGMA foreign_keys = OFF")
        triggers = conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            conn.execute(f"DROP TRIGGER {name}")
        with conn:
            conn.execute("BEGIN")
            rows = articles(number)
            first = next(rows)
            insert = f"INSERT INTO articles ({', '.join(first)}) VALUES ({', '.join(f':{name}' for name in first)})"
            conn.execute(insert, first)
            conn.executemany(insert, rows)
            conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
        for _, sql in triggers:
            conn.execute(sql)


@dataclass
class Cost:
    """Milliseconds of the processor, medians. `ratio`: the page, less CONSTANT, beside the bare query."""

    name: str
    query: str
    found: int
    bare: float
    list: float
    page: float
    again: float
    deep: float
    written: float

    @property
    def ratio(self) -> float:
        return max(self.page - 1000 * CONSTANT, 0) / self.bare

    def __str__(self) -> str:
        figures = (
            f"{self.bare:8.1f} {self.list:8.1f} {self.page:8.1f} {self.again:8.1f} {self.deep:8.1f} {self.written:8.1f}"
        )
        raw, judged = self.page / self.bare, "met" if self.ratio <= TIMES else "MISSED"
        return f"{self.name:18} {self.found:7}  {figures}   {raw:7.2f} {self.ratio:6.2f} {judged}"


def spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


class Desk:
    """A reading room asked without a network, and its database asked directly."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._loop = folder, asyncio.new_event_loop()
        self._archive = Archive(folder)
        self._plain = sqlite3.connect(folder / "archive.db")
        self._room = ReadingRoom(folder)
        transport = httpx.ASGITransport(app=self._room.app())
        self._client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=60)

    def bare(self, query: str) -> int:
        chosen = scope(self._archive.db.conn, query, Filters())
        ordered = "ORDER BY rank" if chosen.ranked else "ORDER BY rowid"
        sql = f"SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? {ordered} LIMIT 20"
        return len(self._plain.execute(sql, (chosen.values["match"],)).fetchall())

    def listed(self, query: str) -> int:
        return len(self._archive.search(query, limit=20))

    def page(self, query: str, page: int = 1) -> int:
        answer = self._loop.run_until_complete(self._client.get("/", params={"q": query, "page": page}))
        answer.raise_for_status()
        return len(answer.text)

    def cost(self, name: str, query: str, rounds: int) -> Cost:
        found = self._archive.count(query)
        last = max(-(-found // 20), 1)
        works: dict[str, Callable[[], object]] = {
            "bare": lambda: self.bare(query),
            "list": lambda: self.listed(query),
            "page": lambda: self.page(query),
            "again": lambda: self.page(query, min(2, last)),
            "deep": lambda: self.page(query, last),
        }
        times: dict[str, list[float]] = {work: [] for work in ("written", *works)}
        for _ in range(rounds + 1):  # the first warms up
            self._room.forget()
            times["written"].append(spent(lambda: self.page("zzz")))
            for work, run in works.items():
                times[work].append(spent(run))
        return Cost(name, query, found, **{work: statistics.median(each[1:]) for work, each in times.items()})


def machine() -> str:
    return f"{os.cpu_count()} cores {platform.machine()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"


@click.command()
@click.option("--articles", "number", type=click.IntRange(min=100), default=100_000, show_default=True)
@click.option("--rounds", type=click.IntRange(min=1), default=5, show_default=True)
@click.option("--archive", "folder", type=click.Path(path_type=Path), help="Measure this archive.")
@click.option("--real", is_flag=True, help="Ask it the queries of REAL.")
@click.option("--json", "path", type=click.Path(path_type=Path), help="Write the figures here too.")
def main(*, number: int, rounds: int, folder: Path | None, real: bool, path: Path | None) -> None:
    """Time searches beside the bare full-text query."""
    with tempfile.TemporaryDirectory() as scratch:
        if folder is None:
            make(Path(scratch) / "archive", number)
        desk = Desk(folder or Path(scratch) / "archive")
        click.echo(f"{machine()}; milliseconds of the processor, constant {1000 * CONSTANT:.0f}")
        click.echo(
            "                     found      bare     list     page    again     deep  written  page/bare less constant"
        )
        queries = REAL if real else QUERIES
        costs = []
        for name, query in queries.items():
            costs.append(desk.cost(name, query, rounds))
            click.echo(str(costs[-1]))
    if path:
        figures = {"machine": machine(), "constant": CONSTANT, "costs": [asdict(c) | {"ratio": c.ratio} for c in costs]}
        path.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
