"""The command: it says where it is, serves, and ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest
from click.testing import CliRunner

from archive.cli import main


@contextmanager
def congtin(*words: object):
    command = [sys.executable, "-c", "from archive.cli import main; main()", "serve", *map(str, words)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_it_serves_on_loopback_until_it_is_interrupted(folder):
    with congtin("--archive", folder, "--port", 0) as process:
        line = process.stdout.readline()
        address = line.removeprefix("Reading room: ").partition(" ")[0]
        assert address.startswith("http://127.0.0.1:")
        assert httpx.get(address).status_code == 200
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in out + err


def test_what_datasette_refuses_is_told_to_the_browser_and_not_to_the_terminal(folder):
    with congtin("--archive", folder, "--port", 0) as process:
        address = process.stdout.readline().removeprefix("Reading room: ").partition(" ")[0]
        for path in (
            "archive.json?sql=delete+from+articles",
            "archive/nothing",
            "-/no",
        ):
            assert httpx.get(address + path).status_code in (400, 404)
        process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=20)
    assert told == ("", "Interrupted.\n")


def test_it_listens_to_this_machine_alone(folder):
    others = [info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    with congtin("--archive", folder, "--port", 0) as process:
        port = int(process.stdout.readline().partition("127.0.0.1:")[2].partition("/")[0])
        for host in set(others) - {"127.0.0.1", "127.0.1.1"}:
            with pytest.raises(OSError):
                socket.create_connection((host, port), timeout=2)


def test_a_port_that_is_taken_is_one_sentence(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(main, ["serve", "--archive", str(folder), "--port", str(port)])
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        f"The reading room cannot have port {port} (Address already in use); choose another with --port."
    ]


def test_no_archive_is_one_sentence(tmp_path):
    result = CliRunner().invoke(main, ["serve", "--archive", str(tmp_path / "nichts")])
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1


def test_another_datasette_of_the_process_is_left_alone(folder, room):
    from datasette.app import Datasette

    plain = Datasette([str(folder / "archive.db")])
    patterns = [pattern.pattern if hasattr(pattern, "pattern") else pattern for pattern, _ in plain._routes()]
    assert not any("article" in pattern for pattern in patterns)
    for database in plain.databases.values():
        database.close()
