"""What makes a crawl a thing one can schedule and forget: systemd units, or a crontab line."""

import os
import pwd
import re
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from zlib import crc32

from archive.errors import BadInput

_EVERY = re.compile(r"(?P<number>[0-9]{1,4})(?P<unit>[mhd])")
_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
_HOUR, _DAY, _WEEK = 60, 24 * 60, 7 * 24 * 60  # minutes
INSTANCE = "0instance0"  # stands for %i, which would be escaped
SOONEST = 10  # minutes: politeness has its own pauses, but no listing changes that fast
_TEMPORARY = ("/tmp", "/var/tmp")  # noqa: S108 - named, not used


@dataclass(frozen=True, slots=True)
class Schedule:
    """A crawl of some portals (names or addresses) into one archive, again and again."""

    name: str  # of the units
    targets: Sequence[str]
    archive: Path  # absolute
    command: Sequence[str]  # how congtin is called, with an absolute path
    minutes: int  # between two crawls
    user: str = ""  # who owns the archive
    contact: str = ""  # $CONGTIN_CONTACT

    def __post_init__(self) -> None:
        for text in (*self.arguments, self.contact):
            if not text.isprintable():
                raise BadInput(f"{text!r} cannot stand in a schedule; no line break or other control character can.")

    @property
    def arguments(self) -> list[str]:
        return [*self.command, "crawl", *self.targets, "--archive", str(self.archive)]

    @property
    def folder(self) -> Path:
        """What has to be there before the first crawl: the archive, or the folder of the archives of a template."""
        return self.archive.parent if self.archive.name == INSTANCE else self.archive

    @property
    def minute(self) -> int:
        """A minute of the hour that is the schedule's own: not every archive should call on the hour."""
        return crc32(self.name.encode()) % 60


def minutes_of(every: str) -> int:
    """The minutes between two crawls, so that the same clock times come back every day or every week.

    >>> minutes_of("30m"), minutes_of("6h"), minutes_of("1d")
    (30, 360, 1440)
    """
    found = _EVERY.fullmatch(every.strip())
    if found is None:
        raise BadInput(f"--every {every!r} is no pause between crawls; write it as 30m, 6h or 1d.")
    minutes = int(found["number"]) * _MINUTES[found["unit"]]
    if minutes < SOONEST:
        raise BadInput(f"--every {every} is too often for any portal; {SOONEST}m is the least.")
    fits = _HOUR % minutes == 0 or (minutes % _HOUR == 0 and _DAY % minutes == 0) or minutes == _WEEK
    if not fits:
        raise BadInput(
            f"--every {every} would come at other times every day; take a part of an hour (10m, 15m, 20m, 30m),"
            " a part of a day (1h, 2h, 3h, 4h, 6h, 8h, 12h), 1d or 7d."
        )
    return minutes


def units(schedule: Schedule) -> dict[str, str]:
    """The files that systemd wants, by name: a service, its timer, and what is done when a crawl needs someone."""
    files = {f"{schedule.name}.service": _service(schedule), f"{schedule.name}.timer": _timer(schedule)}
    made = {name.replace(INSTANCE, ""): text.replace(INSTANCE, "%i") for name, text in files.items()}
    return {**made, "congtin-alarm@.service": _ALARM}


def crontab(schedule: Schedule) -> str:
    """Lines for `crontab -e`. Cron mails what is printed: only what `SuccessExitStatus` would call a failure is."""
    command = _for_cron(" ".join(shlex.quote(word) for word in schedule.arguments))
    contact = f"CONGTIN_CONTACT={schedule.contact}" if schedule.contact else "# CONGTIN_CONTACT=you@example.vn"
    return dedent(f"""\
        # MAILTO=you@example.vn
        {contact}
        # No flock: the archive locks itself. Exit codes 0 (done), 3 (some pages failed, owed to the next crawl) and 130
        # (stopped) are silent; of the others the sentences are mailed, and `congtin status` has the rest.
        {_cron_times(schedule)} told=$({command} 2>&1 >/dev/null); case $? in 0|3|130) ;; *) echo "$told" ;; esac
        """)


def _for_cron(command: str) -> str:
    return command.replace("%", r"\%")  # a bare one ends the command


def _cron_times(schedule: Schedule) -> str:
    minutes, minute = schedule.minutes, schedule.minute
    hour = crc32(schedule.name.encode()) // 60 % 6  # of the night
    if minutes < _HOUR:
        return f"{minute % minutes}-59/{minutes} * * * *"
    if minutes < _DAY:
        return f"{minute} */{minutes // _HOUR} * * *" if minutes > _HOUR else f"{minute} * * * *"
    return f"{minute} {hour} * * {'*' if minutes == _DAY else '0'}"


