"""The articles: written in one transaction each, never deleted; an edited one becomes a new revision."""
# ruff: noqa: S608 - statements are put together from the constants of this file; values go in as parameters

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from archive import taken
from archive.errors import NotFound
from archive.models import Kept, ReadArticle
from archive.vietnamese import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from sqlite3 import Connection

# What makes a version: when one of these differs, or a picture or document does, the article has been edited.
TEXT = (
    "title",
    "published_at",
    "published_raw",
    "lead",
    "body",
    "captions",
    "author",
    "author_role",
    "source",
    "source_raw",
)
# What a page puts into an address against old copies in a browser: another one at every visit, and the same picture. Liferay's `t` is the
# moment at which its server last looked; in the addresses of its documents, which have no `img_id`, it is that of their last change.
_AGAINST_CACHES = re.compile(
    r"(?<=[?&])(?:_|rnd|rand|random|nocache)=[\d.]+(?:&|$)|(?<=[?&])t=\d+(?:&|$)(?=img_id=)|(?<=[?&])(img_id=\d+)&t=\d+",
    re.IGNORECASE,
)
Row = dict[str, Any]
Part = tuple[str | None, ...]


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(':' + c for c in columns)})"


_VERSION = (*TEXT, "body_html", "layout", "folded", "revision", "capture_id")
_NEW = _insert("articles", ("url", "portal", "section", *_VERSION, "first_seen_at", "last_seen_at"))
_REVISION = _insert(
    "revisions", ("article_id", "revision", "capture_id", "seen_at", "section", *TEXT, "images", "attachments")
)
_KNOWN = f"SELECT id, revision, first_seen_at, section, {', '.join(TEXT)} FROM articles WHERE url = ?"
_SEEN = "last_seen_at = max(last_seen_at, :at), gone_at = NULL"
_TOUCH = f"UPDATE articles SET {_SEEN}, section = coalesce(section, :section) WHERE id = :id"
_EDIT = (
    f"UPDATE articles SET {', '.join(f'{c} = :{c}' for c in _VERSION)}, section = :section,"
    f" changed_at = :at, {_SEEN} WHERE id = :id"
)


class _Parts:
    """The statements for what hangs on an article in an order: its pictures, its documents."""

    def __init__(self, table: str, columns: tuple[str, ...]) -> None:
        self.columns = ("url", *columns)
        self.fields = ("position", "gone_at", *self.columns)  # what a row is beside its ids
        listed, marks = ", ".join(self.columns), ", ".join("?" * len(self.columns))
        self.current = f"SELECT {listed} FROM {table} WHERE article_id = ? AND gone_at IS NULL ORDER BY position"
        self.ids = f"SELECT id, url FROM {table} WHERE article_id = ? ORDER BY position"
        self.insert = (
            f"INSERT INTO {table} (article_id, position, {listed}, capture_id) VALUES (?, ?, {marks},"
            " (SELECT max(id) FROM captures WHERE url = ? AND status = 200))"
        )
        changes = ", ".join(f"{column} = ?" for column in columns)
        self.move = f"UPDATE {table} SET position = ?, {changes}, gone_at = NULL WHERE id = ?"
        self.retire = f"UPDATE {table} SET gone_at = ? WHERE id = ? AND gone_at IS NULL"

    def rows(self, conn: Connection, article_id: int) -> list[Part]:
        return conn.execute(self.current, (article_id,)).fetchall()

    def write(self, conn: Connection, article_id: int, parts: list[Part], at: str) -> None:
        """Brings the rows into line: a part keeps its row by its address, one that left the page is marked gone."""
        known: dict[str, list[int]] = {}
        for row_id, url in conn.execute(self.ids, (article_id,)):
            known.setdefault(url, []).append(row_id)
        for position, (url, *rest) in enumerate(parts):
            if rows := known.get(url or ""):
                conn.execute(self.move, (position, *rest, rows.pop(0)))
            else:
                conn.execute(self.insert, (article_id, position, url, *rest, url))
        conn.executemany(self.retire, [(at, row_id) for rows in known.values() for row_id in rows])

    def as_json(self, parts: list[Part]) -> str:
        return json.dumps([dict(zip(self.columns, part, strict=True)) for part in parts], ensure_ascii=False)


