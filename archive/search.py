"""Finding articles: what `archive.query` parsed, asked of the full-text index, ranked, and shown in the true text.

A word with diacritics matches that word alone, a plain one every word it can stand for; the column `folded` answers for
both. Only where `folded` cannot tell (a field, a phrase that mixes the two) are the spellings written out.
"""
# ruff: noqa: S608 - statements are put together from the constants of this file; values go in as parameters

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate, groupby, product
from math import prod
from typing import TYPE_CHECKING, Literal
from unicodedata import normalize

from archive.models import Hit
from archive.query import FIELDS, Node, Term, compile_match, only, parse, terms
from archive.snippets import MARKS, Marks, snippet
from archive.vietnamese import WORD, fold, is_plain, other_spelling, spellings, stands_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from sqlite3 import Connection

_TRUE = "{" + " ".join(FIELDS) + "}"
_MOST_PHRASES = 500  # ways to spell a mixed phrase, written out; beyond it the words are asked for one by one

_MOST_PLACED = 12  # of them in telling where a hit stands
_MOST_RANKED = 8  # words; a longer query is ranked by where its surest words stand, and not by their spelling
_SUREST = 6  # of them, a plain one counting for two
_NOTHING = '""'

# title, lead, body, captions, author, source, folded
_BM25 = "bm25(articles_fts, 10, 5, 1, 1, 2, 2, 0.5)"
_AMONG = "+articles_fts.rowid {} (SELECT rowid FROM articles_fts WHERE articles_fts MATCH {})"
_NEWEST = "a.published_at DESC, a.id DESC"
_OLDEST = "a.published_at IS NULL, a.published_at, a.id"
Order = Literal["best", "newest", "oldest"]
_FOUND = "SELECT rowid AS id FROM articles_fts WHERE articles_fts MATCH :match"
_REST = "SELECT id FROM articles WHERE id NOT IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :match)"
_EVERY = "SELECT id FROM articles WHERE true"
# The + keeps SQLite from looking up row by row: days are read in the order of their index, and ids told by a hash of them.
_BY_DAY = "SELECT a.id FROM articles a WHERE +a.id IN ({}) ORDER BY {} LIMIT :limit OFFSET :offset"
_COLUMNS = {"title": "title", "lead": "{title lead}", "rest": _TRUE}
# Where the words of a query stand, the best place first: hits of one place are ranked only when a page reaches them.
_PLACES = (
    (_AMONG.format("IN", ":title"), "title"),
    (f"{_AMONG.format('IN', ':lead')} AND {_AMONG.format('NOT IN', ':title')}", "lead"),
    (_AMONG.format("NOT IN", ":lead"), "rest"),
)
_PLACED = "FROM articles_fts WHERE articles_fts MATCH :match AND {}{}"
_BY_RANK = (
    f"SELECT rowid, {_AMONG.format('NOT IN', ':spelt')}, {_BM25} {_PLACED} ORDER BY 2, 3, 1 LIMIT :limit OFFSET :offset"
)
_TIES = 64  # articles before and after a page that may be equally good as its first or last
_SHOWN = ("id", "url", "title", "published_at", "portal", "section", "source", "author")
_LONG = ("lead", "body", "captions")
_ROW = f"SELECT {', '.join(_SHOWN + _LONG)} FROM articles WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Filters:
    """What else an article must be. Days are inclusive and those of `published_at`; names are compared word by word, by
    the rule for typed words: `source` and `section` whole, `author` anywhere in the signature.
    """

    date_from: date | None = None
    date_to: date | None = None
    portal: str | None = None
    source: str | None = None
    section: str | None = None
    author: str | None = None

    def sql(self, key: str) -> str:
        """A condition on a column of ids, answered by one index; the + has it asked once and not row by row."""
        told = {
            "a.published_at >= :date_from": self.date_from,
            "a.published_at < :after": self.date_to,
            "a.portal = :portal": self.portal,
            "is_named(:source, a.source)": self.source,
            "is_named(:section, a.section)": self.section,
            "names(:author, a.author)": self.author,
        }
        conditions = " AND ".join(condition for condition, value in told.items() if value is not None)
        return f" AND +{key} IN (SELECT a.id FROM articles a WHERE {conditions})" if conditions else ""

    def values(self) -> dict[str, str | None]:
        days = {"date_from": str(self.date_from), "after": str(_day_after(self.date_to))}
        return asdict(self) | days


def _day_after(day: date | None) -> date:
    return day + timedelta(days=1) if day and day < date.max else date.max


@dataclass(frozen=True, slots=True)
class Scope:
    """The articles that a query and filters choose: a SELECT of their `id`, its values, and the tree of the query (None
    without a word). `ranked`: some of what was typed must be there, so that one article can be better than another.
    """

    ids: str
    values: dict[str, str | None]
    node: Node | None
    ranked: bool
    filtered: str

    @property
    def sql(self) -> str:
        """`FROM … ` the chosen ones as `a`, of which only `a.id` can be asked."""
        return f"FROM ({self.ids}) a"


