"""CSS selectors that cost next to nothing on a page: looked up by class and id, checked upwards from there."""

from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from typing import Any, cast

from cssselect.parser import Attrib, Class, CombinedSelector, Element, Hash, parse
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from crawler.reading.page import Page

Match = Callable[[HtmlElement], bool]
_ASKED: set[str] = set()  # every class (".name") and id ("#name") that some selector names
_OPERATORS = frozenset(("exists", "=", "~=", "^=", "$=", "*="))
_INDEX_OF_IDS = object()
_INDEX = object()  # where a page keeps what was looked up
_SHORT, _MANY = 400, 8192  # characters of an attribute that is remembered, and how many are
_get = HtmlElement.get


class Selector:
    """A compiled selector. Called with a page it gives the elements that match, in the order of the page."""

    def __init__(self, selector: str) -> None:
        trees = [parsed.parsed_tree for parsed in parse(selector)]
        self._tree = trees[0] if len(trees) == 1 and _is_simple(trees[0]) else None
        self._anchor, self._below = _anchor(self._tree) if self._tree else (None, None)
        self._needs = list(_tokens(self._tree)) if self._tree else []
        self._parts = list(_parts_of_ids(self._tree)) if self._tree else []
        self._matches = _compiled(self._tree) if self._tree else _any
        self._find = CSSSelector(selector, translator="html")
        _ASKED.update(self._needs)
        _ASKED_OF.clear()

    @property
    def names(self) -> frozenset[str]:
        """The classes and ids without which a page has nothing that matches; empty where the selector names none."""
        return frozenset(self._needs)

    def may_match(self, page: Page) -> bool:
        """Whether the page has the classes and ids that the selector names."""
        index = _index(page)
        return all(name in index for name in self._needs) and all(part in _ids(page) for part in self._parts)

    def __call__(self, page: Page) -> list[HtmlElement]:
        found = page.found.get(self)
        if found is None:
            found = page.found[self] = self._search(page)
        return found

    def _search(self, page: Page) -> list[HtmlElement]:
        if not self.may_match(page):
            return []
        if self._anchor is None:
            return cast("list[HtmlElement]", self._find(page.root))
        near: Iterable[HtmlElement] = _index(page)[self._anchor]
        if self._below:
            near = dict.fromkeys(e for anchor in near for e in anchor.iterdescendants(self._below))
        elif isinstance(self._tree, Class | Hash) and isinstance(inner := self._tree.selector, Element):
            return [e for e in near if inner.element in (None, e.tag)]  # the index has said the rest
        return [e for e in near if self._matches(e)]


def names_on(page: Page) -> frozenset[str]:
    """Those of the classes and ids that selectors name which the page has."""
    return frozenset(_index(page))


def _ids(page: Page) -> str:
    """All ids of a page, one after the other: where no part of them is, no id has it."""
    ids: str | None = page.found.get(_INDEX_OF_IDS)
    if ids is None:
        ids = page.found[_INDEX_OF_IDS] = " ".join(e.get("id", "") for e in _index(page).get("#", ()))
    return ids


def _index(page: Page) -> dict[str, list[HtmlElement]]:
    """The page's elements by the classes and ids that selectors name, each list in the order of the page."""
    index: dict[str, list[HtmlElement]] | None = page.found.get(_INDEX)
    if index is None:
        index = page.found[_INDEX] = {}
        elements = page.elements
        for element, names in zip(elements, map(_get, elements, repeat("class")), strict=True):
            if names and (asked := _ASKED_OF[names]):
                for name in asked:
                    index.setdefault(name, []).append(element)
        for element, name in zip(elements, map(_get, elements, repeat("id")), strict=True):
            if name:
                index.setdefault("#", []).append(element)
                if (own := "#" + name) in _ASKED:
                    index.setdefault(own, []).append(element)
    return index


class _AskedOf(dict[str, tuple[str, ...]]):
    """The names of a class attribute that some selector asks for, each once; kept by the attribute's value, since a portal has few."""

    def __missing__(self, names: str) -> tuple[str, ...]:
        asked = tuple(name for name in dict.fromkeys("." + n for n in names.split()) if name in _ASKED)
        if len(names) <= _SHORT:
            if len(self) >= _MANY:
                self.clear()
            self[names] = asked
        return asked