IMAGES = _Parts("images", ("caption", "credit"))
ATTACHMENTS = _Parts("attachments", ("label",))


def same_address(url: str) -> tuple[str, ...]:
    """The spellings of an address that lead to one page, itself first: by http or https, with `www.` or without.

    >>> same_address("http://www.a.vn/tin")
    ('http://www.a.vn/tin', 'https://www.a.vn/tin', 'http://a.vn/tin', 'https://a.vn/tin')
    """
    scheme, separator, rest = url.partition("://")
    if scheme not in ("http", "https") or not separator:
        return (url,)
    other = "http" if scheme == "https" else "https"
    bare = rest.removeprefix("www.")
    hosts = (rest, bare if bare != rest else f"www.{rest}")
    return tuple(f"{kind}://{place}" for place in hosts for kind in (scheme, other))


def alike(one: Sequence[Part], other: Sequence[Part]) -> bool:
    """Whether two versions show the same pictures, or documents: which spelling of an address they use makes no difference,
    nor what stands in it against caches."""
    return one == other or [_bare(part) for part in one] == [_bare(part) for part in other]


def _bare(part: Part) -> Part:
    url = _AGAINST_CACHES.sub(r"\1", part[0] or "").rstrip("?&")
    return (min(same_address(url)), *part[1:])


def known_address(conn: Connection, url: str) -> str:
    """The address under which the archive has an article, by whichever of its spellings; `url` itself where it has none."""
    spellings = same_address(url)
    query = f"SELECT url FROM articles WHERE url IN ({', '.join('?' * len(spellings))})"
    found = {row[0] for row in conn.execute(query, spellings)}
    return next((spelling for spelling in spellings if spelling in found), url)


def keep(conn: Connection, article: ReadArticle, *, portal: str, section: str | None, capture_id: int) -> Kept:
    """Writes one article as it was read from a capture. The caller holds the transaction.

    A portal that moved to https shows the same articles: one known by the other spelling of its address keeps that.
    """
    at, url = _fetched_at(conn, capture_id), known_address(conn, article.url)
    new = {"url": url, "portal": portal, "section": section or article.section, "at": at, **text_of(article)}
    new |= {"capture_id": capture_id, "body_html": article.body_html, "layout": article.layout}
    images: list[Part] = [(image.url, image.caption, image.credit) for image in article.images]
    attachments: list[Part] = [(attachment.url, attachment.label) for attachment in article.attachments]
    known = conn.execute(_KNOWN, (url,)).fetchone()
    if known is None:
        return _write(conn, new | {"revision": 1}, images, attachments)
    old_id, revision, first_seen_at, old_section, *old = known
    new |= {"id": old_id, "revision": revision + 1, "first_seen_at": first_seen_at}
    old_parts = IMAGES.rows(conn, old_id), ATTACHMENTS.rows(conn, old_id)
    if alike(images, old_parts[0]) and alike(attachments, old_parts[1]) and old == [new[name] for name in TEXT]:
        conn.execute(_TOUCH, new)
        return Kept(old_id, "unchanged", revision)
    return _write(conn, new | {"section": new["section"] or old_section}, images, attachments)


def _write(conn: Connection, new: Row, images: list[Part], attachments: list[Part]) -> Kept:
    new["folded"] = folded(*(new[name] for name in ("title", "lead", "body", "captions", "author", "source")))
    fresh = "id" not in new
    if fresh:
        new["id"] = conn.execute(_NEW, new | {"first_seen_at": new["at"], "last_seen_at": new["at"]}).lastrowid
    else:
        conn.execute(_EDIT, new)
    IMAGES.write(conn, new["id"], images, new["at"])
    ATTACHMENTS.write(conn, new["id"], attachments, new["at"])
    parts = {"images": IMAGES.as_json(images), "attachments": ATTACHMENTS.as_json(attachments)}
    conn.execute(_REVISION, {**new, **parts, "article_id": new["id"], "seen_at": new["at"]})
    return Kept(new["id"], "new" if fresh else "changed", new["revision"])


