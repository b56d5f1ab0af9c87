"""Schedules: units that systemd takes, lines that cron takes, and what a crawl prints into a journal."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.errors import BadInput
from crawler.cli import main
from crawler.schedule import Schedule, crontab, executable, hindrances, minutes_of

NEEDS_SYSTEMD = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="Debian's package systemd has it")


@pytest.fixture
def print_schedule(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CONGTIN_ARCHIVE", raising=False)
    monkeypatch.delenv("CONGTIN_CONTACT", raising=False)
    return lambda *words: CliRunner().invoke(main, ["schedule", *map(str, words)])


def split(text: str, folder: Path) -> list[Path]:
    """The files that the printed text is made of, each under its heading, written into a folder."""
    parts = re.split(r"(?m)^# /etc/systemd/system/(\S+)\n", text)
    assert parts[0] == ""
    for name, content in zip(parts[1::2], parts[2::2], strict=True):
        (folder / name).write_text(content)
    return [folder / name for name in parts[1::2]]


def analyze(*words) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *map(str, words)], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("every", "minutes"),
    [("10m", 10), ("30m", 30), ("60m", 60), ("1h", 60), ("6h", 360), ("24h", 1440), ("1d", 1440), ("7d", 10080)],
)
def test_pause(every, minutes):
    assert minutes_of(every) == minutes


@pytest.mark.parametrize(
    "every", ["", "6", "h", "-6h", "6.5h", "0m", "0h", "5m", "7h", "90m", "45m", "2d", "30d", "6h30m", "６h", "6H"]
)
def test_pause_that_is_none(every, print_schedule):
    with pytest.raises(BadInput):
        minutes_of(every)
    done = print_schedule("namdinh", "--every", every)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(
    "words", [["nowhere", "--every", "6h"], ["--every", "6h"], ["namdinh"], ["ftp://x.vn/", "--every", "6h"]]
)
def test_what_cannot_be_scheduled(words, print_schedule):
    done = print_schedule(*words)
    assert (done.exit_code, done.stdout) == (2, "")


@NEEDS_SYSTEMD
@pytest.mark.parametrize("every", ["10m", "1h", "6h", "12h", "1d", "7d"])
def test_systemd_takes_the_units(every, print_schedule, tmp_path):
    archive = tmp_path / "kho tin 100%"
    done = print_schedule("namdinh", "https://x.vn/tin%20tuc?a=$b", "--every", every, "--archive", archive)
    assert done.exit_code == 0, done.stderr
    files = split(done.stdout, tmp_path)
    name = "congtin-namdinh-x.vn"
    assert [file.name for file in files] == [f"{name}.service", f"{name}.timer", "congtin-alarm@.service"]
    verified = analyze("verify", "--man=no", *files)
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")


@NEEDS_SYSTEMD
def test_service_is_hardened(print_schedule, tmp_path):
    service = split(print_schedule("namdinh", "--every", "6h").stdout, tmp_path)[0]
    judged = analyze("security", "--offline=true", "--threshold=25", service)  # of 100, all doors open
    assert judged.returncode == 0, judged.stdout


def test_service_says_which_exit_codes_alarm_and_what_may_be_written(print_schedule, tmp_path):
    service, timer, _ = (
        file.read_text() for file in split(print_schedule("namdinh", "--every", "6h").stdout, tmp_path)
    )
    lines = service.splitlines()
    assert f"ExecStart={executable()[0]} crawl namdinh --archive {tmp_path.resolve()}/congtin-archive" in lines
    assert f"ReadWritePaths={tmp_path.resolve()}/congtin-archive" in lines
    assert {"SuccessExitStatus=3 130", "OnFailure=congtin-alarm@%n.service", "ProtectSystem=strict"} <= set(lines)
    assert {"NoNewPrivileges=yes", "PrivateTmp=yes", "Type=oneshot"} <= set(lines)
    assert {"Persistent=true", "OnCalendar=*-*-* 00/6:00:00", "RandomizedDelaySec=60min"} <= set(timer.splitlines())


def test_contact_goes_into_the_schedule(print_schedule, monkeypatch):
    monkeypatch.setenv("CONGTIN_CONTACT", "kho@x.vn")
    assert 'Environment="CONGTIN_CONTACT=kho@x.vn"\n' in print_schedule("namdinh", "--every", "6h").stdout
    assert "\nCONGTIN_CONTACT=kho@x.vn\n" in print_schedule("namdinh", "--every", "6h", "--cron").stdout


@pytest.mark.parametrize("folder", ["kho\n[Install]", "kho\x1b[2J"])
def test_control_characters_stay_out(folder, print_schedule, tmp_path):
    done = print_schedule("namdinh", "--every", "6h", "--archive", tmp_path / folder)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_what_would_keep_the_service_from_running_is_told(tmp_path):
    def told(archive):
        return hindrances(Schedule("congtin-a", ["a"], Path(archive), ["/opt/congtin"], 60))

    assert told("/usr") == []
    assert [line.split(";")[1] for line in told("/srv/no-such-folder")] == [" make /srv/no-such-folder first."]
    assert [line.split(";")[1] for line in told("/tmp")] == [" move it elsewhere."]


@pytest.mark.parametrize(
    ("every", "times"),
    [
        ("10m", r"[0-9]-59/10 \* \* \* \*"),
        ("1h", r"[0-5]?[0-9] \* \* \* \*"),
        ("6h", r"[0-5]?[0-9] \*/6 \* \* \*"),
        ("1d", r"[0-5]?[0-9] [0-5] \* \* \*"),
        ("7d", r"[0-5]?[0-9] [0-5] \* \* 0"),
    ],
)
def test_cron_times(every, times):
    schedule = Schedule("congtin-a", ["a"], Path("/srv/kho"), ["/opt/congtin"], minutes_of(every))
    assert re.match(f"{times} told=", crontab(schedule).splitlines()[-1])


@pytest.mark.parametrize(
    ("exit_code", "mailed"), [(0, ""), (3, ""), (130, ""), (4, "hỏng: 100% lost\n"), (5, "hỏng: 100% lost\n")]
)
def test_cron_mails_alarms_alone(exit_code, mailed, tmp_path):
    command = tmp_path / "con gtin"
    command.write_text(
        f'#!/bin/sh\necho "$@" >{tmp_path}/asked\necho noise\necho "hỏng: 100% lost" >&2\nexit {exit_code}\n'
    )
    command.chmod(0o755)
    schedule = Schedule("congtin-a", ["https://x.vn/?a=1&b=%20"], tmp_path / "kho 100%", [str(command)], 60)
    line = crontab(schedule).splitlines()[-1]
    assert not re.search(r"(?<!\\)%", line)  # cron would end the command there
    script = line.split(" ", 5)[5].replace(r"\%", "%")
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, timeout=20, check=False)
    assert (done.stdout, done.stderr) == (mailed, "")
    assert (tmp_path / "asked").read_text() == f"crawl https://x.vn/?a=1&b=%20 --archive {tmp_path}/kho 100%\n"


def test_a_crawl_writes_plain_lines_into_a_journal(portal, congtin):
    articles = portal.add_articles("/tin", 4)
    portal.add_listing("/tin", articles)
    portal.routes.pop(articles[1])
    done = congtin("crawl", f"{portal.origin}/tin")
    assert done.returncode == 3
    lines = [line for text in (done.stdout, done.stderr) for line in text.split("\n") if line]
    assert len(lines) >= 2
    assert all(line.isprintable() for line in lines), lines
    assert "\r" not in done.stdout + done.stderr


@NEEDS_SYSTEMD
def test_systemd_takes_the_template_for_any_portal(print_schedule, tmp_path):
    (tmp_path / "kho").mkdir()
    done = print_schedule("--template", "--every", "6h", "--archive", tmp_path / "kho")
    service, timer, alarm = split(done.stdout, tmp_path)
    assert (service.name, timer.name) == ("congtin@.service", "congtin@.timer")
    assert f"crawl %i --archive {tmp_path}/kho/%i\n" in service.read_text()
    assert f"ReadWritePaths={tmp_path}/kho\n" in service.read_text()
    verified = analyze("verify", "--man=no", service, timer, alarm)
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")


@pytest.mark.parametrize("words", [("--template", "namdinh"), ("--template", "--cron"), ()])
def test_a_template_is_of_any_portal(words, print_schedule):
    done = print_schedule(*words, "--every", "6h")
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
