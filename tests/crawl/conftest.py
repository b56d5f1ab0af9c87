"""A portal with bad manners, and the command as its user types it: in a process of its own, since a reactor runs once."""

import importlib.util
import json
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from archive import Archive

FOLDER = Path(__file__).parents[1] / "portal"


def load(name):
    """A module of the local portal, from then on importable by its name."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


portal_module, forms_module, _ = load("portal"), load("forms"), load("webarchive")

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("CONGTIN_")}
CONGTIN = [sys.executable, "-W", "error", "-m", "crawler.cli"]
PATIENCE = 120  # seconds


@pytest.fixture
def portal():
    with portal_module.Portal() as portal:
        yield portal


@pytest.fixture
def forms():
    with forms_module.FormPortal() as portal:
        yield portal


@pytest.fixture(scope="session")
def runner():
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, FOLDER / "runner.py"], stdin=pipe, stdout=pipe, text=True) as runner:
        yield runner
        runner.stdin.close()


@pytest.fixture
def congtin(runner, tmp_path):
    """Runs `congtin …` on an archive in a temporary folder, by default without pause. `before` is code to run first."""

    def run(*args, delay="0", before=""):
        command = [*map(str, args), *(["--delay", delay] if args[0] == "crawl" else [])]
        out, err = tmp_path / "stdout", tmp_path / "stderr"
        task = {"args": command, "cwd": tmp_path, "env": ENVIRONMENT, "before": before, "out": out, "err": err}
        print(json.dumps(task, default=str), file=runner.stdin, flush=True)
        assert select.select([runner.stdout], [], [], PATIENCE)[0], f"congtin {command} does not end"
        code = int(runner.stdout.readline())
        return subprocess.CompletedProcess(command, code, out.read_text(), err.read_text())

    return run


@pytest.fixture
def started(tmp_path):
    """Starts `congtin …` in a process like any other and leaves it running."""

    def start(*args, env=None):
        pipe = subprocess.PIPE
        env = ENVIRONMENT | (env or {})
        return subprocess.Popen([*CONGTIN, *args], cwd=tmp_path, env=env, stdout=pipe, stderr=pipe, text=True)

    start.command = CONGTIN
    return start


@pytest.fixture
def rows(tmp_path):
    """Asks the archive of the test."""

    def rows(query, *values):
        with Archive(tmp_path / "congtin-archive") as archive:
            return archive.db.conn.execute(query, values).fetchall()

    return rows
