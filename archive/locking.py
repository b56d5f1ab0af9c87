"""One writer at a time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from archive.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = "crawl.lock"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Holds an archive for one that writes to it. Raises Busy at once when another one holds it."""
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Busy(f"Another crawl of {folder} is running; wait for its end or use another --archive.") from None
    try:
        yield
    finally:
        lock.release()
