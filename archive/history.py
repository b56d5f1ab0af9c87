"""The versions of an article: what its rows must be, given what its captures read as, and what they are.

A revision stands for bytes: it is tied to the first capture that showed it. So reading the same captures with a better
reader changes what the revisions say, never how many there are; two that read alike today remain two, each with its
capture and its day. Rows follow from the versions alone, by the rules of `articles.keep`, which is why the same comparison
serves `verify` (which tells), `reread` (which repairs) and an older capture that is imported (which comes between).
"""
# ruff: noqa: S608 - statements are put together from the constants of this file; values go in as parameters

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from archive.articles import ATTACHMENTS, IMAGES, TEXT, Part, alike, same_address, text_of
from archive.vietnamese import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from sqlite3 import Connection

    from archive.models import ReadArticle

Row = dict[str, Any]
_PARTS = (("images", IMAGES), ("attachments", ATTACHMENTS))
_FOLDED = ("title", "lead", "body", "captions", "author", "source")
_REVISIONS = """
SELECT r.*, coalesce(c.fetched_at, r.seen_at) AS fetched_at FROM revisions r LEFT JOIN captures c ON c.id = r.capture_id
 WHERE r.article_id = ? ORDER BY fetched_at, r.capture_id, r.id"""
_ADDRESSES = """(SELECT value FROM json_each(:spellings) UNION SELECT url FROM links WHERE article_id = :id
 UNION SELECT k.url FROM revisions r JOIN captures k ON k.id = r.capture_id WHERE r.article_id = :id)"""
# Captures that may have shown an article, or led to it: at its addresses; else at ones that begin with it, as those of session ids and
# tracking do; else anywhere, which reads them all.
_SIGHTINGS = (
    f"url IN {_ADDRESSES}",
    "url >= :url AND url < :url || char(1114111)",
    "role = 'article'",
)
_SEEN = "SELECT EXISTS (SELECT 1 FROM captures WHERE {} AND fetched_at = :was AND status < 400)"
_PROVEN = f"""
SELECT max(fetched_at) FROM captures
 WHERE (id = :newest OR {_SIGHTINGS[0]} OR {_SIGHTINGS[1]}) AND status IN (200, 304) AND role = 'article'"""
_NEWEST = "(SELECT max(id) FROM captures WHERE url = :url AND status = 200)"


@dataclass(frozen=True, slots=True)
class Version:
    """An article as one capture shows it. `page` has what only its bytes tell (url, body_html, layout), when they were read."""

    capture_id: int
    seen_at: str
    portal: str | None
    section: str | None
    text: Row
    images: list[Part]
    attachments: list[Part]
    page: Row

    @classmethod
    def read(cls, article: ReadArticle, capture_id: int, seen_at: str, portal: str, section: str | None) -> Version:
        """`section` is what the capture was asked for under; it counts before the one that the page names."""
        return cls(
            capture_id,
            seen_at,
            portal,
            section or article.section,
            text_of(article),
            [(image.url, image.caption, image.credit) for image in article.images],
            [(attachment.url, attachment.label) for attachment in article.attachments],
            {"url": article.url, "body_html": article.body_html, "layout": article.layout},
        )

    @classmethod
    def stored(cls, row: Row) -> Version:
        """A version as its row of `revisions` has it."""
        parts = [[tuple(part[c] for c in kind.columns) for part in json.loads(row[name])] for name, kind in _PARTS]
        text = {name: row[name] for name in TEXT}
        return cls(row["capture_id"], row["fetched_at"], None, row["section"], text, parts[0], parts[1], {})

    def same_as(self, other: Version) -> bool:
        """Whether a reader would see no edit between the two."""
        return (
            self.text == other.text and alike(self.images, other.images) and alike(self.attachments, other.attachments)
        )


class Change(NamedTuple):
    """A column of a row that is not what the versions say; without `row_id` a row of `images` or `attachments` to be added."""

    table: str
    row_id: int | None
    column: str
    was: Any
    now: Any


def revisions(conn: Connection, article_id: int) -> list[Row]:
    """The rows of an article's versions in the order of their captures' days, each with that day as `fetched_at`."""
    return rows(conn, _REVISIONS, article_id)


def changes(conn: Connection, article_id: int, versions: Sequence[Version]) -> list[Change]:
    """What of an article's rows is not as its versions, from the first to the newest, make it."""
    [article] = rows(conn, "SELECT * FROM articles WHERE id = ?", article_id)
    wanted = _article(versions)
    if wanted.get("url") in same_address(article["url"]):
        del wanted["url"]
    found = [*_compared("articles", article, wanted), *_last_seen(conn, article, versions)]
    for row, wanted in zip(revisions(conn, article_id), _revisions(versions), strict=True):
        found += _compared("revisions", row, wanted)
    for table, kind in _PARTS:
        made = _parts([(getattr(version, table), version.seen_at) for version in versions])
        found += _part_changes(conn, table, article_id, [dict(zip(kind.fields, part, strict=True)) for part in made])
    return found


