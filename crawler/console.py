"""Where a command writes to, though nobody may be reading there any more."""

import os
import sys
from typing import IO

import click
from rich.console import Console


class Told(Console):
    """A console whose reader may leave, as `head` does: what it is told after that is lost, and nothing else."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        _drain(self.file)


def tell(text: str) -> None:
    """Prints what a command found; that nobody reads it changes nothing of how it ended."""
    try:
        click.echo(text)
    except BrokenPipeError:
        _drain(sys.stdout)


def _drain(file: IO[str]) -> None:
    """Lets a stream whose reader has left lead nowhere, so that whoever flushes it later meets no error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, file.fileno())
    os.close(nowhere)
