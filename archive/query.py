"""What a reader types becomes a tree that SQLite's full-text index can be asked with, never a syntax error.

    nam dinh            both words, with any diacritics          "Nam Định"     the words side by side
    bão -lụt            without a word                           bão OR lụt     either
    (bão OR lụt) đê     grouped                                  title:bão      in one field
    thuy*               words that begin so                      author:"thu trang"

Anything else is words: stray quotes, brackets and operators mean nothing, and are no error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import normalize

from archive.vietnamese import WORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

FIELDS = ("title", "lead", "body", "captions", "author", "source")
_DEEPEST = 12  # brackets; SQLite's own parser gives up at a few dozen
_LONGEST = 400  # tokens; a pasted paragraph finds its article, a pasted book is cut

_TOKEN = re.compile(
    rf"""(?P<minus>(?:-+|NOT\s+)(?=[^\s)]))
    |(?P<field>(?i:{"|".join(FIELDS)}):(?=[^\s)]))
    |(?P<operator>(?:OR|AND)(?=[\s()]|$))
    |(?P<open>\()
    |(?P<close>\))
    |(?P<phrase>"[^"]*"?)
    |(?P<word>[^\s()"]+)""",
    re.VERBOSE,
)
_QUOTES = dict.fromkeys(map(ord, "“”„«»"), '"')
_Token = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or several side by side, in one field or in any; with `prefix` the last of them is only a beginning."""

    words: tuple[str, ...]
    field: str | None = None
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    node: Node


@dataclass(frozen=True, slots=True)
class All:
    nodes: Sequence[Node]


@dataclass(frozen=True, slots=True)
class Some:
    nodes: Sequence[Node]


Node = Term | Not | All | Some


@dataclass(frozen=True, slots=True)
class Match:
    """An FTS5 expression, or with `negated` everything that it does not match: FTS5 cannot say "not" alone."""

    expression: str
    negated: bool = False


def parse(query: str) -> Node | None:
    """The tree of a query; None when no word is in it.

    >>> parse('title:"Nam Định" thuy*')
    All(nodes=[Term(words=('Nam', 'Định'), field='title', prefix=False), Term(words=('thuy',), field=None, prefix=True)])
    >>> parse('(-* OR') is None
    True
    """
    text = normalize("NFC", query).translate(_QUOTES)
    tokens = [
        (str(token.lastgroup), token[0]) for _, token in zip(range(_LONGEST), _TOKEN.finditer(text), strict=False)
    ]
    return _Parser(_balanced(tokens)).either()


def compile_match(node: Node, spell: Callable[[Term], str]) -> Match:
    """The tree as one FTS5 expression, each term as `spell` writes it.

    >>> word = lambda term: '"' + " ".join(term.words) + '"'
    >>> compile_match(parse("a (b OR c) -d"), word)
    Match(expression='(("a") AND (("b") OR ("c"))) NOT (("d"))', negated=False)
    >>> compile_match(parse("a OR -b"), word)
    Match(expression='(("b")) NOT (("a"))', negated=True)
    """
    match node:
        case Term():
            return Match(spell(node))
        case Not():
            inner = compile_match(node.node, spell)
            return Match(inner.expression, negated=not inner.negated)
        case All() | Some():
            parts = [compile_match(part, spell) for part in node.nodes]
            wanted = [part.expression for part in parts if not part.negated]
            unwanted = [part.expression for part in parts if part.negated]
            return _all(wanted, unwanted) if isinstance(node, All) else _some(wanted, unwanted)


def terms(node: Node | None) -> Iterator[Term]:
    """The terms that an article is found by, not those that it must lack."""
    match node:
        case Term():
            yield node
        case All() | Some():
            for part in node.nodes:
                yield from terms(part)


def only(node: Node | None, kept: Callable[[Term], bool]) -> Node | None:
    """The part of a query that must be there, of such terms alone."""
    match node:
        case Term():
            return node if kept(node) else None
        case All() | Some():
            return _join(type(node), [only(part, kept) for part in node.nodes])
    return None


def _all(wanted: list[str], unwanted: list[str]) -> Match:
    if not wanted:
        return Match(_joined("OR", unwanted), negated=True)
    return Match(f"({_joined('AND', wanted)}) NOT ({_joined('OR', unwanted)})" if unwanted else _joined("AND", wanted))


def _some(wanted: list[str], unwanted: list[str]) -> Match:
    if not unwanted:
        return Match(_joined("OR", wanted))
    without = f"({_joined('AND', unwanted)}) NOT ({_joined('OR', wanted)})"
    return Match(without if wanted else _joined("AND", unwanted), negated=True)


def _joined(operator: str, expressions: list[str]) -> str:
    return f" {operator} ".join(f"({expression})" for expression in expressions)


def _balanced(tokens: list[_Token]) -> list[_Token]:
    """The tokens without brackets that close nothing or nest too deep."""
    kept, depth = [], 0
    for kind, text in tokens:
        depth -= kind == "close"
        if kind not in ("open", "close") or 0 <= depth < _DEEPEST:
            kept.append((kind, text))
        depth = max(depth, 0) + (kind == "open")
    return kept


class _Parser:
    """Recursive descent; a method returns None for what holds no word."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens[::-1]  # the next one last

    def either(self, field: str | None = None) -> Node | None:
        branches = [self._both(field)]
        while self._next_is("operator"):
            self._tokens.pop()
            branches.append(self._both(field))
        return _join(Some, branches)

    def _both(self, field: str | None) -> Node | None:
        nodes = []
        while self._tokens and not self._next_is("close") and self._tokens[-1] != ("operator", "OR"):
            nodes.append(self._one(field))
        return _join(All, nodes)

    def _one(self, field: str | None) -> Node | None:
        kind, text = self._tokens.pop() if self._tokens else ("operator", "")
        match kind:
            case "minus":
                node = self._one(field)
                return Not(node) if node else None
            case "field":
                return self._one(text[:-1].lower())
            case "open":
                return self._group(field)
            case "phrase" | "word":
                words = tuple(WORD.findall(text))
                return Term(words, field, prefix=kind == "word" and text.endswith("*")) if words else None
        return None

    def _group(self, field: str | None) -> Node | None:
        node = self.either(field)
        if self._next_is("close"):
            self._tokens.pop()
        return node

    def _next_is(self, kind: str) -> bool:
        return bool(self._tokens) and self._tokens[-1][0] == kind


def _join(kind: type[All | Some], nodes: Sequence[Node | None]) -> Node | None:
    there = [node for node in nodes if node]
    return kind(there) if len(there) > 1 else next(iter(there), None)
