"""The ledger: every link is owed, kept, failed with a reason, or gone, and what it says agrees with the articles."""
# ruff: noqa: S608 - queries are put together from the constants of this file

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.checks.problem import REBUILD, Problem
from archive.history import rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

# What must not be, and how it is told; a link is `l`.
_LINKS = (
    ("l.state = 'kept' AND l.article_id IS NULL", "is kept, but leads to no article"),
    ("l.state = 'kept' AND l.next_visit_at IS NULL", "is kept, but never due again"),
    (
        "l.state IN ('kept', 'owed') AND l.state = 'owed' AND l.article_id IS NOT NULL",
        "is owed, though an article was kept",
    ),
    ("l.state = 'failed' AND l.last_error IS NULL", "failed without a reason"),
    ("l.state = 'failed' AND l.next_visit_at IS NULL", "failed, but is never due again"),
    ("l.state = 'gone' AND l.absent_at IS NULL", "is gone, though it was never seen to be absent"),
    ("l.article_id IS NOT NULL AND l.capture_id IS NULL", "leads to an article, but to no capture"),
    (
        "l.capture_id IS NOT NULL AND l.capture_id NOT IN (SELECT id FROM captures WHERE status = 200 AND role = 'article')",
        "was kept from a capture that is no article's page",
    ),
)
_ARTICLES = (
    ("NOT EXISTS (SELECT 1 FROM links l WHERE l.article_id = a.id)", "no link leads to it"),
    (
        "a.gone_at IS NOT NULL AND EXISTS (SELECT 1 FROM links l WHERE l.article_id = a.id AND l.state <> 'gone')",
        "it is marked gone, but a link to it is not",
    ),
    (
        "a.gone_at IS NULL AND (SELECT min(l.state = 'gone') FROM links l WHERE l.article_id = a.id) = 1",
        "every link to it is gone, but it is not marked so",
    ),
)


def check(conn: Connection) -> Iterator[Problem]:
    for wrong, told in _LINKS:
        for link in rows(conn, f"SELECT l.url FROM links l WHERE {wrong}"):
            yield Problem("ledger", f"The link {link['url']} {told}; {REBUILD}.")
    for wrong, told in _ARTICLES:
        for article in rows(conn, f"SELECT a.id, a.url FROM articles a WHERE {wrong}"):
            yield Problem("ledger", f"Article {article['id']} ({article['url']}): {told}; {REBUILD}.")
