"""The room at a port of this machine."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import click
import uvicorn
from datasette.plugins import pm

from archive.errors import BadInput
from archive.room.application import ReadingRoom

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = "127.0.0.1"  # and nothing else: the room asks nobody who they are


def serve(folder: Path, port: int) -> None:
    """Serves until Ctrl-C. Raises NoArchive, and BadInput for a port that cannot be had."""
    room = ReadingRoom(folder)
    with _listening(port) as listener:
        click.echo(f"Reading room: http://{ADDRESS}:{listener.getsockname()[1]}/ (Ctrl-C ends it)")
        server(room).run(sockets=[listener])


def server(room: ReadingRoom) -> uvicorn.Server:
    """The server over a room, to be run on a listening socket."""
    pm.get_plugin(
        "datasette.handle_exception"
    ).rich = None  # where it is installed, Datasette prints each refusal with every local variable
    config = uvicorn.Config(room.app(), log_level="warning", server_header=False, lifespan="on", ws="none")
    return uvicorn.Server(config)


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((ADDRESS, port))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        raise BadInput(f"The reading room cannot have port {port} ({reason}); choose another with --port.") from error
