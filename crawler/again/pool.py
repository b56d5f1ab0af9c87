"""Work in batches over several processes, for one writer that takes the results in order."""

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from types import TracebackType
from typing import Generic, Self, TypeVar

_AHEAD = 3  # batches a worker, so that none waits for the writer
Job = TypeVar("Job")
Done = TypeVar("Done")


def in_order(
    work: Callable[[Job], Done], jobs: Iterable[Job], give_up: Callable[[Job], Done], processes: int
) -> Iterator[Done]:
    """`work` done on every job, the results in the order of the jobs; by this process when it is to be only one.

    A process that dies costs the jobs that are under way: each is done again, alone, and for one that kills its process
    there too `give_up` makes the result. Never more than a few jobs a process are taken in advance.
    """
    if processes == 1:
        yield from map(work, jobs)
        return
    with _Pool(work, give_up, processes) as pool:
        for job in jobs:
            pool.submit(job)
            if pool.full:
                yield pool.take()
        while pool.busy:
            yield pool.take()


class _Pool(Generic[Job, Done]):
    def __init__(self, work: Callable[[Job], Done], give_up: Callable[[Job], Done], processes: int) -> None:
        self._work, self._give_up, self._processes = work, give_up, processes
        self._waiting: deque[tuple[Job, Future[Done] | None]] = deque()  # no future: lost with a process that died
        self._executor = _executor(processes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._executor.shutdown(cancel_futures=True)

    @property
    def full(self) -> bool:
        return len(self._waiting) >= self._processes * _AHEAD

    @property
    def busy(self) -> bool:
        return bool(self._waiting)

    def submit(self, job: Job) -> None:
        try:
            self._waiting.append((job, self._executor.submit(self._work, job)))
        except BrokenExecutor:
            self._restart()
            self._waiting.append((job, self._executor.submit(self._work, job)))

    def take(self) -> Done:
        """The result of the first job that was submitted and not taken yet."""
        job, future = self._waiting.popleft()
        try:
            return future.result() if future else self._alone(job)
        except BrokenExecutor:
            self._restart()
            return self._alone(job)

    def _restart(self) -> None:
        """A new pool; what the old one had not finished is lost."""
        self._executor.shutdown(cancel_futures=True)
        self._waiting = deque((job, future if future and _finished(future) else None) for job, future in self._waiting)
        self._executor = _executor(self._processes)

    def _alone(self, job: Job) -> Done:
        """Twice, if need be: what was lost the first time may have been another job's doing."""
        for _ in range(2):
            with _executor(1) as executor, suppress(BrokenExecutor):
                return executor.submit(self._work, job).result()
        return self._give_up(job)


def _finished(future: Future[Done]) -> bool:
    return future.done() and not future.cancelled() and not isinstance(future.exception(), BrokenExecutor)


def _executor(processes: int) -> ProcessPoolExecutor:
    """Spawned, not forked: a fork would share the database's connection, and threads may be running."""
    return ProcessPoolExecutor(processes, get_context("spawn"), _leave_interrupts_alone)


def _leave_interrupts_alone() -> None:
    """Ctrl-C reaches every process of a terminal; ending the workers is for the one that started them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
