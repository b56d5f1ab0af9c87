"""Reading over a Dask cluster and from elsewhere: the same rows as by processes of this machine, also when a worker dies."""

from __future__ import annotations

import gc
import os
import signal
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from archive.errors import BadInput
from archive.reread import reread
from crawler.again.pool import Dask
from crawler.again.readers import Readers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from archive import Archive

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("default")
ROWS = "SELECT url, title, published_at, lead, body, captions, author, source, layout FROM articles ORDER BY url"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=50
    ) as cluster:
        yield cluster


@pytest.fixture
def many(press: Any, pages: Any) -> Archive:
    """More articles than go into a few batches."""
    html, _ = pages
    for n in range(150):
        press.publish(
            f"https://x.vn/tin/bai-{n}-{1000 + n}", html(f"Bài số {n} về mùa màng năm nay", picture=f"/anh/{n}.jpg")
        )
    press.close()
    return press.archive


def spoil(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "archive.db")) as conn, conn:
        conn.execute("UPDATE articles SET title = 'hong', lead = 'hong', author = 'hong'")


def rows(archive: Archive) -> list[Any]:
    return archive.db.conn.execute(ROWS).fetchall()


def test_the_same_rows_as_by_processes(cluster: Any, many: Archive, folder: Path) -> None:
    true = rows(many)
    for jobs in (2, Dask(cluster.scheduler_address)):
        spoil(folder)
        assert rows(many) != true
        report = reread(many, Readers(folder, jobs))
        assert (report.changed, report.failed) == (150, 0)
        assert rows(many) == true


def test_a_worker_that_is_killed_costs_nothing(cluster: Any, many: Archive, folder: Path) -> None:
    true = rows(many)
    spoil(folder)
    killed = []

    def kill(report: Any) -> None:
        if report.articles == 20:
            pid = next(iter(cluster.workers.values())).pid
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

    report = reread(many, Readers(folder, Dask(cluster.scheduler_address)), tell=kill)
    assert len(killed) == 1
    assert (report.changed, report.failed) == (150, 0)
    assert rows(many) == true


@pytest.mark.parametrize("kind", ["file", "memory"])
def test_warc_files_that_are_elsewhere(many: Archive, folder: Path, tmp_path: Path, kind: str) -> None:
    """Where an address says; the archive's own files are not looked at."""
    fsspec = pytest.importorskip("fsspec")
    elsewhere = folder / "warc"
    if kind == "file":
        elsewhere = elsewhere.rename(tmp_path / "noi-khac")
        address = elsewhere.as_uri()
    else:
        address = "memory://kho/warc"
        fsspec.filesystem("memory").put(str(elsewhere), "/kho/warc", recursive=True)
        elsewhere.rename(tmp_path / "cat-di")
    true = rows(many)
    spoil(folder)
    report = reread(many, Readers(folder, 1, address))
    assert (report.changed, report.failed) == (150, 0)
    assert rows(many) == true
    with pytest.raises(BadInput, match="is not there"):
        reread(many, Readers(folder, 1, address + "-khac"))
    assert rows(many) == true


def test_one_file_that_is_not_with_the_others(many: Archive, folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "noi-khac"
    place.mkdir()
    (place / "cua-ai.warc.gz").touch()
    report = reread(many, Readers(folder, 1, place.as_uri()))
    assert (report.changed, report.failed) == (0, 150)


def test_an_object_store(
    many: Archive, folder: Path, tmp_path: Path, congtin: Callable[..., Any], object_store: Callable[..., None]
) -> None:
    """By ranges of bytes over S3, by two processes; what cannot be read there is said in a line."""
    object_store(folder / "warc", "kho/tin/warc")
    (folder / "warc").rename(tmp_path / "cat-di")
    true = rows(many)
    spoil(folder)
    done = congtin("reread", "--warcs", "s3://kho/tin/warc", "--jobs", "2")
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    assert rows(many) == true
    for place in ("s3://kho/tin/khac", "s3://khong-co/warc", "s3:/"):
        done = congtin("reread", "--warcs", place)
        assert (done.exit_code, len(done.stderr.strip().splitlines())) == (2, 1), done.output
    assert rows(many) == true


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "khong phai", "http://127.0.0.1:1"])
def test_no_cluster(
    congtin: Callable[..., Any], filled: Archive, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.again.pool._PATIENCE", 1)
    done = congtin("reread", "--dask", address)
    assert (done.exit_code, len(done.stderr.strip().splitlines())) == (5, 1)
    # It holds the client that never connected: the collector, closing that while the next one starts, waits for ever.
    del done
    gc.collect()
    assert not any(isinstance(left, distributed.Client) and left.status != "closed" for left in gc.get_objects())


def test_a_dataset(many: Archive, folder: Path, congtin: Callable[..., Any], tmp_path: Path) -> None:
    dataset = pytest.importorskip("pyarrow.dataset")
    place = tmp_path / "tin.parquet"
    done = congtin("reread", "--to", "parquet", "--into", place, "--jobs", "1")
    assert done.exit_code == 0, done.output
    names = [column.strip() for column in ROWS.partition(" FROM")[0].removeprefix("SELECT").split(",")][:-1]
    table = dataset.dataset(place, partitioning="hive").to_table()
    found = sorted(table.select(names).to_pylist(), key=lambda row: row["url"])
    assert [tuple(row.values()) for row in found] == [row[:-1] for row in rows(many)]
    assert set(table["year"].to_pylist()) in ({2023}, {"2023"})
    assert table["images"].to_pylist()[0][0]["caption"] == "Gặt lúa ở Giao Thịnh."
    assert [path.name for path in place.iterdir()] == ["portal=x.vn"]
    assert congtin("reread", "--to", "parquet", "--into", place).exit_code == 2


@pytest.mark.parametrize(
    "words",
    [("--to", "parquet"), ("--into", "x"), ("--to", "parquet", "--into", "x", "--dry-run"), ("--warcs", "khong-co")],
)
def test_what_does_not_go_together(filled: Archive, congtin: Callable[..., Any], words: tuple[str, ...]) -> None:
    assert congtin("reread", *words).exit_code == 2
