"""What all tests share."""

import os
import shutil
import sys
from pathlib import Path

import pytest

collect_ignore = ["portal"]  # the local portal, not tests of it
ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CONGTIN_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real pages beside the project; tests that need it are skipped where it is not there."""
    if not SHARED.is_dir():
        pytest.skip("no folder of real pages beside the project")
    return SHARED


@pytest.fixture(scope="session")
def trade() -> Path:
    """The folder of pywb's and py-wacz's programs. They want other libraries than ours and so live beside them."""
    home = Path(os.environ.get("CONGTIN_REPLAY") or Path(sys.prefix) / "replay")
    found = shutil.which("wayback", path=os.pathsep.join(map(str, (home / "bin", home))))
    if found is None:
        pytest.skip("no pywb and py-wacz; make .venv/replay")
    return Path(found).parent