def _calendar(minutes: int) -> str:
    if minutes < _HOUR:
        return f"*-*-* *:00/{minutes}:00"
    if minutes < _DAY:
        return f"*-*-* 00/{minutes // _HOUR}:00:00"
    return "daily" if minutes == _DAY else "weekly"


def _service(schedule: Schedule) -> str:
    contact = f'Environment="CONGTIN_CONTACT={_escaped(schedule.contact)}"'
    return _SERVICE.format(
        targets=" ".join(map(_escaped, schedule.targets)),
        command=" ".join(_quoted(word, "$") for word in schedule.arguments),
        user=f"User={schedule.user}" if schedule.user else "# User=congtin",
        contact=contact if schedule.contact else "# Environment=CONGTIN_CONTACT=you@example.vn",
        archive=_quoted(str(schedule.folder)),
    )


def _timer(schedule: Schedule) -> str:
    spread = max(schedule.minutes // 6, 1)
    return _TIMER.format(
        targets=" ".join(map(_escaped, schedule.targets)),
        calendar=_calendar(schedule.minutes),
        spread=min(spread, _HOUR),
        service=f"{schedule.name}.service",
    )


def _quoted(word: str, doubled: str = "") -> str:
    """A word of a unit file; in a command a dollar is doubled too.

    >>> _quoted("/srv/kho tin"), _quoted("https://x.vn/?q=a%20$b", "$")
    ('"/srv/kho tin"', '"https://x.vn/?q=a%%20$$b"')
    """
    escaped = _escaped(word)
    for letter in doubled:
        escaped = escaped.replace(letter, letter * 2)
    return escaped if re.fullmatch(r"[\w./:@=+-]+", escaped) else f'"{escaped}"'


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("%", "%%")


def executable() -> list[str]:
    """How this very congtin is called, by absolute path: the script beside its Python, else that Python itself."""
    script = Path(sys.executable).with_name("congtin")
    return [str(script)] if script.is_file() else [sys.executable, "-m", "crawler.cli"]


def owner(archive: Path) -> str:
    """Who should run the crawls: the owner of the archive, or whoever asks where there is none yet; "" for root."""
    uid = archive.stat().st_uid if archive.exists() else os.getuid()
    try:
        return pwd.getpwuid(uid).pw_name if uid else ""
    except KeyError:
        return ""


def hindrances(schedule: Schedule) -> list[str]:
    """What would keep the service from running as it is, a sentence each."""
    paths = (str(schedule.folder), schedule.command[0])
    unseen = [path for path in paths if any(Path(path).is_relative_to(folder) for folder in _TEMPORARY)]
    told = [f"The service has a /tmp of its own and will not see {path}; move it elsewhere." for path in unseen]
    if not schedule.folder.is_dir():
        told.append(f"The service can write only into a folder that is there; make {schedule.folder} first.")
    return told


_SERVICE = """\
[Unit]
Description=Congtin crawls {targets}
Wants=network-online.target
After=network-online.target
OnFailure=congtin-alarm@%n.service

[Service]
Type=oneshot
ExecStart={command}
# 3: some pages failed and are owed to the next crawl; 130: stopped, the next crawl goes on. Neither needs anyone.
# All others do, above all 4 (the portal has changed), 5 (it cannot be reached) and 7 (the archive is damaged).
SuccessExitStatus=3 130
TimeoutStopSec=3min
{user}
{contact}
Nice=10
UMask=0022
# It may read what it runs from, write into the archive, and talk to portals; nothing else.
ReadWritePaths={archive}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProcSubset=pid
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
"""

_TIMER = """\
[Unit]
Description=When Congtin crawls {targets}

[Timer]
OnCalendar={calendar}
# After the machine was off, the crawl that was missed is made up for.
Persistent=true
RandomizedDelaySec={spread}min
FixedRandomDelay=true
Unit={service}

[Install]
WantedBy=timers.target
"""

_ALARM = """\
[Unit]
Description=A crawl needs someone: %i

[Service]
Type=oneshot
# Replace this by your own mail or pager, like
# ExecStart=/bin/sh -c 'journalctl --unit "%i" --lines 50 --no-pager | mail -s "%i failed" you@example.vn'
ExecStart=/usr/bin/logger --priority user.alert --tag congtin "%i failed: journalctl --unit %i says why, congtin status the rest"
"""
