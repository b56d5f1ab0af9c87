"""Golden pages: NAME.html with what a careful person reads on it in NAME.json."""

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CONGTIN_SHARED", ROOT.parent / "shared"))
FOLDERS = {"golden": ROOT / "tests" / "pages", "real": SHARED / "gold" / "pages"}
_NAMES = re.compile(rb"""((?<![\w-])(?:class|id)\s*=\s*)(["'])(.*?)\2""", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page as it was sent, and the article that it displays. `article` has the keys of Article.to_dict(), and "uncertain": the
    fields that the page leaves open."""

    name: str
    body: bytes
    article: Mapping[str, Any]

    @property
    def url(self) -> str:
        return str(self.article["url"])


@dataclass(frozen=True, slots=True)
class Corpus:
    """The golden pages of one folder. `digest` changes with any byte of them."""

    name: str
    digest: str
    pages: Sequence[GoldPage]


def load(name: str, folder: Path) -> Corpus:
    """The corpus of a folder, its sub-folders included; without pages where the folder is not there."""
    golds = sorted(folder.rglob("*.json"))
    pages = [
        GoldPage(
            path.relative_to(folder).with_suffix("").as_posix(),
            path.with_suffix(".html").read_bytes(),
            json.loads(path.read_text("utf-8")),
        )
        for path in golds
    ]
    return Corpus(name, digest(folder), pages)


def digest(folder: Path) -> str:
    """SHA-256 over names and bytes of all pages and gold files of a folder."""
    whole = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".html", ".json")):
        content = path.read_bytes()
        whole.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        whole.update(content)
    return f"sha256:{whole.hexdigest()}"


def scrambled(body: bytes) -> bytes:
    """The page as a portal that nobody has described would send it: each class and id becomes a meaningless word, the same one always.

    >>> scrambled(b'<p class="sapo tin"><b id=x data-id="sapo">')
    b'<p class="xc7fc2b xab5477"><b id=x data-id="sapo">'
    """
    return _NAMES.sub(lambda m: m[1] + m[2] + b" ".join(map(_meaningless, m[3].split())) + m[2], body)


def _meaningless(name: bytes) -> bytes:
    return b"x" + hashlib.sha256(name).hexdigest()[:6].encode()