def apply(conn: Connection, article_id: int, found: Sequence[Change]) -> None:
    """Makes the rows as they must be. The caller holds the transaction."""
    for change in found:
        if (change.table, change.column) == ("revisions", "revision"):  # numbers that change must not meet on the way
            _set(conn, change._replace(now=-change.row_id if change.row_id else None))
    for change in found:
        if change.row_id is None:
            columns = {"article_id": article_id, **change.now}
            _insert_part(conn, change.table, columns)
        else:
            _set(conn, change)


def rows(conn: Connection, query: str, *values: object) -> list[Row]:
    cursor = conn.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _article(versions: Sequence[Version]) -> Row:
    first, newest = versions[0], versions[-1]
    wanted: Row = {
        **newest.page,
        **newest.text,
        "folded": folded(*(newest.text[name] for name in _FOLDED)),
        "revision": len(versions),
        "capture_id": newest.capture_id,
        "first_seen_at": first.seen_at,
        "changed_at": newest.seen_at if len(versions) > 1 else None,
    }
    section = _sections(versions)[-1]
    return wanted | ({"section": section} if section else {}) | ({"portal": first.portal} if first.portal else {})


def _last_seen(conn: Connection, article: Row, versions: Sequence[Version]) -> list[Change]:
    """When it was last seen is when a capture was made that may have shown it; else the last of those is taken."""
    was, newest = article["last_seen_at"], versions[-1]
    url = article["url"]
    asked = {"id": article["id"], "url": url, "was": was, "newest": newest.capture_id}
    asked["spellings"] = json.dumps(same_address(url))
    found = (conn.execute(_SEEN.format(where), asked).fetchone()[0] for where in _SIGHTINGS)
    if was >= newest.seen_at and any(found):
        return []
    return [Change("articles", article["id"], "last_seen_at", was, conn.execute(_PROVEN, asked).fetchone()[0])]


def _revisions(versions: Sequence[Version]) -> Iterator[Row]:
    for number, (version, section) in enumerate(zip(versions, _sections(versions), strict=True), 1):
        yield {
            "revision": number,
            "capture_id": version.capture_id,
            "seen_at": version.seen_at,
            **({"section": section} if section else {}),
            **version.text,
            "images": IMAGES.as_json(version.images),
            "attachments": ATTACHMENTS.as_json(version.attachments),
        }


def _sections(versions: Sequence[Version]) -> list[str | None]:
    """A version that names no section stands where the one before stood."""
    found: list[str | None] = []
    for version in versions:
        found.append(version.section or (found[-1] if found else None))
    return found


def _parts(versions: Sequence[tuple[list[Part], str]]) -> list[tuple[Any, ...]]:
    """The rows that `_Parts.write` makes of these versions, as (position, gone_at, url, …): a part keeps its row."""
    made: list[list[Any]] = []
    for parts, at in versions:
        known: dict[Any, list[list[Any]]] = {}
        for row in sorted(made, key=lambda row: row[0]):
            known.setdefault(row[2], []).append(row)
        for position, part in enumerate(parts):
            if same := known.get(part[0]):
                same.pop(0)[:] = [position, None, *part]
            else:
                made.append([position, None, *part])
        for row in (row for left in known.values() for row in left):
            row[1] = row[1] or at
    return [tuple(row) for row in made]


def _part_changes(conn: Connection, table: str, article_id: int, wanted: Sequence[Row]) -> list[Change]:
    """Rows in the order they were made. One too many, of an older reader, may stay as long as it is marked gone."""
    actual = rows(conn, f"SELECT * FROM {table} WHERE article_id = ? ORDER BY id", article_id)
    found: list[Change] = []
    for row, part in zip(actual, wanted, strict=False):
        found += _compared(table, row, part)
    found += (Change(table, None, "url", None, part) for part in wanted[len(actual) :])
    surplus = (row for row in actual[len(wanted) :] if row["gone_at"] is None)
    when = "SELECT max(seen_at) FROM revisions WHERE article_id = ?"
    at = conn.execute(when, (article_id,)).fetchone()[0]
    return [*found, *(Change(table, row["id"], "gone_at", None, at) for row in surplus)]


def _compared(table: str, row: Row, wanted: Row) -> list[Change]:
    return [Change(table, row["id"], name, row[name], now) for name, now in wanted.items() if row[name] != now]


def _set(conn: Connection, change: Change) -> None:
    query = f"UPDATE {change.table} SET {change.column} = ? WHERE id = ?"
    conn.execute(query, (change.now, change.row_id))
    if change.column == "url" and change.table != "articles":
        query = f"UPDATE {change.table} SET capture_id = {_NEWEST} WHERE id = :id"
        conn.execute(query, {"url": change.now, "id": change.row_id})


def _insert_part(conn: Connection, table: str, columns: Row) -> None:
    names = ", ".join(columns)
    marks = ", ".join(f":{name}" for name in columns)
    conn.execute(f"INSERT INTO {table} ({names}, capture_id) VALUES ({marks}, {_NEWEST})", columns)
