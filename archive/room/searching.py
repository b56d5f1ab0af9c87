"""The search page and its feed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from archive import facets
from archive.facets import NAMES, Facets
from archive.query import terms
from archive.room.asked import LONGEST, Asked, is_day
from archive.search import Filters, count, listing, scope
from archive.snippets import marked, snippet
from archive.suggest import suggest

if TYPE_CHECKING:
    from sqlite3 import Connection

    from datasette import Response

    from archive.models import Hit
    from archive.query import Term
    from archive.room.visit import Room, Visit

PER_PAGE = 20
FEED = 50
_DAY_BEGINS = "T00:00:00+07:00"  # in Vietnam, whose days the portals write
_MARKS = ("\ue000", "\ue001")  # private use: a page that writes them itself gets a stray highlight, nothing more


class Piece(NamedTuple):
    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Found:
    """An article with its headline and snippet in pieces, those that were looked for told apart."""

    hit: Hit
    title: list[Piece]
    snippet: list[Piece]


@dataclass(frozen=True, slots=True)
class Results:
    found: list[Found]
    facets: Facets
    page: int
    pages: int
    meant: list[str]
    unfiltered: int  # what the query finds without the filters, when it finds nothing with them
    empty: bool  # the whole archive


async def search(visit: Visit) -> Response:
    asked = Asked.of(visit.args)
    results = await visit.look(lambda conn: _results(conn, asked, visit.room))
    return await visit.page("search.html", asked=asked.on(results.page), results=results, names=NAMES, longest=LONGEST)


async def feed(visit: Visit) -> Response:
    """The newest articles that a search finds, as Atom (RFC 4287)."""
    asked = Asked.of(visit.args)

    def question(conn: Connection) -> list[tuple[Hit, dict[str, str]]]:
        chosen = scope(conn, asked.q, asked.filters)
        hits = listing(conn, chosen, limit=FEED, order="newest", marks=("", ""))
        return [(hit, _times(conn, hit)) for hit in hits]

    entries = await visit.look(question)
    updated = max((times["updated"] for _, times in entries), default="1970-01-01T00:00:00Z")
    return await visit.feed("feed.xml", asked=asked, entries=entries, updated=updated)


def _times(conn: Connection, hit: Hit) -> dict[str, str]:
    """When it was published, as far as that is known, and when the archive saw it as it is; each a moment, as Atom wants."""
    query = "SELECT first_seen_at, coalesce(changed_at, first_seen_at) FROM articles WHERE id = ?"
    first, updated = conn.execute(query, (hit.id,)).fetchone()
    published = hit.published_at or ""
    if is_day(published):
        published += _DAY_BEGINS
    return {"published": published if "T" in published else first, "updated": updated}


def _results(conn: Connection, asked: Asked, room: Room) -> Results:
    chosen = scope(conn, asked.q, asked.filters)
    columns = room.remembered("columns", lambda: facets.columns(conn))
    counted = room.remembered((asked.q, asked.filters), lambda: facets.count(conn, chosen, columns))
    pages = max(-(-counted.total // PER_PAGE), 1)
    page = min(asked.page, pages)
    hits = listing(conn, chosen, limit=PER_PAGE, offset=(page - 1) * PER_PAGE, order=asked.sort, marks=_MARKS)
    wanted = list(terms(chosen.node))
    found = [_found(conn, hit, wanted) for hit in hits]
    meant = [] if counted.total else suggest(conn, asked.q, asked.filters)
    unfiltered = count(conn, asked.q, Filters()) if asked.filtered and not counted.total else 0
    empty = not counted.total and conn.execute("SELECT 1 FROM articles LIMIT 1").fetchone() is None
    return Results(found, counted, page, pages, meant, unfiltered, empty)


def _found(conn: Connection, hit: Hit, wanted: list[Term]) -> Found:
    """A hit to be shown. Where the snippet would only say the headline again, it is how the article begins."""
    title, shown = marked("title", hit.title, wanted, _MARKS), hit.snippet
    if shown == title:
        row = conn.execute("SELECT lead, body FROM articles WHERE id = ?", (hit.id,)).fetchone()
        shown = snippet({"lead": row[0], "body": row[1]}, [])
    return Found(hit, pieces(title), pieces(shown))


def pieces(text: str) -> list[Piece]:
    """A marked text taken apart.

    >>> pieces("a \\ue000b\\ue001")
    [Piece(text='a ', hit=False), Piece(text='b', hit=True)]
    """
    told: list[Piece] = []
    for at, part in enumerate(text.split(_MARKS[0])):
        hit, _, rest = part.partition(_MARKS[1]) if at else ("", "", part)
        told += [Piece(hit, hit=True), Piece(rest, hit=False)]
    return [piece for piece in told if piece.text]
