"""Keeps captures and articles, and finds them again."""

from archive.store import Archive

__all__ = ["Archive"]
