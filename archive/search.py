"""Finding articles: what `archive.query` parsed, asked of the full-text index, ranked, and shown in the true text.

A word with diacritics matches that word alone, a plain one every word it can stand for; the column `folded` answers for
both. Only where `folded` cannot tell (a field, a phrase that mixes the two) are the spellings written out.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import product
from math import prod
from typing import TYPE_CHECKING
from unicodedata import normalize

from archive.models import Hit
from archive.query import FIELDS, Node, Term, compile_match, general, parse, terms
from archive.snippets import MARKS, Marks, snippet
from archive.vietnamese import WORD, fold, is_plain, other_spelling, spellings, stands_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

_TRUE = "{" + " ".join(FIELDS) + "}"
_MOST_PHRASES = 500  # ways to spell a mixed phrase, written out; beyond it the words are asked for one by one

_MOST_RANKED = 20  # words; a longer query is ranked by bm25 alone
_NOTHING = '""'

# title, lead, body, captions, author, source, folded
_BM25 = "bm25(articles_fts, 10, 5, 1, 1, 2, 2, 0.5)"
_IN = "articles_fts.rowid IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH {})"
_PLACE = f"CASE WHEN {_IN.format(':title')} THEN 0 WHEN {_IN.format(':lead')} THEN 1 ELSE 2 END"
_SPELT = f"NOT {_IN.format(':exact')}"
_NEWEST = "a.published_at DESC, a.id DESC"
# CROSS JOIN: the index is asked once and not row by row
_FOUND = "FROM articles_fts CROSS JOIN articles a ON a.id = articles_fts.rowid WHERE articles_fts MATCH :match"
_REST = "FROM articles a WHERE a.id NOT IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :match)"
_SHOWN = ("id", "url", "title", "published_at", "portal", "section", "source", "author")
_LONG = ("lead", "body", "captions")
_ROW = f"SELECT {', '.join(_SHOWN + _LONG)} FROM articles WHERE id = ?"  # noqa: S608 - names of ours


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

    def sql(self) -> str:
        told = {
            "a.published_at >= :date_from": self.date_from,
            "a.published_at < :after": self.date_to,
            "a.portal = :portal": self.portal,
            "is_named(:source, a.source)": self.source,
            "is_named(:section, a.section)": self.section,
            "names(:author, a.author)": self.author,
        }
        return "".join(f" AND {condition}" for condition, value in told.items() if value is not None)

    def values(self) -> dict[str, str | None]:
        days = {"date_from": str(self.date_from), "after": str(_day_after(self.date_to))}
        return asdict(self) | days


def _day_after(day: date | None) -> date:
    return day + timedelta(days=1) if day and day < date.max else date.max


def search(
    conn: Connection, query: str, filters: Filters, *, limit: int, offset: int = 0, marks: Marks = MARKS
) -> list[Hit]:
    """The articles that a query finds, the best first: in the title, then the lead, then the rest; in each the spelling
    as typed before the others; then by bm25. Nothing for a query without words.
    """
    tree = parse(query)
    if tree is None:
        return []
    _teach(conn)
    speller = _Speller(conn)
    found = compile_match(tree, speller.broad)
    source, order = (_REST, _NEWEST) if found.negated else (_FOUND, f"{_PLACE}, {_SPELT}, {_BM25}, {_NEWEST}")
    values = {"match": found.expression, **filters.values(), **_ranks(tree, speller), "limit": limit, "offset": offset}
    sql = f"SELECT a.id {source}{filters.sql()} ORDER BY {order} LIMIT :limit OFFSET :offset"
    return [_hit(conn, row_id, list(terms(tree)), marks) for (row_id,) in conn.execute(sql, values).fetchall()]


def count(conn: Connection, query: str, filters: Filters) -> int:
    """How many articles a query finds."""
    tree = parse(query)
    if tree is None:
        return 0
    _teach(conn)
    found = compile_match(tree, _Speller(conn).broad)
    sql = f"SELECT count(*) {_REST if found.negated else _FOUND}{filters.sql()}"
    return int(conn.execute(sql, {"match": found.expression, **filters.values()}).fetchone()[0])


class _Speller:
    """Writes a term as FTS5 asks for it. Every word is quoted, and made of letters and digits alone."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def broad(self, term: Term) -> str:
        """All that the term can mean."""
        if term.field is None and (len(term.words) == 1 or all(map(is_plain, term.words))):
            return _phrase(term.words, prefix=term.prefix)
        ways = self._ways(term)
        meant = f"{term.field or _TRUE} : ({_spelt(ways, prefix=term.prefix)})"
        if term.field or _few(ways):
            return meant
        return f"({meant}) AND ({_folded_phrase(term)})"

    def spelt(self, term: Term) -> str:
        """All that the term can mean, in words of the true text."""
        return _spelt(self._ways(term), prefix=term.prefix)

    def exact(self, term: Term) -> str:
        """The term as it was typed."""
        return f"{_TRUE} : {_phrase(term.words, prefix=term.prefix)}"

    def _ways(self, term: Term) -> list[list[str]]:
        """For each word of the term the spellings that it can have."""
        last = len(term.words) - 1
        return [self._means(word, prefix=term.prefix and at == last) for at, word in enumerate(term.words)]

    def _means(self, word: str, *, prefix: bool) -> list[str]:
        if is_plain(word):
            return [way for way in spellings(word) if self._known(way, prefix=prefix)] or [word]
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


