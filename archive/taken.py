"""What is known of who took it from whom, as archive.copies found it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlite3 import Connection

Row = dict[str, Any]
_KNOWN = "SELECT 1 FROM sqlite_schema WHERE name = 'copies'"
_ROWS_OF = """
SELECT c.article_id, c.original_id, c.similarity, c.evidence, a.id, a.url, a.portal, a.title, a.published_at
  FROM copies c JOIN articles a ON a.id = {} WHERE {} = ? ORDER BY a.published_at, a.id"""


def of(conn: Connection, article_id: int) -> Row:
    """`original`: what the article was taken from, or None; `copies`: what was taken from it. Each with similarity and evidence.

    An archive on a disk that may only be read may be older than the table: then nothing is known.
    """
    if conn.execute(_KNOWN).fetchone() is None:
        return {"original": None, "copies": []}
    originals = _others(conn, _ROWS_OF.format("c.original_id", "c.article_id"), article_id)
    taken = _others(conn, _ROWS_OF.format("c.article_id", "c.original_id"), article_id)
    return {"original": next(iter(originals), None), "copies": taken}


def _others(conn: Connection, query: str, article_id: int) -> list[Row]:
    return [
        dict(zip(("id", "url", "portal", "title", "published_at"), row[4:], strict=True))
        | {"similarity": row[2], "evidence": json.loads(row[3])}
        for row in conn.execute(query, (article_id,))
    ]


_BY_SOURCE = """
SELECT coalesce(a.source, o.portal) AS source, a.portal, substr(coalesce(a.published_at, a.first_seen_at), 1, 4) AS year,
       count(*) AS articles, count(c.id) AS found
  FROM articles a LEFT JOIN copies c ON c.article_id = a.id LEFT JOIN articles o ON o.id = c.original_id
 WHERE a.source IS NOT NULL OR c.id IS NOT NULL
 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""


def by_source(conn: Connection) -> list[Row]:
    """What each source gave to each portal by year: `articles` that credit it, or were taken from it without a word, and of how
    many the original was found here (`found`).
    """
    if conn.execute(_KNOWN).fetchone() is None:
        return []
    names = ("source", "portal", "year", "articles", "found")
    return [dict(zip(names, row, strict=True)) for row in conn.execute(_BY_SOURCE)]


def text_of_sources(rows: list[Row]) -> str:
    """The rows of `by_source` as lines."""
    wide = max((len(str(row["source"])) for row in rows), default=6)
    lines = [f"{'source':{wide}}  year  articles  found  portal"]
    lines += [f"{r['source']:{wide}}  {r['year']}  {r['articles']:8}  {r['found']:5}  {r['portal']}" for r in rows]
    return "".join(f"{line}\n" for line in lines)