def scope(conn: Connection, query: str, filters: Filters) -> Scope:
    """What to choose from; every article when no word is in the query."""
    _teach(conn)
    node = parse(query)
    if node is None:
        return Scope(_EVERY + filters.sql("id"), filters.values(), None, ranked=False, filtered=filters.sql("id"))
    found = compile_match(node, _Speller(conn).broad)
    values = {"match": found.expression, **filters.values()}
    if found.negated:
        return Scope(_REST + filters.sql("id"), values, node, ranked=False, filtered=filters.sql("id"))
    return Scope(_FOUND + filters.sql("rowid"), values, node, ranked=True, filtered=filters.sql("rowid"))


def search(
    conn: Connection,
    query: str,
    filters: Filters,
    *,
    limit: int,
    offset: int = 0,
    order: Order = "best",
    marks: Marks = MARKS,
) -> list[Hit]:
    """The articles that a query finds, the best first: in the title, then the lead, then the rest; in each the spelling
    as typed before the others; then by bm25. Nothing for a query without words.
    """
    if parse(query) is None:
        return []
    return listing(conn, scope(conn, query, filters), limit=limit, offset=offset, order=order, marks=marks)


def listing(
    conn: Connection, chosen: Scope, *, limit: int, offset: int = 0, order: Order = "best", marks: Marks = MARKS
) -> list[Hit]:
    """A page of what was chosen; what no word ranks, the newest first."""
    if order == "best" and chosen.ranked:
        ids = _best(conn, chosen, limit, offset)
    else:
        by = _OLDEST if order == "oldest" else _NEWEST
        window = {"limit": limit, "offset": offset}
        ids = [row[0] for row in conn.execute(_BY_DAY.format(chosen.ids, by), {**chosen.values, **window})]
    wanted = list(terms(chosen.node))
    return [_hit(conn, row_id, wanted, marks) for row_id in ids]


def _best(conn: Connection, chosen: Scope, limit: int, offset: int) -> list[int]:
    """Ids by rank; the newest of equals first. Days are looked up for equals alone: reading them all costs a second."""
    begin, end = max(offset - _TIES, 0), offset + limit + _TIES
    ids: list[int] = []
    for _, group in groupby(_ranked(conn, chosen, begin, end), key=lambda row: row[1:]):
        equals = [row[0] for row in group]
        ids += sorted(equals, key=lambda row_id: _age(conn, row_id), reverse=True) if equals[1:] else equals
    return ids[offset - begin : offset - begin + limit]


def _ranked(conn: Connection, chosen: Scope, begin: int, end: int) -> Iterator[tuple[int, str, int, float]]:
    """The id, place, spelling and score of those from `begin` to `end`."""
    assert chosen.node
    ranks = _ranks(chosen.node, _Speller(conn))
    values: dict[str, str | int | None] = {**chosen.values, **ranks}
    at = 0
    for condition, place in _PLACES if ranks["title"] != _NOTHING else _PLACES[-1:]:
        window = {"spelt": ranks[f"exact_{place}"], "limit": end - max(at, begin), "offset": max(begin - at, 0)}
        many = 0
        if at < begin:
            many = conn.execute(f"SELECT count(*) {_PLACED.format(condition, chosen.filtered)}", values).fetchone()[0]
        if at + many >= begin:
            rows = conn.execute(_BY_RANK.format(condition, chosen.filtered), values | window).fetchall()
            yield from ((row_id, place, *rest) for row_id, *rest in rows)
            many = many or len(rows)
        at += many
        if at >= end:
            return


def _age(conn: Connection, row_id: int) -> tuple[str, int]:
    return conn.execute("SELECT coalesce(published_at, '') FROM articles WHERE id = ?", (row_id,)).fetchone()[0], row_id


def count(conn: Connection, query: str, filters: Filters) -> int:
    """How many articles a query finds."""
    if parse(query) is None:
        return 0
    chosen = scope(conn, query, filters)
    return int(conn.execute(f"SELECT count(*) {chosen.sql}", chosen.values).fetchone()[0])


