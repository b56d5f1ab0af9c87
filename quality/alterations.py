"""Golden pages as other portals would send them: the same article in another frame, so that what is left is what every portal shares.

Each takes a page's bytes and gives bytes in UTF-8, every class and id made meaningless. What a page displays of its article stays.
"""

from collections.abc import Callable

from lxml import etree
from lxml.html import HtmlElement, fragment_fromstring

from crawler.reading.page import Page
from quality.corpus import scrambled

_SITE = "Cổng thông tin điện tử tỉnh Bắc Hà"
_BANNER = """<div><span>Thứ ba, 24/11/2026 08:15</span> | <a href="/lien-he">Liên hệ</a> | <a href="/so-do">Sơ đồ cổng</a></div>"""
_FOOTER = """<div><p>Cơ quan chủ quản: UBND tỉnh Bắc Hà. Giấy phép số 12/GP-TTĐT ngày 01/02/2020.</p>
<p>Trưởng ban biên tập: Ông Nguyễn Văn A, Chánh Văn phòng</p><p>Ghi rõ nguồn khi phát hành lại thông tin từ trang này</p></div>"""
_OTHERS = "".join(
    f'<li><a href="/tin/{n}.html">Tin số {n} về việc phát triển kinh tế xã hội của địa phương</a> <span>({10 + n}/05/2019)</span></li>'
    for n in range(6)
)
_FRAME = """<table><tr><td width="20%"><ul><li><a href="/">Trang chủ</a></li><li><a href="/gt">Giới thiệu</a></li></ul></td>
<td></td><td><p>Thăm dò ý kiến</p><p>Bạn thấy trang này thế nào?</p></td></tr></table>"""

Change = Callable[[HtmlElement], None]


def altered(change: Change) -> Callable[[bytes], bytes]:
    """A reading of a page for the gate: `change` is done to the tree of the scrambled page."""

    def alter(body: bytes) -> bytes:
        page = Page.parse(scrambled(body), "http://bacha.example/")
        change(page.root)
        return b"<!DOCTYPE html>" + etree.tostring(page.root, encoding="utf-8", method="html")

    return alter


def untitled(root: HtmlElement) -> None:
    """The site's name for a title, on every page; nothing told to machines."""
    for element in [*root.iter("meta"), *(s for s in root.iter("script") if "json" in (s.get("type") or ""))]:
        element.drop_tree()
    for title in root.iter("title"):
        title.text = _SITE


def divided(root: HtmlElement) -> None:
    """No headings and no paragraphs: all of it div elements."""
    for element in root.iter("h1", "h2", "h3", "p"):
        element.tag = "div"


def boxed(root: HtmlElement) -> None:
    """Every paragraph and heading in a box of its own."""
    for element in list(root.iter("p", "h1", "h2", "h3")):
        parent = element.getparent()
        if parent is not None:
            box, tail = etree.Element("div"), element.tail
            parent.replace(element, box)
            element.tail, box.tail = None, tail
            box.append(element)


def tabled(root: HtmlElement) -> None:
    """The page in the middle cell of a table, as pages once were laid out."""
    body, frame = root.find("body"), fragment_fromstring(_FRAME)
    if body is not None:
        frame.findall(".//td")[1].extend(list(body))
        body.append(frame)


def surrounded(root: HtmlElement) -> None:
    """A banner with the time, the footer of a portal, and lists of other articles before and after."""
    body = root.find("body")
    if body is not None:
        for head, place in (("Các tin khác", len(body)), ("Tin đọc nhiều", 0)):
            body.insert(place, fragment_fromstring(f"<div><h3>{head}</h3><ul>{_OTHERS}</ul></div>"))
        body.insert(0, fragment_fromstring(_BANNER))
        body.append(fragment_fromstring(_FOOTER))


ALTERATIONS: dict[str, Callable[[bytes], bytes]] = {
    change.__name__: altered(change) for change in (untitled, divided, boxed, tabled, surrounded)
}
