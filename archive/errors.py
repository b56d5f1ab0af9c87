"""What can go wrong, one class a kind. The command line turns each into its sentence and its exit code.

A message says what is wrong, where, and what to do; it is written where the error is raised.
"""
# ruff: noqa: N818 - a name says what is the case

from __future__ import annotations


class CongtinError(Exception):
    """An error meant for the person at the keyboard."""

    exit_code = 1


class BadInput(CongtinError):
    """What was asked for cannot be meant: an empty query, a day that no calendar has."""

    exit_code = 2


class NoArchive(CongtinError):
    """There is no archive at the path, or something else is there."""

    exit_code = 2


class NotFound(CongtinError):
    """The archive holds no such thing."""

    exit_code = 2


class Busy(CongtinError):
    """Another crawl holds this archive."""

    exit_code = 6


class Damaged(CongtinError):
    """A promise of the archive is broken: bytes that are gone, rows that disagree with them."""

    exit_code = 7


class Unwritable(CongtinError):
    """The disk took no more bytes; nothing that was not written whole is counted as written."""


class Undecodable(CongtinError):
    """A body whose Content-Encoding does not decode, or decodes to more than we are ready to hold."""
