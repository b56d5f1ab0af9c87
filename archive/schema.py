"""The tables, one migration a change. A released migration is never edited: a later one is added."""
# ruff: noqa: S608 - statements are put together from the constants of this file; values go in as parameters

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from archive.vietnamese import folded

if TYPE_CHECKING:
    from sqlite_utils.db import Database

APPLICATION_ID = 0x43544E31  # "CTN1" in the header of the file, so that a folder that is no archive can be told
INDEXED = ("title", "lead", "body", "captions", "author", "source", "folded")
COUNTS = ("listings", "links_found", "fetched", "read", "new", "changed", "unchanged", "gone", "failed")

migrations = Migrations("congtin")


def bring_up_to_date(db: Database) -> None:
    """Applies what is missing, all of it or nothing; two processes at once do it once."""
    if not migrations.pending(db):
        return
    db.conn.execute("BEGIN IMMEDIATE")
    with db.conn:
        migrations.apply(db)


_CRAWLS = """
CREATE TABLE crawls (
    id INTEGER PRIMARY KEY,
    portal TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    outcome TEXT,
    exit_code INTEGER,
    listings INTEGER NOT NULL DEFAULT 0,
    links_found INTEGER NOT NULL DEFAULT 0,
    fetched INTEGER NOT NULL DEFAULT 0,
    new INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    gone INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    coverage TEXT
)"""

_CAPTURES = """
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    record_id TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('listing', 'article', 'image', 'attachment', 'other')),
    status INTEGER NOT NULL,
    mime TEXT,
    fetched_at TEXT NOT NULL,
    payload_digest TEXT NOT NULL,
    warc TEXT NOT NULL,
    "offset" INTEGER NOT NULL,
    length INTEGER NOT NULL,
    etag TEXT,
    last_modified TEXT,
    refers_to INTEGER REFERENCES captures(id),
    UNIQUE (warc, "offset")
)"""

_ARTICLES = """
CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    portal TEXT NOT NULL,
    section TEXT,
    title TEXT NOT NULL,
    published_at TEXT,
    published_raw TEXT,
    lead TEXT,
    body TEXT NOT NULL,
    body_html TEXT NOT NULL,
    captions TEXT,
    author TEXT,
    author_role TEXT,
    source TEXT,
    source_raw TEXT,
    revision INTEGER NOT NULL,
    capture_id INTEGER NOT NULL REFERENCES captures(id),
    layout TEXT NOT NULL,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    changed_at TEXT,
    gone_at TEXT,
    folded TEXT NOT NULL
)"""

_IMAGES = """
CREATE TABLE images (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    caption TEXT,
    credit TEXT,
    capture_id INTEGER REFERENCES captures(id),
    gone_at TEXT
)"""

_ATTACHMENTS = """
CREATE TABLE attachments (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    label TEXT,
    capture_id INTEGER REFERENCES captures(id),
    gone_at TEXT
)"""

# images and attachments: JSON, as they were; the markup of an old version is in its capture
_REVISIONS = """
CREATE TABLE revisions (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    revision INTEGER NOT NULL,
    capture_id INTEGER NOT NULL REFERENCES captures(id),
    seen_at TEXT NOT NULL,
    section TEXT,
    title TEXT NOT NULL,
    published_at TEXT,
    published_raw TEXT,
    lead TEXT,
    body TEXT NOT NULL,
    captions TEXT,
    author TEXT,
    author_role TEXT,
    source TEXT,
    source_raw TEXT,
    images TEXT NOT NULL,
    attachments TEXT NOT NULL,
    UNIQUE (article_id, revision)
)"""

# discovered_in, tried_in: a crawl's id, 0 for none. absent_at: when the address was first seen to be absent.
_LINKS = """
CREATE TABLE links (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    portal TEXT NOT NULL,
    section TEXT,
    listing_url TEXT,
    state TEXT NOT NULL DEFAULT 'owed' CHECK (state IN ('owed', 'kept', 'failed', 'gone')),
    discovered_at TEXT NOT NULL,
    discovered_in INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    tried_in INTEGER NOT NULL DEFAULT 0,
    next_visit_at TEXT,
    last_error TEXT,
    absent_at TEXT,
    article_id INTEGER REFERENCES articles(id),
    capture_id INTEGER REFERENCES captures(id)
)"""

_FAILURES = """
CREATE TABLE failures (
    id INTEGER PRIMARY KEY,
    crawl_id INTEGER REFERENCES crawls(id),
    capture_id INTEGER REFERENCES captures(id),
    url TEXT NOT NULL,
    field TEXT,
    error TEXT NOT NULL,
    message TEXT NOT NULL,
    at TEXT NOT NULL
)"""