def _few(ways: list[list[str]]) -> bool:
    return prod(map(len, ways)) <= _MOST_PHRASES


def _spelt(ways: list[list[str]], *, prefix: bool) -> str:
    if _few(ways):
        return _phrases(ways, prefix=prefix)
    *firsts, last = ways
    each = [_phrases([way], prefix=False) for way in firsts] + [_phrases([last], prefix=prefix)]
    return " AND ".join(f"({words})" for words in each)


def _phrases(ways: list[list[str]], *, prefix: bool) -> str:
    return " OR ".join(_phrase(words, prefix=prefix) for words in product(*ways))


def _ranks(tree: Node, speller: _Speller) -> dict[str, str]:
    """The expressions that tell where a hit stands, and whether it is spelt as typed."""
    node = general(tree)
    if node is None or sum(len(term.words) for term in terms(node)) > _MOST_RANKED:
        return dict.fromkeys(("title", "lead", "exact"), _NOTHING)
    spelt, exact = (compile_match(node, spell).expression for spell in (speller.spelt, speller.exact))
    return {"title": f"title : ({spelt})", "lead": f"{{title lead}} : ({spelt})", "exact": exact}


def _hit(conn: Connection, row_id: int, wanted: list[Term], marks: Marks) -> Hit:
    row = dict(zip(_SHOWN + _LONG, conn.execute(_ROW, (row_id,)).fetchone(), strict=True))
    texts = {name: row[name] for name in (*_LONG, "title", "author", "source")}
    return Hit(**{name: row[name] for name in _SHOWN}, snippet=snippet(texts, wanted, marks))


def _teach(conn: Connection) -> None:
    conn.create_function("is_named", 2, _is_named, deterministic=True)
    conn.create_function("names", 2, _names, deterministic=True)


def _is_named(typed: str, name: str | None) -> bool:
    return len(WORD.findall(name or "")) == len(WORD.findall(typed)) and _names(typed, name)


def _names(typed: str, name: str | None) -> bool:
    """Whether the typed words stand side by side in the name."""
    wanted, words = WORD.findall(normalize("NFC", typed)), WORD.findall(normalize("NFC", name or ""))
    starts = range(len(words) - len(wanted) + 1)
    return bool(wanted) and any(all(map(stands_for, wanted, words[start:])) for start in starts)