class _Speller:
    """Writes a term as FTS5 asks for it. Every word is quoted, and made of letters and digits alone."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def broad(self, term: Term) -> str:
        """All that the term can mean."""
        if term.field is None and (len(term.words) == 1 or all(map(is_plain, term.words))):
            return _phrase(term.words, prefix=term.prefix)
        ways = self._ways(term)
        meant = f"{term.field or _TRUE} : ({_spelt(ways, prefix=term.prefix, most=_MOST_PHRASES)})"
        if term.field or _few(ways, _MOST_PHRASES):
            return meant
        return f"({meant}) AND ({_folded_phrase(term)})"

    def spelt(self, term: Term) -> str:
        """All that the term can mean, in words of the true text."""
        return _spelt(self._ways(term), prefix=term.prefix, most=_MOST_PLACED)

    def exact(self, term: Term) -> str:
        """The term as it was typed."""
        return _phrase(term.words, prefix=term.prefix)

    def is_certain(self, term: Term) -> bool:
        """Whether all that is found by the term is spelt in one way, so that no hit is nearer to it than another."""
        return all(len(ways) == 1 for ways in self._ways(term))

    def _ways(self, term: Term) -> list[list[str]]:
        """For each word of the term the spellings that it can have."""
        last = len(term.words) - 1
        return [self._means(word, prefix=term.prefix and at == last) for at, word in enumerate(term.words)]

    def _means(self, word: str, *, prefix: bool) -> list[str]:
        if is_plain(word):
            ways = spellings(word)
            return [way for way in ways if self._known(way, prefix=prefix)] or [word] if ways[1:] else ways
        other = other_spelling(word)
        return [word, other] if other else [word]

    def _known(self, word: str, *, prefix: bool) -> bool:
        query = f"{_TRUE} : {_phrase([word], prefix=prefix)}"
        sql = "SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT 1"
        return self._conn.execute(sql, (query,)).fetchone() is not None


def _phrase(words: Sequence[str], *, prefix: bool) -> str:
    return f'"{" ".join(words)}"' + (" *" if prefix else "")


def _folded_phrase(term: Term) -> str:
    return f"folded : {_phrase([fold(word) for word in term.words], prefix=term.prefix)}"


def _few(ways: list[list[str]], most: int) -> bool:
    return prod(map(len, ways)) <= most


def _spelt(ways: list[list[str]], *, prefix: bool, most: int) -> str:
    if len(ways) == 1 or _few(ways, most):
        return _phrases(ways, prefix=prefix)
    *firsts, last = ways
    each = [_phrases([way], prefix=False) for way in firsts] + [_phrases([last], prefix=prefix)]
    return " AND ".join(f"({words})" for words in each)


def _phrases(ways: list[list[str]], *, prefix: bool) -> str:
    return " OR ".join(_phrase(words, prefix=prefix) for words in product(*ways))


def _ranks(tree: Node, speller: _Speller) -> dict[str, str]:
    """The expressions that tell where a hit stands, and whether it is spelt there as typed (`exact_…`)."""
    general = only(tree, lambda term: term.field is None)
    surest = _surest(list(terms(general)))
    node = only(general, lambda term: id(term) in surest)
    if node is None:
        return dict.fromkeys((*_COLUMNS, *(f"exact_{place}" for place in _COLUMNS)), _NOTHING)
    whole = len(surest) == len(list(terms(general)))
    spelt, exact = (compile_match(node, spell).expression for spell in (speller.spelt, speller.exact))
    asked = whole and not all(map(speller.is_certain, terms(node)))
    there = {place: f"{columns} : ({spelt})" for place, columns in _COLUMNS.items()}
    return there | {
        f"exact_{place}": f"{columns} : ({exact})" if asked else _NOTHING for place, columns in _COLUMNS.items()
    }


def _surest(wanted: list[Term]) -> set[int]:
    """Which of the terms, by their `id`, tell where a hit stands: all of a short query, of a longer one those that are found
    the fastest. They have few spellings, and are long, because long syllables are rarer.
    """
    if sum(len(term.words) for term in wanted) <= _MOST_RANKED:
        return set(map(id, wanted))
    ways = sorted(wanted, key=lambda term: (sum(map(is_plain, term.words)), term.prefix, -len("".join(term.words))))
    words = accumulate(len(term.words) + sum(map(is_plain, term.words)) for term in ways)
    return {id(ways[0])} | {id(term) for term, upto in zip(ways, words, strict=True) if upto <= _SUREST}


def _hit(conn: Connection, row_id: int, wanted: list[Term], marks: Marks) -> Hit:
    row = dict(zip(_SHOWN + _LONG, conn.execute(_ROW, (row_id,)).fetchone(), strict=True))
    texts = {name: row[name] for name in (*_LONG, "title", "author", "source")}
    return Hit(**{name: row[name] for name in _SHOWN}, snippet=snippet(texts, wanted, marks))


def _teach(conn: Connection) -> None:
    conn.create_function("is_named", 2, is_named, deterministic=True)
    conn.create_function("names", 2, names, deterministic=True)


@lru_cache(maxsize=65536)
def is_named(typed: str, name: str | None) -> bool:
    return len(WORD.findall(name or "")) == len(WORD.findall(typed)) and names(typed, name)


@lru_cache(maxsize=65536)
def names(typed: str, name: str | None) -> bool:
    """Whether the typed words stand side by side in the name."""
    wanted, words = WORD.findall(normalize("NFC", typed)), WORD.findall(normalize("NFC", name or ""))
    starts = range(len(words) - len(wanted) + 1)
    return bool(wanted) and any(all(map(stands_for, wanted, words[start:])) for start in starts)
