"""What all tests share."""

import os
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
