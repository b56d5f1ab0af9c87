"""Pagers in every form that portals have, one table row a form."""

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.listing import read_listing
from crawler.pager import find_next_pages

HOST = "http://tinh.example.vn"


def following(text, url="/tin"):
    return [u.removeprefix(HOST) for u in find_next_pages(lxml.html.fromstring(f"<body>{text}</body>"), HOST + url)]


LIFERAY = (
    "<div class='pager'><div><a href='javascript:;'>{here}</a><ul class='dropdown-menu'>"
    "<li><a href='/tin?p_p_id=101&_101_cur=1'>1</a></li><li><a href='/tin?p_p_id=101&_101_cur=2'>2</a></li>"
    "<li><a href='/tin?p_p_id=101&_101_cur=3'>3</a></li></ul></div><ul class='lfr-pagination-buttons'>{buttons}</ul></div>"
)
FORWARD = "<li><a href='/tin?p_p_id=101&_101_cur=2'>next</a></li><li class='last'><a href='/tin?p_p_id=101&_101_cur=3'>Cuối cùng →</a></li>"
NO_FORWARD = "<li class='disabled'><a href='javascript:;'>next</a></li><li class='disabled last'><a href='javascript:;'>Cuối cùng →</a></li>"


@pytest.mark.parametrize(
    ("text", "url", "first"),
    [
        ("<p><b>1</b> <a href='?page=2'>2</a> <a href='?page=3'>3</a></p>", "/tin", "/tin?page=2"),
        ("<p><a href='?page=1'>1</a> <b>2</b> <a href='?page=3'>3</a></p>", "/tin?page=2", "/tin?page=3"),
        ("<p><a href='?page=1'>1</a> <a href='?page=2'>2</a> <a href='?page=3'>3</a></p>", "/tin", "/tin?page=2"),
        ("<ul><li><a href='/L.aspx?PageIndex=1'>1</a></li><li class='active'><a href='/L.aspx?PageIndex=2'>2</a></li><li><a href='/L.aspx?PageIndex=3'>3</a></li></ul>", "/L.aspx?PageIndex=2", "/L.aspx?PageIndex=3"),
        ("<ul><li class='active'><span>1</span></li><li><a href='/tin/trang-2'>2</a></li></ul>", "/tin", "/tin/trang-2"),
        ("<nav><span aria-current='page'>1</span><a href='/tin/page/2'>2</a><a href='/tin/page/2' rel='next'>»</a></nav>",
         "/tin", "/tin/page/2"),
        ("<div><a class='current' href='/chuyen-muc-tin-c12-1.html'>1</a><a href='/chuyen-muc-tin-c12-2.html'>2</a></div>",
         "/chuyen-muc-tin-c12-1.html", "/chuyen-muc-tin-c12-2.html"),
        ("<div><span class='CurrentPage'>1</span><a href='/portal/Pages/Tin.aspx?p=aWQ'>II</a></div>", "/tin", "/portal/Pages/Tin.aspx?p=aWQ"),
        ("<p><strong>1</strong><a href='/tin?start=10'>2</a><a href='/tin?start=20'>3</a></p>", "/tin", "/tin?start=10"),
        ("<p><strong>1</strong><a href='/tin?page=1'>2</a><a href='/tin?page=2'>3</a></p>", "/tin", "/tin?page=1"),
        ("<a href='/tin?page=2'>Trang sau</a>", "/tin", "/tin?page=2"),
        ("<a href='/tin?page=2'>Tiếp theo »</a>", "/tin", "/tin?page=2"),
        ("<a href='/tin?page=2'>Tiếp</a><a href='/tin?page=9'>Cuối</a>", "/tin", "/tin?page=2"),
        ("<a href='/tin?page=2' title='Trang sau'><i class='icon'></i></a>", "/tin", "/tin?page=2"),
        ("<a href='/tin?page=2' class='next'><img src='r.png'></a>", "/tin", "/tin?page=2"),
        ("<a href='/tin?page=2'>›</a><a href='/tin?page=9'>»</a>", "/tin", "/tin?page=2"),
        ("<a href='/tin?page=2'>»</a>", "/tin", "/tin?page=2"),
        ("<p><a href='/tin?page=9'>9</a><b>10</b><a href='/tin?page=11'>...</a></p>", "/tin?page=10", "/tin?page=11"),
        (LIFERAY.format(here=1, buttons=FORWARD), "/tin", "/tin?p_p_id=101&_101_cur=2"),
        (LIFERAY.format(here=2, buttons=""), "/tin?p_p_id=101&_101_cur=2", "/tin?p_p_id=101&_101_cur=3"),
        ("<link rel='next' href='/tin/page/2/'>", "/tin", "/tin/page/2/"),
    ],
)  # fmt: skip
def test_next_page(text, url, first):
    assert following(text, url)[0] == first


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("<p><a href='?page=1'>1</a> <a href='?page=2'>2</a> <b>3</b></p>", "/tin?page=3"),
        (
            "<p><a href='?page=1'>1</a> <a href='?page=2'>2</a> <a class='active' href='?page=3'>3</a></p>",
            "/tin?page=3",
        ),
        ("<p><a href='?page=1'>« Trước</a> <b>2</b></p>", "/tin?page=2"),
        (
            "<p><a href='?page=2'>2</a><span>3</span><span class='disabled'><a href='?page=4'>Sau</a></span></p>",
            "/tin?page=3",
        ),
        (LIFERAY.format(here=3, buttons=NO_FORWARD), "/tin?p_p_id=101&_101_cur=3"),
        ("<a href='#slide'>›</a><a href='javascript:__doPostBack()'>2</a>", "/tin"),
        ("<a href='https://khac.example.vn/tin?page=2'>Trang sau</a>", "/tin"),
        ("<a href='/tin/bai-viet-1234'>Cuối năm, chợ quê tấp nập</a>", "/tin"),
        ("<a href='/tin?page=2' title='Trang cuối'>»</a>", "/tin"),
        ("<p>Trang 1</p>", "/tin"),
    ],
)
def test_no_next_page(text, url):
    assert following(text, url) == []


