"""Work over processes: in order, bounded, and a dead process costs no more than its job."""

from __future__ import annotations

import subprocess
import sys
import time
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.again.pool import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

sys.path.insert(0, str(Path(__file__).parent))  # spawned processes have it too
from pool_work import die_of_seven, die_once, double, refuse

sys.path.pop(0)


@pytest.fixture(autouse=True)
def _findable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_the_order_of_the_jobs(processes: int) -> None:
    assert list(in_order(double, range(40), refuse, processes)) == [job * 2 for job in range(40)]


@pytest.mark.parametrize("processes", [1, 2])
def test_jobs_are_taken_as_they_are_needed(processes: int) -> None:
    taken = 0

    def jobs() -> Iterator[int]:
        nonlocal taken
        for job in count():
            taken += 1
            yield job

    results = in_order(double, jobs(), refuse, processes)
    assert list(islice(results, 5)) == [0, 2, 4, 6, 8]
    assert taken <= 5 + 3 * processes
    results.close()


def test_a_job_that_kills_its_process_twice_is_given_up_and_no_other(capfd: pytest.CaptureFixture[str]) -> None:
    results = list(in_order(die_of_seven, range(12), lambda job: -job, 2))
    assert results == [-7 if job == 7 else job * 2 for job in range(12)]


def test_a_job_that_kills_its_process_once_is_done_again(tmp_path: Path) -> None:
    jobs = [str(tmp_path / name) for name in ("a", "b.mortal", "c", "d.mortal", "e")]
    assert list(in_order(die_once, jobs, lambda job: "lost", 2)) == ["a", "b.mortal", "c", "d.mortal", "e"]


@pytest.mark.parametrize("processes", [1, 2])
def test_an_exception_is_the_callers(processes: int) -> None:
    with pytest.raises(ValueError, match="3 was refused"):
        list(in_order(refuse, [3], lambda job: job, processes))


def test_processes_end_with_the_one_that_they_work_for(tmp_path: Path) -> None:
    """Though it was killed, and could tell them nothing."""
    script = Path(__file__).with_name("pool_work.py")
    with subprocess.Popen([sys.executable, script, tmp_path]) as killed:
        assert _within(60, lambda: len(list(tmp_path.iterdir())) == 2)
        killed.kill()
    workers = [int(path.name) for path in tmp_path.iterdir()]
    assert _within(10, lambda: not any(map(_runs, workers)))


def _within(seconds: float, true: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.05)
    return true()


def _runs(pid: int) -> bool:
    """A zombie, whom nobody asks for his end here, does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
