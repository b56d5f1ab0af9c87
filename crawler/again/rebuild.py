"""`congtin rebuild`: the database made again from the WARC files, beside the old one, and then in its place."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive import Archive
from archive.errors import BadInput, Damaged
from archive.locking import held
from archive.opening import DATABASE
from archive.rebuild import beside, files_into, index, put_in_place
from archive.records import warc_files
from archive.warc import recover
from crawler.again.pool import Workers
from crawler.again.replay import Replay

Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What was made of the WARC files, and what in them is broken."""

    counts: dict[str, int]  # rows by table
    broken: list[str]

    def to_dict(self) -> dict[str, Any]:
        return {**self.counts, "broken": self.broken}


def rebuild(
    folder: Path, *, into: Path | None = None, jobs: Workers = 1, force: bool = False, tell: Tell = lambda _: None
) -> Report:
    """Makes `archive.db` of the archive at `folder` again from its WARC files; with `into`, an archive there with the same.

    An old database stands until the new one is whole, and is kept as `archive.db.old`; with `into` the archive at `folder` is
    only read. `tell` is called with the bytes of
    each file read, and the number of captures replayed.

    Raises BadInput without WARC files; Damaged, unless with `force`, when some of them cannot be read: then the old
    database may know what they no longer tell, and stays.
    """
    if not warc_files(folder):
        raise BadInput(f"{folder} holds no WARC files; give the folder of an archive, with its `warc` in it.")
    if into is not None and into.exists() and not into.is_dir():
        raise BadInput(f"{into} is a file; name a new folder for --into.")
    if into is not None and (into / DATABASE).exists():
        raise BadInput(f"{into} holds an archive already; name a new folder for --into.")
    with held(folder, reading=into is not None):
        if into is not None:
            files_into(folder, into)
        recover(into or folder)
        return rebuilt(into or folder, jobs=jobs, force=force, tell=tell)


def rebuilt(
    folder: Path,
    *,
    jobs: Workers = 1,
    force: bool = False,
    tell: Tell = lambda _: None,
    before: Callable[[Archive], None] = lambda _: None,
) -> Report:
    """Makes the database and puts it in place; `before` that, it is called with the new archive. The caller holds the lock."""
    with beside(folder) as archive:
        report = _made(archive, folder, jobs, tell)
        if report.broken and not force:
            raise Damaged(_told(report, folder))
        before(archive)
        put_in_place(archive, folder)
    return report


def _made(archive: Archive, folder: Path, jobs: Workers, tell: Tell) -> Report:
    found = index(archive, folder, tell)
    replay = Replay(archive, folder, found, jobs)
    replay.run(tell)
    tables = ("captures", "articles", "revisions", "images", "attachments", "links", "failures", "crawls")
    return Report({table: archive.db[table].count for table in tables}, [*found.broken, *replay.broken])


def _told(report: Report, folder: Path) -> str:
    more = f" and {len(report.broken) - 1} more" if len(report.broken) > 1 else ""
    return (
        f"The WARC files of {folder} are damaged: {report.broken[0]}{more}. Nothing was changed; put the files back from a"
        " copy, or take what is left of them with --force."
    )
