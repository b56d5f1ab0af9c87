"""What a reader types, as a tree and as what FTS5 is asked."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.query import FIELDS, All, Node, Not, Some, Term, compile_match, only, parse, terms

if TYPE_CHECKING:
    from collections.abc import Iterator


def word(text: str, field: str | None = None, *, prefix: bool = False) -> Term:
    return Term(tuple(text.split()), field, prefix)


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("bão", word("bão")),
        ("nam dinh", All([word("nam"), word("dinh")])),
        ("  nam\u00a0\n dinh ", All([word("nam"), word("dinh")])),
        ("nam AND dinh", All([word("nam"), word("dinh")])),
        ('"Nam Định"', word("Nam Định")),
        ("“Nam Định”", word("Nam Định")),
        ("«Nam Định» bão", All([word("Nam Định"), word("bão")])),
        ('"Nam Định', word("Nam Định")),
        ("29/05/2023", word("29 05 2023")),
        ("TP.Nam-Định", word("TP Nam Định")),
        ("bão -lụt", All([word("bão"), Not(word("lụt"))])),
        ("bão --lụt", All([word("bão"), Not(word("lụt"))])),
        ("bão NOT lụt", All([word("bão"), Not(word("lụt"))])),
        ("bão - lụt", All([word("bão"), word("lụt")])),
        ("-bão", Not(word("bão"))),
        ('-"bão lụt"', Not(word("bão lụt"))),
        ("-(bão OR lụt)", Not(Some([word("bão"), word("lụt")]))),
        ("bão OR lụt đê", Some([word("bão"), All([word("lụt"), word("đê")])])),
        ("(bão OR lụt) đê", All([Some([word("bão"), word("lụt")]), word("đê")])),
        ("bão or lụt", All([word("bão"), word("or"), word("lụt")])),
        ("title:bão", word("bão", "title")),
        ("Author:“thu trang”", word("thu trang", "author")),
        ("title:(bão OR lead:lụt)", Some([word("bão", "title"), word("lụt", "lead")])),
        ("-title:bão đê", All([Not(word("bão", "title")), word("đê")])),
        ("http://x.vn", word("http x vn")),
        ("nguồn:abc", word("nguồn abc")),
        ("folded:abc", word("folded abc")),
        ("title: bão", All([word("title"), word("bão")])),
        ("thuy*", word("thuy", prefix=True)),
        ("covid-1*", word("covid 1", prefix=True)),
        ("title:thuy*", word("thuy", "title", prefix=True)),
        ("a*b", word("a b")),
        ('"a b"*', word("a b")),
        ("bão)", word("bão")),
        (") bão ( lụt", All([word("bão"), word("lụt")])),
        ("((((bão))))", word("bão")),
        ("(" * 40 + "bão OR lụt" + ")" * 40 + " đê", All([Some([word("bão"), word("lụt")]), word("đê")])),
        ("bão OR OR lụt", Some([word("bão"), word("lụt")])),
        ("OR bão OR", word("bão")),
        ("bão OR ()", word("bão")),
        ("Đi\u0323nh", word("Định")),
        ("a_b\x00c\ud800d", word("a b c d")),
    ],
)
def test_the_tree_of_a_query(typed: str, tree: Node) -> None:
    assert parse(typed) == tree


@pytest.mark.parametrize(
    "typed", ["", "  ", '"', '""', "()", "-", "--", "*", "OR", "AND", "!?…", "-()", "title:-", "\x00", "- - -", "☃"]
)
def test_a_query_without_a_word(typed: str) -> None:
    assert parse(typed) is None


@settings(deadline=None)
@given(st.text(alphabet="ab(\")- *:OR_'\n,.^+{}[]~\\\x00", max_size=80))
@example("(" * 5000)
@example(")" * 5000)
@example("-title:" * 5000 + "a")
@example("a OR " * 5000)
@example('"a" ' * 5000)
def test_any_text_parses(typed: str) -> None:
    tree = parse(typed)
    assert all(term.words for term in terms(tree))
    assert set(terms(only(tree, lambda term: len(term.words) == 1))) <= set(terms(tree))


def rows(connection: sqlite3.Connection, node: Node) -> set[int]:
    """The rows that a tree finds, of texts over the letters a to d; the row's number has a bit for each letter."""
    found = compile_match(node, lambda term: f'"{term.words[0]}"')
    matched = {row for (row,) in connection.execute("SELECT rowid FROM t WHERE t MATCH ?", (found.expression,))}
    return set(range(1, 16)) - matched if found.negated else matched


def meant(node: Node, row: int) -> bool:
    match node:
        case Term():
            return bool(row & 1 << "abcd".index(node.words[0]))
        case Not():
            return not meant(node.node, row)
        case All():
            return all(meant(part, row) for part in node.nodes)
        case Some():
            return any(meant(part, row) for part in node.nodes)


@pytest.fixture(scope="module")
def letters() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(text)")
    for row in range(1, 16):
        text = " ".join(letter for bit, letter in enumerate("abcd") if row & 1 << bit)
        connection.execute("INSERT INTO t (rowid, text) VALUES (?, ?)", (row, text))
    yield connection
    connection.close()


TREES: st.SearchStrategy[Node] = st.recursive(
    st.sampled_from("abcd").map(word),
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=4).map(All),
        st.lists(inner, min_size=2, max_size=4).map(Some),
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(TREES)
def test_a_tree_finds_what_logic_says(letters: sqlite3.Connection, node: Node) -> None:
    """FTS5 knows no "not" of its own; whatever stands where, minus means minus."""
    assert rows(letters, node) == {row for row in range(1, 16) if meant(node, row)}


def test_a_deep_and_a_long_query_are_within_what_sqlite_parses(letters: sqlite3.Connection) -> None:
    deep = parse("(a OR (b (c OR " * 30 + "d" + ")))" * 30)
    long = parse("(a OR b) " * 500)
    assert deep is not None
    assert long is not None
    assert rows(letters, deep) >= {15}
    assert rows(letters, long) == {row for row in range(1, 16) if row & 3}


def test_the_part_of_a_query_that_is_of_some_terms_alone() -> None:
    tree = parse("bão title:lụt -đê (lead:x OR y)")
    assert only(tree, lambda term: term.field is None) == All([word("bão"), word("y")])
    assert only(parse("title:bão -x"), lambda term: term.field is None) is None
    assert list(terms(tree)) == [word("bão"), word("lụt", "title"), word("x", "lead"), word("y")]
    assert only(None, lambda _: True) is None


def test_the_fields_are_those_of_the_true_text() -> None:
    assert FIELDS == ("title", "lead", "body", "captions", "author", "source")