def text_of(article: ReadArticle) -> Row:
    """What makes a version, of the text: the columns TEXT."""
    row: Row = {name: getattr(article, name) for name in TEXT if name not in ("body", "captions")}
    told = (text for image in article.images for text in (image.caption, image.credit) if text)
    return row | {"body": "\n\n".join(article.body), "captions": "\n".join(dict.fromkeys(told)) or None}


def _fetched_at(conn: Connection, capture_id: int) -> str:
    row = conn.execute("SELECT fetched_at FROM captures WHERE id = ?", (capture_id,)).fetchone()
    if row is None:
        raise NotFound(
            f"The archive has no capture {capture_id}; an article is kept only with the bytes it was read from."
        )
    return str(row[0])


def seen(conn: Connection, link_url: str, at: str) -> tuple[int, str] | None:
    """Marks the article of a link as still there at that time. Its id and when it was first seen; None without one."""
    row: tuple[int, str] | None = conn.execute(
        "SELECT a.id, a.first_seen_at FROM links l JOIN articles a ON a.id = l.article_id WHERE l.url = ?", (link_url,)
    ).fetchone()
    if row is not None:
        conn.execute(f"UPDATE articles SET {_SEEN} WHERE id = :id", {"id": row[0], "at": at})
    return row


def article(conn: Connection, id_or_url: int | str) -> Row:
    """One article's row with its images, attachments, revisions and captures. Raises NotFound."""
    found = _find(conn, id_or_url)
    if found is None:
        raise NotFound(f"The archive has no article {id_or_url}; `congtin search` finds ids and addresses.")
    row = found | {"images": _current(conn, "images", found), "attachments": _current(conn, "attachments", found)}
    revisions = _rows(conn, "SELECT * FROM revisions WHERE article_id = ? ORDER BY revision", found["id"])
    row["revisions"] = [_parsed(revision) for revision in revisions]
    row["captures"] = _rows(
        conn,
        "SELECT * FROM captures WHERE url = ? OR url IN (SELECT url FROM links WHERE article_id = ?)"
        " OR id IN (SELECT capture_id FROM revisions WHERE article_id = ?) ORDER BY id",
        *(found["url"], found["id"], found["id"]),
    )
    return row | taken.of(conn, found["id"])


def version(row: Row, number: int) -> Row:
    """An article (as `article` gives it) as it was in one of its versions. Raises NotFound for one that it has not."""
    if number == row["revision"]:
        return row
    found: Row | None = next((known for known in row["revisions"] if known["revision"] == number), None)
    if found is None:
        raise NotFound(f"Article {row['id']} has no version {number}, only 1 to {len(row['revisions'])}.")
    return row | found | {"id": row["id"], "changed_at": found["seen_at"] if number > 1 else None}


def _find(conn: Connection, id_or_url: int | str) -> Row | None:
    text = str(id_or_url)
    if text.isascii() and text.isdigit():
        return next(iter(_rows(conn, "SELECT * FROM articles WHERE id = ?", min(int(text), 2**63 - 1))), None)
    queries = (
        "SELECT * FROM articles WHERE url = ?",
        "SELECT a.* FROM links l JOIN articles a ON a.id = l.article_id WHERE l.url = ?",
    )
    spellings = same_address(text.partition("#")[0])
    return next((row for bare in spellings for query in queries for row in _rows(conn, query, bare)), None)


def _current(conn: Connection, table: str, row: Row) -> list[Row]:
    query = f"SELECT * FROM {table} WHERE article_id = ? AND gone_at IS NULL ORDER BY position"
    return _rows(conn, query, row["id"])


def _parsed(revision: Row) -> Row:
    return revision | {name: json.loads(revision[name]) for name in ("images", "attachments")}


def _rows(conn: Connection, query: str, *values: object) -> list[Row]:
    cursor = conn.execute(query, values)
    names: Iterable[str] = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