def test_calendar_is_no_pager():
    week = "<tr>" + "".join(f"<td><a href='/lich?ngay={d}'>{d}</a></td>" for d in range(1, 8)) + "</tr>"
    assert following(f"<table>{week * 5}</table>") == []


def test_pager_that_does_not_say_where_it_is_offers_every_page_but_the_first():
    text = "<p>" + "".join(f"<a href='/tin?page={n}'>{n}</a>" for n in range(1, 5)) + "</p>"
    assert following(text, "/tin?x=1") == ["/tin?page=2", "/tin?page=3", "/tin?page=4"]


TAGS = st.sampled_from(["div", "ul", "li", "a", "p", "h2", "span", "table", "tr", "td", "nav"])
HREFS = st.one_of(
    st.sampled_from(["", "#", "/", "//", "http://", "javascript:;", "?page=2", "/tin/bai-1234.html", "http://[bad/", "\x00", "ftp://x/y"]),
    st.text(max_size=12),
)  # fmt: skip


@st.composite
def trees(draw, depth=3):
    tag, words = draw(TAGS), draw(st.text(max_size=30))
    element = lxml.html.Element(tag)
    element.text = "".join(c for c in words if c.isprintable())
    if tag == "a":
        element.set("href", "".join(c for c in draw(HREFS) if c.isprintable()))
    for child in draw(st.lists(trees(depth=depth - 1), max_size=4)) if depth else []:
        element.append(child)
    return element


@given(trees())
@settings(max_examples=150, deadline=None)
def test_no_page_is_too_odd_to_be_looked_at(tree):
    body = lxml.html.fromstring("<html><body></body></html>")
    body.find("body").append(tree)
    listing = read_listing(body, "http://tinh.example.vn/tin")
    assert all(a.url.startswith("http://tinh.example.vn") for a in listing.articles)
    assert "http://tinh.example.vn/tin" not in listing.next_pages