_ASKED_OF = _AskedOf()


def _is_simple(tree: Any) -> bool:
    """Whether a selector is made of tags, classes, ids, attributes and combinators alone."""
    if isinstance(tree, Element):
        return tree.element is None or tree.element.islower()
    if isinstance(tree, CombinedSelector):
        return _is_simple(tree.selector) and _is_simple(tree.subselector)
    known = isinstance(tree, Class | Hash) or (isinstance(tree, Attrib) and tree.operator in _OPERATORS)
    return known and _is_simple(tree.selector)


def _tokens(tree: Any) -> Iterator[str]:
    """The classes (".name") and ids ("#name", "#" any) that a page must have for the selector to find anything."""
    if isinstance(tree, CombinedSelector):
        yield from _tokens(tree.subselector)
    if isinstance(tree, Class):
        yield "." + tree.class_name
    if isinstance(tree, Hash):
        yield "#" + tree.id
    if isinstance(tree, Attrib) and tree.attrib == "id":
        yield "#"
    if not isinstance(tree, Element):
        yield from _tokens(tree.selector)


def _parts_of_ids(tree: Any) -> Iterator[str]:
    """What ids must hold for the selector to find anything: the parts of [id^=a][id$=b]."""
    if isinstance(tree, CombinedSelector):
        yield from _parts_of_ids(tree.subselector)
    if isinstance(tree, Attrib) and tree.attrib == "id" and tree.operator in ("^=", "$=", "*=") and tree.value:
        yield tree.value.value or ""
    if not isinstance(tree, Element):
        yield from _parts_of_ids(tree.selector)


def _anchor(tree: Any) -> tuple[str | None, str | None]:
    """By what the elements that match are looked up: a class or an id of their own, else (that of an element round them, their tag)."""
    last = tree.subselector if isinstance(tree, CombinedSelector) else tree
    own = name = next(_tokens(last), None)
    tag = last
    while name is None and isinstance(tree, CombinedSelector) and tree.combinator in (" ", ">"):
        tree = tree.selector
        name = next(_tokens(tree.subselector if isinstance(tree, CombinedSelector) else tree), None)
    while not isinstance(tag, Element):
        tag = tag.selector
    return (own, None) if own else (name, tag.element) if tag.element else (None, None)


def _compiled(tree: Any) -> Match:
    """Whether an element matches a simple selector, as a function."""
    if isinstance(tree, Element):
        tag = tree.element
        return _any if tag is None else lambda e: e.tag == tag
    inner = _compiled(tree.subselector if isinstance(tree, CombinedSelector) else tree.selector)
    if isinstance(tree, Class):
        name = tree.class_name
        return lambda e: name in e.get("class", "").split() and inner(e)
    if isinstance(tree, Hash):
        name = tree.id
        return lambda e: e.get("id") == name and inner(e)
    if isinstance(tree, Attrib):
        attribute, has = tree.attrib, _value_test(tree)
        return lambda e: (value := e.get(attribute)) is not None and has(value) and inner(e)
    outer, combinator = _compiled(tree.selector), tree.combinator
    return lambda e: inner(e) and any(map(outer, _related(combinator, e)))


def _any(_element: HtmlElement) -> bool:
    return True


def _value_test(tree: Attrib) -> Callable[[str], bool]:
    asked: str = tree.value.value or "" if tree.value else ""
    tests: dict[str, Callable[[str], bool]] = {
        "exists": lambda _value: True,
        "=": lambda value: value == asked,
        "^=": lambda value: bool(asked) and value.startswith(asked),
        "$=": lambda value: bool(asked) and value.endswith(asked),
        "*=": lambda value: bool(asked) and asked in value,
        "~=": lambda value: bool(asked) and asked in value.split(),
    }
    return tests[tree.operator]


def _related(combinator: str, element: HtmlElement) -> Iterator[HtmlElement]:
    """The elements that a combinator allows on its left."""
    if combinator == " ":
        yield from element.iterancestors()
    elif combinator == ">":
        if (parent := element.getparent()) is not None:
            yield parent
    elif combinator == "+":
        if (before := element.getprevious()) is not None:
            yield before
    else:
        yield from element.itersiblings(preceding=True)
