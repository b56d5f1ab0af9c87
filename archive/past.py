"""A capture older than what the archive knows of its article: it comes between, or before, the versions that are there."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from archive import articles
from archive.history import Version, apply, changes, revisions
from archive.models import Kept

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

    from archive.models import Capture, ReadArticle

_BACK = """
SELECT id, fetched_at FROM captures
 WHERE (url IN (SELECT value FROM json_each(:spellings)) OR url IN (SELECT url FROM links WHERE article_id = :id))
   AND role = 'article' AND status IN (200, 304) AND fetched_at > :at
 ORDER BY fetched_at, id LIMIT 1"""
_SHIFT = "UPDATE revisions SET revision = ? WHERE article_id = ? AND revision = ?"
_INSERT = """
INSERT INTO revisions (article_id, revision, capture_id, seen_at, title, body, images, attachments)
VALUES (?, ?, ?, ?, '', '', '[]', '[]')"""


def keep(conn: Connection, article: ReadArticle, capture: Capture, *, portal: str, section: str | None) -> Kept:
    """Keeps an article as it was read from a capture of any age. The caller holds the transaction.

    Versions stay in the order of their days, so that those after an older one move up by a number; their captures and
    what they say stay as they are. A version that was seen later too begins with the older capture.
    """
    url = articles.known_address(conn, article.url)
    row = conn.execute("SELECT id, last_seen_at FROM articles WHERE url = ?", (url,)).fetchone()
    known = revisions(conn, row[0]) if row else []
    if not known or capture.fetched_at >= row[1]:
        return articles.keep(conn, article, portal=portal, section=section, capture_id=capture.id)
    versions = [Version.stored(revision) for revision in known]
    new = Version.read(article, capture.id, capture.fetched_at, portal, section)
    if capture.fetched_at >= known[-1]["fetched_at"]:
        return _after(conn, row[0], url, versions, new)
    at = next(n for n, version in enumerate(versions) if version.seen_at > capture.fetched_at)
    if at and new.same_as(versions[at - 1]):
        return Kept(row[0], "unchanged", at)
    if new.same_as(versions[at]):
        versions[at] = new
        conn.execute("UPDATE revisions SET capture_id = ? WHERE id = ?", (capture.id, known[at]["id"]))
        outcome: Kept = Kept(row[0], "unchanged", at + 1)
    else:
        versions.insert(at, new)
        _make_room(conn, row[0], at + 1, new, len(known))
        outcome = Kept(row[0], "changed", at + 1)
    _settle(conn, row[0], versions)
    return outcome


def _after(conn: Connection, article_id: int, url: str, versions: list[Version], new: Version) -> Kept:
    """A capture after the newest version, but from before that was last seen: where it differs, there was an edit and it was
    taken back, so that the newest version came twice.
    """
    last = versions[-1]
    if new.same_as(last):
        return Kept(article_id, "unchanged", len(versions))
    asked = {"id": article_id, "spellings": json.dumps(articles.same_address(url)), "at": new.seen_at}
    back = conn.execute(_BACK, asked).fetchone()
    versions += [new, *([replace(last, capture_id=back[0], seen_at=back[1])] if back else [])]
    for number in range(len(versions) - bool(back), len(versions) + 1):
        version = versions[number - 1]
        conn.execute(_INSERT, (article_id, number, version.capture_id, version.seen_at))
    _settle(conn, article_id, versions)
    return Kept(article_id, "changed", len(versions) - bool(back))


def _make_room(conn: Connection, article_id: int, number: int, new: Version, last: int) -> None:
    for taken in range(last, number - 1, -1):
        conn.execute(_SHIFT, (taken + 1, article_id, taken))
    conn.execute(_INSERT, (article_id, number, new.capture_id, new.seen_at))


def _settle(conn: Connection, article_id: int, versions: Sequence[Version]) -> None:
    apply(conn, article_id, changes(conn, article_id, versions))
