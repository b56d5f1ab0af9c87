"""What the tests of the pool have done in other processes, which import it by this name."""

import os
import signal
import time
from pathlib import Path


def double(job: int) -> int:
    time.sleep(0.02 if job % 3 == 0 else 0)
    return job * 2


def die_of_seven(job: int) -> int:
    if job == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return job * 2


def die_once(place: str) -> str:
    path = Path(place)
    if path.suffix == ".mortal" and not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return path.name


def refuse(job: int) -> int:
    raise ValueError(f"{job} was refused")


def sleep_in(place: str) -> None:
    Path(place, str(os.getpid())).touch()
    time.sleep(60)


if __name__ == "__main__":  # a process that is to be killed while others work for it
    import sys

    import pool_work

    from crawler.again.pool import in_order

    list(in_order(pool_work.sleep_in, [sys.argv[1]] * 4, pool_work.refuse, 2))