_INDEXES = (
    "crawls(portal, started_at)",
    "captures(url, status)",
    "captures(payload_digest)",
    "captures(refers_to)",
    "articles(portal, published_at)",
    "articles(published_at)",
    "articles(section)",
    "articles(source)",
    "articles(author)",
    "articles(capture_id)",
    "images(article_id, position)",
    "images(url)",
    "images(capture_id)",
    "attachments(article_id, position)",
    "attachments(url)",
    "attachments(capture_id)",
    "revisions(capture_id)",
    "links(portal, state, discovered_in DESC, id)",
    "links(portal, state, next_visit_at, id)",
    "links(portal, tried_in, id)",
    "links(article_id)",
    "links(capture_id)",
    "failures(crawl_id)",
    "failures(capture_id)",
)


def _index(place: str) -> str:
    name = "idx_" + "_".join(place.replace(" DESC", "").translate(str.maketrans("(,)", "   ")).split())
    return f"CREATE INDEX {name} ON {place}"


# sqlite-utils and Datasette find the index by the text content="articles", double quotes and all.
_FTS = f"""
CREATE VIRTUAL TABLE "articles_fts" USING FTS5 (
    {", ".join(f'"{column}"' for column in INDEXED)},
    tokenize='unicode61 remove_diacritics 0',
    content="articles"
)"""


def _triggers() -> tuple[str, ...]:
    """The triggers of sqlite-utils' enable_fts, but an update touches the index only when it touches an indexed column."""
    columns = ", ".join(f'"{column}"' for column in INDEXED)
    old, new = (", ".join(f'{row}."{column}"' for column in INDEXED) for row in ("old", "new"))
    out = f"""INSERT INTO "articles_fts" ("articles_fts", rowid, {columns}) VALUES ('delete', old.rowid, {old});"""
    into = f'INSERT INTO "articles_fts" (rowid, {columns}) VALUES (new.rowid, {new});'
    return (
        f'CREATE TRIGGER "articles_ai" AFTER INSERT ON "articles" BEGIN {into} END',
        f'CREATE TRIGGER "articles_ad" AFTER DELETE ON "articles" BEGIN {out} END',
        f'CREATE TRIGGER "articles_au" AFTER UPDATE OF {columns} ON "articles" BEGIN {out} {into} END',
    )


@migrations()
def m001_first(db: Database) -> None:
    tables = (_CRAWLS, _CAPTURES, _ARTICLES, _IMAGES, _ATTACHMENTS, _REVISIONS, _LINKS, _FAILURES)
    for statement in (*tables, *map(_index, _INDEXES), _FTS, *_triggers()):
        db.conn.execute(statement)


# read: article pages that answered and were neither old failures nor older than what the first crawl found; what the shares in
# `coverage` are of. Of crawls before it was counted we know only how many they changed.
@migrations()
def m002_pages_read(db: Database) -> None:
    db.conn.execute("ALTER TABLE crawls ADD COLUMN read INTEGER NOT NULL DEFAULT 0")
    db.conn.execute("UPDATE crawls SET read = new + changed")


# All that searches filter and count by, in one place: an article's row is long, and most of it text.
@migrations()
def m003_facets(db: Database) -> None:
    db.conn.execute("CREATE INDEX idx_articles_facets ON articles(portal, section, source, author, published_at)")


# Derived from the articles by archive.copies, and made anew by it: no capture tells of them. similarity: the share of the shorter
# text's shingles that the other holds. evidence: JSON. digest: of all that a decision rests on; signature: MinHash, uint32.
@migrations()
def m004_copies(db: Database) -> None:
    for statement in (_COPIES, _SIGNATURES, _index("copies(original_id)")):
        db.conn.execute(statement)


# `folded` keeps the fields apart: a phrase was found that began in one and ended in the next. The index is made anew, which
# takes two thirds of what the trigger would row by row.
@migrations()
def m005_fields_apart(db: Database) -> None:
    db.conn.create_function("folded", 6, folded, deterministic=True)
    db.conn.execute('DROP TRIGGER "articles_au"')
    db.conn.execute(f"UPDATE articles SET folded = folded({', '.join(INDEXED[:-1])})")
    db.conn.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
    db.conn.execute(_triggers()[-1])


_COPIES = """
CREATE TABLE copies (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL UNIQUE REFERENCES articles(id),
    original_id INTEGER NOT NULL REFERENCES articles(id),
    similarity REAL NOT NULL,
    evidence TEXT NOT NULL
)"""

_SIGNATURES = """
CREATE TABLE signatures (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id),
    digest BLOB NOT NULL,
    signature BLOB
)"""
