"""Searching, beside the bare FTS5 query of the same words: SELECT … MATCH … ORDER BY rank LIMIT 20.

    python benchmarks/search.py [--articles 100000] [--rounds 9] [--archive DIR] [--json FILE]

An archive of made articles of real length (words by Zipf's law, about 380 an article) stands on disk only while this runs; `--archive`
takes an existing one. For each kind of query: the bare query with its twenty rows; ours (ranked, with snippets); the same at page 50; all
of the reading room's search page (its count and facets too), the first time it is asked and again. Milliseconds are medians; in every
round each is asked once, in turns, so that the ratios are those of one run. The target is 1.3 times the bare query and a constant.
"""

import argparse
import itertools
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from sqlite3 import Connection

from archive import Archive
from archive.room.application import ReadingRoom
from archive.room.asked import Asked
from archive.room.searching import PER_PAGE, _results
from archive.search import Filters, count, search
from archive.vietnamese import folded

TARGET, CONSTANT = 1.3, 20  # times, milliseconds
SYLLABLES = """
xã hội nghị tỉnh ủy huyện nông dân sản xuất vụ mùa lúa gạo kinh tế phát triển đường giao thông trường học sinh giáo viên y tế bệnh
viện Nam Định Hải Hậu Giao Thủy Xuân Trường Trực Ninh Nghĩa Hưng Ý Yên Vụ Bản Mỹ Lộc thành phố cán bộ đảng viên nhân dân công tác
tuyên truyền vận động kế hoạch triển khai thực hiện chỉ đạo kiểm tra giám sát tổ chức lễ hội chợ Viềng đền Trần làng nghề muối
biển tàu cá ngư dân bão lũ đê điều phòng chống thiên tai dịch bệnh đầu tư xây dựng công nghiệp doanh nghiệp xuất khẩu thu ngân
sách thuế đất đai quy hoạch môi trường rác thải nước sạch điện chuyển đổi số hành chính
""".split()
KINDS = {
    "broad": "nam dinh",
    "one word": "hội",
    "rare": "thuyền thúng",
    "phrase": '"chợ Viềng"',
    "mixed phrase": '"lễ hoi"',
    "either": "(bão OR lũ) đê -muối",
    "field": "title:chợ",
}


def make(folder: Path, articles: int) -> None:
    chance = random.Random(20261124)
    words = SYLLABLES + [
        chance.choice("bcdghklmnpqrstvx") + a + b
        for a in "aăâeêioôơuư"
        for b in ("", "n", "ng", "m", "t", "c", "i", "p")
    ]
    chance.shuffle(words)
    weights = [1 / (rank + 3) for rank in range(len(words))]

    def text(count: int) -> str:
        return " ".join(chance.choices(words, weights, k=count))

    sections = [text(3) for _ in range(40)]
    with Archive(folder, create=True) as archive, archive.db.conn as conn:
        conn.execute(
            "INSERT INTO captures (id, record_id, url, role, status, fetched_at, payload_digest, warc, offset, length)"
            " VALUES (1, 'urn:uuid:1', 'https://a.vn/', 'article', 200, '2024-01-01T00:00:00Z', 'sha256:0', 'a.warc.gz', 0, 1)"
        )
        for number in range(1, articles + 1):
            body = text(chance.randint(200, 560)) + (" thuyền thúng" if number % (articles // 50) == 0 else "")
            title, lead, captions = text(14), text(35), text(20)
            author, source = f"Thu {chance.choice(words).title()}", chance.choice([None, None, "TTXVN", "Báo Nam Định"])
            day = f"{chance.randint(2012, 2025)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
            conn.execute(
                "INSERT INTO articles (id, url, portal, section, title, published_at, lead, body, body_html, captions, author, source,"
                " revision, capture_id, layout, first_seen_at, last_seen_at, folded)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, 1, 1, 'td', ?, ?, ?)",
                (
                    *(
                        number,
                        f"https://a.vn/{number}",
                        f"cong-{number % 5}",
                        chance.choice(sections),
                        title,
                        day,
                        lead,
                        body,
                        captions,
                        author,
                        source,
                    ),
                    *(
                        day + "T00:00:00Z",
                        day + "T00:00:00Z",
                        folded(" ".join([title, lead, body, captions, author, source or ""])),
                    ),
                ),
            )


def bare(conn: Connection, query: str) -> int:
    sql = (
        "SELECT a.id, a.title, a.url, a.published_at, a.lead FROM articles_fts f JOIN articles a ON a.id = f.rowid"
        " WHERE articles_fts MATCH ? ORDER BY rank LIMIT 20"
    )
    return len(conn.execute(sql, (query,)).fetchall())


def asked_of(conn: Connection, room: ReadingRoom, query: str) -> dict[str, Callable[[], object]]:
    plain = {"(bão OR lũ) đê -muối": "((bão OR lũ) AND đê) NOT muối"}.get(query, query)
    never_asked = itertools.count(1)  # the room remembers what it counted
    return {
        "bare": lambda: bare(conn, plain),
        "ours": lambda: search(conn, query, Filters(), limit=PER_PAGE),
        "page 50": lambda: search(conn, query, Filters(), limit=PER_PAGE, offset=49 * PER_PAGE),
        "room, first": lambda: _results(conn, Asked(q=query + " " * next(never_asked)), room),
        "room, again": lambda: _results(conn, Asked(q=query), room),
    }


def measure(folder: Path, rounds: int) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    room = ReadingRoom(folder)
    with Archive(folder) as archive:
        conn = archive.db.conn
        for kind, query in KINDS.items():
            works = asked_of(conn, room, query)
            times: dict[str, list[float]] = {name: [] for name in works}
            for _ in range(rounds + 1):
                for name, work in works.items():
                    began = time.perf_counter()
                    work()
                    times[name].append(1000 * (time.perf_counter() - began))
            told = {name: statistics.median(took[1:]) for name, took in times.items()}
            hits = count(conn, query, Filters())
            rows.append({"kind": kind, "query": query, "hits": hits, **told})
    return rows


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--articles", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--archive", type=Path)
    options.add_argument("--json", type=Path)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = asked.archive or Path(place, "archive")
        if not asked.archive:
            began = time.monotonic()
            make(folder, asked.articles)
            print(f"{asked.articles} articles made in {time.monotonic() - began:.0f} s", file=sys.stderr)
        rows = measure(folder, asked.rounds)
    names = [name for name in rows[0] if name not in ("kind", "query", "hits")]
    print(f"{'query':24}{'hits':>8}" + "".join(f"{name + ' ms':>16}" for name in names) + f"{'first / bare':>14}")
    for row in rows:
        ratio = (float(str(row["room, first"])) - CONSTANT) / float(str(row["bare"]))
        told = "".join(f"{row[name]:16.2f}" for name in names)
        print(f"{row['query']!s:24}{row['hits']!s:>8}{told}{max(ratio, 0):13.2f} {'' if ratio <= TARGET else 'MISSED'}")
    print(f"the last column: the room's page without {CONSTANT} ms, divided by the bare query; target {TARGET}")
    if asked.json:
        asked.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
