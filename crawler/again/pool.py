"""Work in batches over any executor of `concurrent.futures`, for one writer that takes the results in order.

By default it is a pool of processes of this machine; a Dask cluster gives another.
"""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from archive.errors import BadInput, CongtinError

_PATIENCE = 30  # seconds that a cluster has to answer
_AHEAD = 3  # batches a worker, so that none waits for the writer
Job = TypeVar("Job")
Done = TypeVar("Done")


class Unreachable(CongtinError):  # noqa: N818 - named like the rest of archive.errors
    """The cluster does not answer."""

    exit_code = 5


@dataclass(frozen=True, slots=True)
class Dask:
    """A Dask cluster, by the address of its scheduler. A task whose worker dies is done again elsewhere by the scheduler."""

    address: str

    def connected(self, stack: ExitStack) -> tuple[Executor, int, type[Exception]]:
        """Its executor, how many tasks it does at once, and what says that a task's workers died one after the other.

        Raises BadInput without the library, Unreachable without the cluster.
        """
        try:
            distributed: Any = import_module("distributed")
        except ImportError as error:
            raise BadInput("--dask needs Dask, which is not installed; `pip install 'congtin[dask]'`.") from error
        try:
            client = stack.enter_context(distributed.Client(self.address, timeout=_PATIENCE, set_as_default=False))
        except (OSError, ValueError, TypeError) as error:
            raise Unreachable(
                f"No Dask scheduler answers at {self.address}; start one, or leave --dask out."
            ) from error
        many = sum(client.nthreads().values())
        if not many:
            raise Unreachable(f"The Dask scheduler at {self.address} has no workers; start some, or leave --dask out.")
        return client.get_executor(pure=False), many, distributed.KilledWorker


Workers = int | Dask  # processes of this machine, or a cluster


def in_order(
    work: Callable[[Job], Done], jobs: Iterable[Job], give_up: Callable[[Job], Done], workers: Workers
) -> Iterator[Done]:
    """`work` done on every job, the results in the order of the jobs; by this process when it is to be only one.

    A process that dies costs the jobs that are under way: each is done again, alone, and for one that kills its process
    there too `give_up` makes the result. Never more than a few jobs a process are taken in advance.
    """
    if workers == 1:
        yield from map(work, jobs)
        return
    with ExitStack() as stack:
        pool: _Pool[Job, Done] | _Cluster[Job, Done]
        if isinstance(workers, Dask):
            pool = _Cluster(work, give_up, *workers.connected(stack))
        else:
            pool = stack.enter_context(_Pool(work, give_up, workers))
        for job in jobs:
            pool.submit(job)
            if pool.full:
                yield pool.take()
        while pool.busy:
            yield pool.take()


class _Queue(Generic[Job, Done]):
    """Work under way, first in, first out. `many`: how many jobs are done at once."""

    def __init__(
        self, work: Callable[[Job], Done], give_up: Callable[[Job], Done], executor: Executor, many: int
    ) -> None:
        self._work, self._give_up, self._executor, self._many = work, give_up, executor, many
        self._waiting: deque[tuple[Job, Future[Done] | None]] = deque()  # no future: lost with a process that died

    @property
    def full(self) -> bool:
        return len(self._waiting) >= self._many * _AHEAD

    @property
    def busy(self) -> bool:
        return bool(self._waiting)

    def submit(self, job: Job) -> None:
        self._waiting.append((job, self._executor.submit(self._work, job)))


class _Cluster(_Queue[Job, Done]):
    """Work by someone else's executor, which itself does again what is lost with a worker."""

    def __init__(
        self,
        work: Callable[[Job], Done],
        give_up: Callable[[Job], Done],
        executor: Executor,
        many: int,
        lost: type[Exception],
    ) -> None:
        super().__init__(work, give_up, executor, many)
        self._lost = lost

    def take(self) -> Done:
        """The result of the first job that was submitted and not taken yet."""
        job, future = self._waiting.popleft()
        assert future is not None
        try:
            return future.result()
        except self._lost:
            return self._give_up(job)


class _Pool(_Queue[Job, Done]):
    """Work by processes of this machine; each that dies is replaced."""

    def __init__(self, work: Callable[[Job], Done], give_up: Callable[[Job], Done], processes: int) -> None:
        super().__init__(work, give_up, _executor(processes), processes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._executor.shutdown(cancel_futures=True)

    def submit(self, job: Job) -> None:
        try:
            super().submit(job)
        except BrokenExecutor:
            self._restart()
            super().submit(job)

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
        self._executor = _executor(self._many)

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
    return ProcessPoolExecutor(processes, get_context("spawn"), _begin_work)


def _begin_work() -> None:
    """Ctrl-C reaches every process of a terminal; ending the workers is for the one that started them, and where that one was
    killed nobody would.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
