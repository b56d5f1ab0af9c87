"""What a query that finds nothing may have meant: the same words with other diacritics, as the archive spells them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from archive.query import parse, terms
from archive.search import Filters, search
from archive.vietnamese import WORD, fold, is_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from sqlite3 import Connection

_LOOKED_AT = 40  # articles that the query finds without its diacritics
_TRIED = 12  # spellings, the likeliest first
_MOST = 3
_TEXTS = (
    "SELECT title || char(10) || coalesce(lead, '') || char(10) || body || char(10) || coalesce(captions, '')"
    " || char(10) || coalesce(author, '') || char(10) || coalesce(source, '') FROM articles WHERE id = ?"
)


class _Way(NamedTuple):
    words: tuple[str, ...]
    together: bool


def suggest(conn: Connection, query: str, filters: Filters) -> list[str]:
    """Queries that differ from this one by diacritics alone and find something, the nearest first; mostly none or one."""
    query = normalize("NFC", query)
    typed = [word for term in terms(parse(query)) for word in term.words]
    plain = {word.lower(): fold(word) for word in typed if not is_plain(word)}
    if not plain:
        return []
    hits = search(conn, _rewritten(query, plain), filters, limit=_LOOKED_AT)
    texts = (conn.execute(_TEXTS, (hit.id,)).fetchone()[0] for hit in hits)
    found = [way for way in _likeliest(typed, texts) if search(conn, _rewritten(query, way), filters, limit=1)]
    meant: dict[str, str] = {}  # in other capitals it is the same query
    for way in found:
        rewritten = _rewritten(query, way)
        meant.setdefault(rewritten.casefold(), rewritten)
    return list(meant.values())[:_MOST]


def _likeliest(typed: list[str], texts: Iterable[str]) -> list[Mapping[str, str]]:
    """The ways in which the texts spell what was typed: words side by side first, then those that change the fewest."""
    ways = Counter(way for text in texts if (way := _spelling(typed, WORD.findall(text))))
    ranked = sorted(ways, key=lambda way: (not way.together, sum(map(_differs, typed, way.words)), -ways[way]))
    return [_changes(typed, way.words) for way in ranked[:_TRIED]]


def _differs(typed: str, word: str) -> bool:
    return typed.lower() != word.lower()


def _changes(typed: list[str], way: Iterable[str]) -> Mapping[str, str]:
    pairs = zip(typed, way, strict=True)
    return {old.lower(): new.lower() if old.islower() else new for old, new in pairs if not is_plain(old)}


def _spelling(typed: list[str], words: list[str]) -> _Way | None:
    """The typed words as a text spells them: side by side where it has them so, else each in its commonest way, or as typed."""
    wanted, bare = [fold(word).lower() for word in typed], [fold(word).lower() for word in words]
    for at in range(len(bare) - len(wanted) + 1):
        if bare[at : at + len(wanted)] == wanted:
            return _Way(tuple(words[at : at + len(wanted)]), together=True)
    each = [Counter(word for word, plain in zip(words, bare, strict=True) if plain == one) for one in wanted]
    ways = [counter.most_common(1)[0][0] if counter else word for counter, word in zip(each, typed, strict=True)]
    return _Way(tuple(ways), together=False) if any(each) else None


def _rewritten(query: str, words: Mapping[str, str]) -> str:
    return WORD.sub(lambda found: words.get(found[0].lower(), found[0]), query)
