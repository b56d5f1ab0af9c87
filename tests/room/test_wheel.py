"""What is installed from a wheel is a whole room: its templates, words and files are in it."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import archive.room

ROOT = Path(__file__).parents[2]
ROOM = Path(archive.room.__file__).parent


def test_the_wheel_holds_every_file_of_the_room(tmp_path):
    from hatchling.builders.wheel import WheelBuilder

    [wheel] = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    files = {path.relative_to(ROOT).as_posix() for path in ROOM.rglob("*.*") if path.suffix != ".pyc"}
    assert {Path(name).suffix for name in files} >= {".html", ".xml", ".css", ".js", ".svg", ".toml"}
    with ZipFile(wheel) as zipped:
        assert files <= set(zipped.namelist())
