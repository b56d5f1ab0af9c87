"""Who took it from whom: near-duplicates among the articles, and which of two was there first.

MinHash signatures (datasketch) are kept beside the articles, so that a run reads only what is new; bands of three rows, sorted one
after the other, give the candidates, and the shingles themselves decide. A decision rests on the articles alone: finding step by
step and finding all at once give the same rows.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from datasketch import MinHash

from archive.likeness import ALIKE, FEWEST, Shared, Text, changes, same_form, shared, text
from archive.vietnamese import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from sqlite3 import Connection


Row = dict[str, Any]
_BANDS, _ROWS = 42, 3  # at half of the shingles in common 996 of 1000 pairs become candidates, at a tenth 41
_LIKELIEST = 60  # candidates of one article that are looked at, those with most bands in common first
_AT_ONCE = 500  # articles of one transaction
_READ = "SELECT id, url, portal, title, lead, body, source, published_at, first_seen_at FROM articles"
_DAY = len("2023-05-29")


@dataclass(frozen=True, slots=True)
class _Article:
    id: int
    url: str
    portal: str
    source: str | None
    published_at: str | None
    first_seen_at: str
    text: Text


@dataclass(frozen=True, slots=True)
class Counts:
    """How many articles were new or changed, and how many copies are known now."""

    looked_at: int
    copies: int


def find(conn: Connection, *, everything: bool = False, tell: Callable[[int, int], None] = lambda *_: None) -> Counts:
    """Finds the copies among new and changed articles and whatever they are like; with `everything` of all articles.

    A run that was stopped is taken up by the next: an article counts as looked at when its decision is written.
    In memory: the signatures (half a kilobyte an article) and a few thousand texts.
    """
    if everything:
        with conn:
            conn.execute("BEGIN")
            conn.execute("DELETE FROM copies")
            conn.execute("DELETE FROM signatures")
    fresh = _sign(conn, tell)
    if fresh:
        _decide(conn, fresh, tell)
    return Counts(len(fresh), conn.execute("SELECT count(*) FROM copies").fetchone()[0])


def _sign(conn: Connection, tell: Callable[[int, int], None]) -> dict[int, bytes]:
    """Signs what is new or changed. What is signed but not yet decided has an empty digest; the digests are returned."""
    total = conn.execute("SELECT count(*) FROM articles").fetchone()[0]
    fresh: dict[int, bytes] = {}
    after = done = 0
    while rows := conn.execute(f"{_READ} WHERE id > ? ORDER BY id LIMIT ?", (after, _AT_ONCE)).fetchall():
        after, done = rows[-1][0], done + len(rows)
        query = "SELECT article_id, digest FROM signatures WHERE article_id BETWEEN ? AND ?"
        known = dict(conn.execute(query, (rows[0][0], after)))
        digests = {row[0]: blake2b(repr(row).encode(), digest_size=12).digest() for row in rows}
        # first_seen_at is in the digest, last_seen_at is not: a visit that found nothing new changes no decision
        changed = [row for row in rows if known.get(row[0]) != digests[row[0]]]
        signed = [(row[0], b"", _signature(text(row[3], row[4], row[5]))) for row in changed]
        with conn:
            conn.execute("BEGIN")
            conn.executemany("INSERT OR REPLACE INTO signatures VALUES (?, ?, ?)", signed)
        fresh |= {row[0]: digests[row[0]] for row in changed}
        tell(done, 2 * total)
    return fresh


def _signature(of: Text) -> bytes | None:
    """None of a text that is too short to be compared."""
    if len(of.shingles) < FEWEST:
        return None
    made = MinHash(num_perm=_BANDS * _ROWS, seed=1, hashfunc=int, scheme="affine32")
    for at in range(0, len(of.shingles), 4096):
        made.update_batch(of.shingles[at : at + 4096].tolist())
    return bytes(made.hashvalues.astype("<u4").tobytes())


class _Bands:
    """Every signature by its bands: who shares one with an article, without a dictionary of them all."""

    def __init__(self, conn: Connection) -> None:
        query = "SELECT article_id, signature FROM signatures WHERE signature IS NOT NULL ORDER BY article_id"
        count = conn.execute("SELECT count(signature) FROM signatures").fetchone()[0]
        self.ids = np.zeros(count, np.int64)
        keys = np.zeros((_BANDS, count), np.uint64)
        for at, (article_id, signature) in enumerate(conn.execute(query)):
            self.ids[at] = article_id
            rows = np.frombuffer(signature, "<u4").astype(np.uint64).reshape(_BANDS, _ROWS)
            keys[:, at] = (rows[:, 0] * np.uint64(0x9E3779B97F4A7C15)) ^ (rows[:, 1] << np.uint64(32)) ^ rows[:, 2]
        self._keys = keys
        self._order = [np.argsort(band, kind="stable").astype(np.uint32) for band in keys]
        self._sorted = [band[order] for band, order in zip(keys, self._order, strict=True)]

    def near(self, article_id: int) -> list[int]:
        """The likeliest first, equals by their ids."""
        at = int(np.searchsorted(self.ids, article_id))
        if at == len(self.ids) or self.ids[at] != article_id:
            return []
        found: Counter[int] = Counter()
        for keys, ordered, order in zip(self._keys, self._sorted, self._order, strict=True):
            first, last = np.searchsorted(ordered, keys[at], "left"), np.searchsorted(ordered, keys[at], "right")
            found.update(self.ids[order[first : min(last, first + 20 * _LIKELIEST)]].tolist())
        del found[article_id]
        return [other for other, _ in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:_LIKELIEST]]


def _decide(conn: Connection, fresh: dict[int, bytes], tell: Callable[[int, int], None]) -> None:
    bands, read = _Bands(conn), lru_cache(4000)(lambda article_id: _article(conn, article_id))
    kin = lru_cache(100_000)(lambda article_id: tuple(_kin(read, bands, article_id)))
    done: set[int] = set()
    for number, article_id in enumerate(fresh, 1):
        touched = {article_id, *(other for other, _ in kin(article_id))} - done
        query = "SELECT article_id FROM copies WHERE original_id = ?"
        touched |= {other for (other,) in conn.execute(query, (article_id,))} - done
        rows = [(one, _row(read, one, kin(one))) for one in sorted(touched)]
        done |= touched
        with conn:
            conn.execute("BEGIN")
            conn.executemany("DELETE FROM copies WHERE article_id = ?", [(one,) for one in touched])
            insert = "INSERT INTO copies (article_id, original_id, similarity, evidence) VALUES (?, ?, ?, ?)"
            conn.executemany(insert, [row for _, row in rows if row])
            conn.execute("UPDATE signatures SET digest = ? WHERE article_id = ?", (fresh[article_id], article_id))
        tell(len(fresh) + number, 2 * len(fresh))


def _article(conn: Connection, article_id: int) -> _Article:
    row = conn.execute(f"{_READ} WHERE id = ?", (article_id,)).fetchone()
    _, url, portal, title, lead, body, source, published_at, first_seen_at = row
    return _Article(article_id, url, portal, source, published_at, first_seen_at, text(title, lead, body))


def _kin(read: Callable[[int], _Article], bands: _Bands, article_id: int) -> Iterator[tuple[int, Shared]]:
    """What an article is like, and how much of it."""
    own = read(article_id).text
    for other_id in bands.near(article_id):
        other = read(other_id).text
        found = shared(own, other)
        if found.similarity >= ALIKE and not same_form(*sorted_pair(own, article_id, other, other_id)):
            yield other_id, found


def sorted_pair(own: Text, own_id: int, other: Text, other_id: int) -> tuple[Text, Text]:
    """An alignment is not the same in both directions; a pair has one."""
    return (own, other) if own_id < other_id else (other, own)


def _row(read: Callable[[int], _Article], article_id: int, kin: Iterable[tuple[int, Shared]]) -> tuple[Any, ...] | None:
    """The row of a copy: of those that it can have been taken from one that it names, else the earliest."""
    own = read(article_id)
    found = [(other, how, by) for other_id, how in kin if (by := taken_from(own, other := read(other_id)))]
    if not found:
        return None
    original, how, by = min(found, key=lambda one: (one[2] != "attribution", *_when(one[0])))
    evidence = {
        "by": by,
        "of_copy": round(how.of_first, 3),
        "of_original": round(how.of_second, 3),
        "changes": changes(own.text, original.text, how),
    }
    return article_id, original.id, round(how.similarity, 3), json.dumps(evidence)


def _when(article: _Article) -> tuple[str, str, int]:
    return article.published_at or article.first_seen_at, article.first_seen_at, article.id


def taken_from(copy: _Article, other: _Article) -> str | None:
    """What says that an article was taken from the other: attribution, published or captured; None when nothing does."""
    named, names = names_host(copy.source, other.url), names_host(other.source, copy.url)
    if named != names:
        return "attribution" if named else None
    days = [(one.published_at or "")[:_DAY] for one in (copy, other)]
    if all(days) and days[0] != days[1]:
        return "published" if days[1] < days[0] else None
    times = [(one.published_at or "") for one in (copy, other)]
    if all(len(time) > _DAY for time in times) and times[0] != times[1]:
        return "published" if times[1] < times[0] else None
    return "captured" if (other.first_seen_at, other.id) < (copy.first_seen_at, copy.id) else None


_GENERIC = re.compile(
    r"^(?:(?:trang|cong|thong tin|dien tu|ttdt|website|tinh|thanh pho|tp|huyen|so|theo|nguon|cua|online)\b[\s:.]*)+"
)
_PAPER = re.compile(r"^(?:theo |nguon:? )?bao (?:dien tu )?")


def names_host(source: str | None, url: str) -> bool:
    """Whether an attribution names the site of an address: a newspaper by its name, a portal by its province, both by their host.

    >>> [names_host("Báo Nam Định", f"https://{host}/1") for host in ("baonamdinh.vn", "namdinh.gov.vn")]
    [True, False]
    >>> names_host("Cổng TTĐT tỉnh Nam Định", "https://namdinh.gov.vn/1"), names_host("namdinh.gov.vn", "https://namdinh.gov.vn/1")
    (True, True)
    >>> names_host("Báo Nhân Dân", "https://nhandan.vn/1"), names_host(None, "https://nhandan.vn/1")
    (True, False)
    """
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    plain = " ".join(fold(source or "").lower().split())
    if not plain or not host:
        return False
    if plain.removeprefix("www.") == host:
        return True
    labels = set(host.split(".")) - {"vn", "com", "net", "org", "gov", "edu"}
    paper = _PAPER.match(plain)
    rest = _letters(plain[paper.end() :] if paper else _GENERIC.sub("", plain))
    if paper and (host == "gov.vn" or host.endswith(".gov.vn")):
        return "bao" + rest in labels
    return bool(rest) and bool({rest, "bao" + rest} & labels if paper else rest in labels)


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name)
