"""What stored captures read as today, as a partitioned Parquet dataset: for archives that outgrow SQLite.

One row for each version of each article, under `portal=…/year=…/`, the year that of publication (`none` where the page tells no date).
DuckDB, Spark and pyarrow read it as one table.
"""

from __future__ import annotations

import shutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

from archive.again import histories
from archive.articles import TEXT
from archive.errors import BadInput
from archive.reread import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from archive.again import History, Readers
    from archive.history import Row
    from archive.store import Archive

_AT_ONCE = 10_000  # rows: what is in memory, and goes into the files of one step
_PORTALS = "SELECT id, url, portal, section FROM articles WHERE id = ?"


def write(archive: Archive, readers: Readers, place: Path, tell: Callable[[Report], None] | None = None) -> Report:
    """Reads every version of every article again and writes it into a new folder; nothing of the archive changes.

    The folder takes its name when it is whole. Raises BadInput when it is there already, or without pyarrow.
    """
    if place.exists():
        raise BadInput(f"{place} is there already; name a new folder for the dataset.")
    arrow, dataset, schema = _arrow()
    part = place.with_name(f"{place.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.parent.mkdir(parents=True, exist_ok=True)
    report = Report()
    columns = arrow.schema([schema.field("portal"), schema.field("year")])
    for number, some in enumerate(_batches(_rows(archive, readers, report, tell))):
        dataset.write_dataset(
            arrow.Table.from_pylist(some, schema=schema),
            part,
            format="parquet",
            basename_template=f"part-{number:06}-{{i}}.parquet",
            partitioning=dataset.partitioning(columns, flavor="hive"),
            existing_data_behavior="overwrite_or_ignore",
        )
    part.mkdir(exist_ok=True)
    part.rename(place)
    return report


def _rows(archive: Archive, readers: Readers, report: Report, tell: Callable[[Report], None] | None) -> Iterator[Row]:
    for history in histories(archive.db.conn, readers):
        report.articles += 1
        report.captures += len(history.versions)
        for capture_id, why in history.unread:
            report.fail(f"capture {capture_id}", f"no {why.field}, {why.reason}")
        yield from _versions(archive, history)
        if tell:
            tell(report)


def _versions(archive: Archive, history: History) -> Iterator[Row]:
    article_id, url, portal, section = archive.db.conn.execute(_PORTALS, (history.article_id,)).fetchone()
    for number, version in enumerate(history.versions, 1):
        published = version.text["published_at"]
        yield {
            "article_id": article_id,
            "revision": number,
            "newest": number == len(history.versions),
            "url": url,
            "portal": portal,
            "year": published[:4] if published else "none",
            "section": version.section or section,
            "capture_id": version.capture_id,
            "seen_at": version.seen_at,
            **version.text,
            "images": [dict(zip(("url", "caption", "credit"), part, strict=True)) for part in version.images],
            "attachments": [dict(zip(("url", "label"), part, strict=True)) for part in version.attachments],
        }


def _batches(rows: Iterator[Row]) -> Iterator[Sequence[Row]]:
    for first in rows:
        some = [first]
        for row in rows:
            some.append(row)
            if len(some) == _AT_ONCE:
                break
        yield some


def _arrow() -> tuple[Any, Any, Any]:
    try:
        arrow, dataset = import_module("pyarrow"), import_module("pyarrow.dataset")
    except ImportError as error:
        raise BadInput("Parquet needs pyarrow, which is not installed; `pip install 'congtin[parquet]'`.") from error
    text = arrow.string()
    picture = arrow.struct([(name, text) for name in ("url", "caption", "credit")])
    document = arrow.struct([(name, text) for name in ("url", "label")])
    numbers = [("article_id", arrow.int64()), ("revision", arrow.int32()), ("newest", arrow.bool_())]
    texts = [(name, text) for name in ("url", "portal", "year", "section")]
    about = [("capture_id", arrow.int64()), ("seen_at", text), *((name, text) for name in TEXT)]
    parts = [("images", arrow.list_(picture)), ("attachments", arrow.list_(document))]
    return arrow, dataset, arrow.schema([*numbers, *texts, *about, *parts])
