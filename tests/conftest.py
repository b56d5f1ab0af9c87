"""What all tests share."""

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

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


@pytest.fixture
def pywb(trade, tmp_path):
    """Starts a pywb over a file, WARC or WACZ; gives the address of its collection."""
    home, running = tmp_path / "pywb", []
    home.mkdir()

    def start(path):
        told = ("add", "--unpack-wacz") if path.suffix == ".wacz" else ("add",)
        for words in (("init", "kho"), (*told, "kho", str(path))):
            subprocess.run([trade / "wb-manager", *words], cwd=home, check=True, capture_output=True)
        port = _free_port()
        running.append(_started([trade / "wayback", "--bind", "127.0.0.1", "--port", str(port)], port, home))
        return f"http://127.0.0.1:{port}/kho"

    yield start
    for process in running:
        with process:
            process.terminate()


@pytest.fixture
def object_store(trade, tmp_path, monkeypatch):
    """A store that speaks S3, where the environment says; `put(folder, "bucket/path")` fills it."""
    s3fs = pytest.importorskip("s3fs")
    port = _free_port()
    if not (trade / "moto_server").exists():
        pytest.skip("no moto; make .venv/replay")
    with _started([trade / "moto_server", "-H", "127.0.0.1", "-p", str(port)], port, tmp_path) as process:
        told = {"ENDPOINT_URL": f"http://127.0.0.1:{port}", "ACCESS_KEY_ID": "khoa", "SECRET_ACCESS_KEY": "kin"}
        for name, value in {**told, "DEFAULT_REGION": "us-east-1"}.items():
            monkeypatch.setenv(f"AWS_{name}", value)

        def put(folder, place):
            store = s3fs.S3FileSystem(skip_instance_cache=True)
            store.mkdir(place.partition("/")[0])
            store.put(str(folder), place, recursive=True)

        yield put
        process.terminate()


def _free_port():
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        return free.getsockname()[1]


def _started(command, port, home):
    """A server's process, once it answers."""
    process = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _until_up(port)
    return process


def _until_up(port):
    for _ in range(300):
        try:
            with urlopen(f"http://127.0.0.1:{port}/"):
                return
        except URLError:
            time.sleep(0.2)
    raise TimeoutError(f"nothing comes up at port {port}")
