"""`congtin merge`: archives made on several machines become one."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive import Archive
from archive.errors import BadInput, NoArchive
from archive.locking import held
from archive.merging import bring, carry, to_bring, unknown_files
from archive.opening import check_place, is_fresh
from archive.warc import recover
from crawler.again.pool import Workers
from crawler.again.rebuild import Report, rebuilt

Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge brought: WARC files and their bytes; what the database holds afterwards, where it was made again."""

    files: int
    size: int
    rebuilt: Report | None = None
    brought: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        counts = self.rebuilt.counts if self.rebuilt else {}
        return {"files": self.files, "bytes": self.size, "brought": self.brought, **counts}


def merge(
    place: Path, others: Sequence[Path], *, jobs: Workers = 1, dry: bool = False, tell: Tell = lambda _: None
) -> Merged:
    """Joins the archives in `others` to the one at `place`, made when it is not there. They stay as they are.

    Their WARC files come in first, each whole before it has its name; then the database is made again from all of them, beside the
    old one, which stands until the new one is whole. A merge that was cut short is finished by the next one; one that brings nothing
    changes nothing. Raises NoArchive, BadInput, Busy; Damaged when a file is not whole, and then nothing is brought.
    """
    _check(place, others)
    with ExitStack() as stack:
        for other in others:
            stack.enter_context(held(other, reading=True))
        if dry and not place.exists():
            wanted = to_bring(others, place)
        else:
            place.mkdir(parents=True, exist_ok=True)
            stack.enter_context(held(place))
            wanted = to_bring(others, place)
        told = Merged(len(wanted), sum(one.source.stat().st_size for one in wanted), None, [one.name for one in wanted])
        if dry or not (wanted or _cut_short(place)):
            return told
        bring(wanted, place, tell)
        recover(place)
        report = rebuilt(place, jobs=jobs, tell=tell, before=lambda archive: _carry_all(archive, [place, *others]))
    return Merged(told.files, told.size, report, told.brought)


def _check(place: Path, others: Sequence[Path]) -> None:
    check_place(place, create=True)
    seen = {place.resolve()}
    for other in others:
        if not other.is_dir():
            raise NoArchive(f"No archive: {other} is no folder; give folders of archives, each with its `warc`.")
        if other.resolve() in seen:
            raise BadInput(f"{other} is named twice, or is the archive itself; name each archive once.")
        seen.add(other.resolve())


def _cut_short(place: Path) -> bool:
    if is_fresh(place):
        return True
    with Archive(place) as archive:
        return unknown_files(archive.db.conn, place)


def _carry_all(archive: Archive, folders: Sequence[Path]) -> None:
    with archive.db.atomic():
        for folder in folders:
            carry(folder, archive.db.conn)
