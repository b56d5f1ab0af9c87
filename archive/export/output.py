"""Where an export goes: a file or a folder that is there whole or not at all."""

from __future__ import annotations

import os
import shutil
import sys
import uuid
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

import click

from archive.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Tell = Callable[[int, int], None]  # how much is done, and of how much; articles or bytes


@contextmanager
def progress(label: str) -> Iterator[Tell]:
    """A bar on the terminal; nothing where standard error is none."""
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield tell


@contextmanager
def writing(path: Path | None, *, force: bool) -> Iterator[BinaryIO]:
    """A file that takes its name when it is whole, written beside its place until then; without a path standard output.

    Raises BadInput when something else stands there; with `force` a file is replaced.
    """
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    _check(path, force=force)
    beside = _beside(path)
    try:
        with beside.open("xb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        _check(path, force=force)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def building(path: Path) -> Iterator[Path]:
    """A new folder that takes its name when it is whole. Raises BadInput when anything stands there: none is replaced."""
    _check(path, replaceable=False)
    beside = _beside(path)
    beside.mkdir()
    try:
        yield beside
        _check(path, replaceable=False)
        beside.rename(path)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")


def _check(path: Path, *, force: bool = False, replaceable: bool = True) -> None:
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent}; make it, or name another --output.")
    if path.is_file() and force:
        return
    if os.path.lexists(path):
        advice = ", or --force to replace it" if replaceable and path.is_file() and not force else ""
        raise BadInput(f"{path} is there already; name another --output{advice}.")
