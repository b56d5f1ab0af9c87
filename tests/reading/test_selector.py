"""Selectors find what lxml's own find, on every golden page."""

from pathlib import Path

import pytest
from lxml.cssselect import CSSSelector

from crawler.reading.layouts import LAYOUTS
from crawler.reading.layouts.selector import Selector
from crawler.reading.page import Page

PAGES = Path(__file__).parents[1] / "pages"
ASKED = sorted(
    {
        s._find.css
        for layout in LAYOUTS
        for value in vars(type(layout)).values()
        if isinstance(value, tuple)
        for s in value
    }
)
FORMS = (
    *(
        "div p",
        "div > p",
        "p ~ p",
        "h1 + p",
        "p:first-child",
        "[id]",
        "[class~=sapo]",
        "a[href$=pdf]",
        "#menu, #footer",
    ),
    *("div.detail p.sapo", "div > p.sapo", ".detail img", ".detail > h1", ".a.b", "p.sapo ~ div", "DIV.detail"),
)


@pytest.mark.parametrize("family", sorted(p.name for p in PAGES.iterdir()))
def test_every_selector_of_the_layouts(family: str) -> None:
    assert len(ASKED) > 100
    for path in (PAGES / family).glob("*.html"):
        page = Page.parse(path.read_bytes(), "https://a.vn/")
        for css in ASKED:
            assert Selector(css)(page) == CSSSelector(css, translator="html")(page.root), css


@pytest.mark.parametrize("css", FORMS)
def test_every_form(css: str) -> None:
    markup = (
        b"<div id=menu class='a  b a'><p>0</div><div class=detail><h1>1</h1><p class=sapo>2<p class='x sapo'>3<div class=detail>"
        b"<p class=sapo>4<img src=a.png></p></div><a href=a.pdf>5</a><a href=b>6</a></div><p id=footer>7"
    )
    page = Page.parse(markup, "https://a.vn/")
    expected = CSSSelector(css, translator="html")(page.root)
    assert expected and Selector(css)(page) == expected
