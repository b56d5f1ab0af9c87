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
