"""What holds for any bytes: an article or Unreadable, nothing else; the same bytes, the same article."""

import time
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.reading import Article, Unreadable, read
from crawler.reading.page import decode

URL = "https://namdinh.gov.vn/tin/hop-mat"
PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Giao Thủy khánh thành bến cá mới - Cổng thông tin</title></head>
<body><div class="menu"><a href="/">Trang chủ</a></div><div class="bai"><h1>Giao Thủy khánh thành bến cá mới</h1><div>29/05/2023 2:05:00 CH</div>
<p><b>Sáng 28-5, huyện Giao Thủy khánh thành bến cá Giao Hải sau hai năm thi công, đón hơn ba trăm tàu thuyền.</b></p>
<p>Bến cá mới có cầu tàu dài một trăm hai mươi mét, đủ chỗ cho tàu công suất lớn cập bến khi thủy triều xuống thấp.</p>
<p style="text-align:center"><img src="/anh/ben-ca.jpg"></p><p style="text-align:center"><em>Tàu cá cập bến Giao Hải. Ảnh: Đức Toàn</em></p>
<p>Ngư dân trong xã phấn khởi vì từ nay không phải đi nhờ bến của huyện bạn mỗi khi bão về./.</p>
<p style="text-align:right"><strong>Bài: Hồng Vân</strong></p><p>(Nguồn: Báo Nam Định)</p></div></body></html>"""


def outcome(body: bytes) -> Article | str:
    try:
        return read(body, URL)
    except Unreadable as error:
        return error.reason


def test_the_page_reads() -> None:
    article = read(PAGE.encode(), URL)
    assert article.published_at == "2023-05-29T14:05:00+07:00"
    assert (article.author, article.source) == ("Hồng Vân", "Báo Nam Định")
    assert [(i.caption, i.credit) for i in article.images] == [("Tàu cá cập bến Giao Hải.", "Đức Toàn")]
    assert article.lead and article.lead.startswith("Sáng 28-5") and len(article.body) == 2


@given(st.binary(max_size=2000))
def test_any_bytes(body: bytes) -> None:
    assert outcome(body) == outcome(body)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_damaged_pages(data: st.DataObject) -> None:
    """Bits flipped, pieces cut out or doubled."""
    body = bytearray(PAGE.encode())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(body) - 1))
        kind = data.draw(st.sampled_from(("flip", "cut", "double")))
        if kind == "flip":
            body[at] ^= 1 << data.draw(st.integers(0, 7))
        else:
            piece = bytes(body[at : at + data.draw(st.integers(1, 200))])
            body[at : at + len(piece)] = b"" if kind == "cut" else piece * 2
    result = outcome(bytes(body))
    assert isinstance(result, (Article, str))


MARKUP = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<div>", "</div>", "<table><tr><td>", "</table>", "<b>", "</b>", "<img src='a.jpg'>", "<br>", "<h1>", "</h1>", "<a href='/x'>", "</a>",
         "<figure>", "</figure>", "<figcaption>", "<ul><li>", "Tin liên quan", "Ảnh: Hồng Hà", "29/05/2023", "Theo TTXVN", "(Nguồn: Báo Nam Định)", "Thu Lan",
         "Hội nghị tổng kết công tác năm 2023 đã diễn ra tại thành phố Nam Định với sự tham dự của nhiều đại biểu.", "&nbsp;", "<center>", "<!--", "-->", "\x00"]
    ),
    max_size=60,
)  # fmt: skip


@settings(deadline=None)
@given(MARKUP)
def test_any_markup(parts: list[str]) -> None:
    body = ("<title>Hội nghị tổng kết</title><body><h1>Hội nghị tổng kết</h1>" + " ".join(parts)).encode()
    assert outcome(body) == outcome(body)


@pytest.mark.parametrize("size", ["²", "٣٠٠", "1e3", "-5", "", "9" * 5000, "100%", "px"])
def test_sizes_that_are_no_numbers(size: str) -> None:
    sized = PAGE.replace("<img ", f'<img width="{size}" height="{size}px" style="width: {size}px" ')
    for page in (sized, sized.replace("<h1>", f'<img src="/banner.jpg" width="{size}"><h1>', 1)):
        assert read(page.encode(), URL).images == read(PAGE.encode(), URL).images


@pytest.mark.parametrize(
    "address", ["http://[", "//[địa chỉ]/a.pdf", "http://\u2100.vn/", "http://a.vn:x/", "javascript:", "%zz", "\\", "#"]
)
def test_addresses_that_are_none(address: str) -> None:
    linked = PAGE.replace('<div class="bai">', f'<a href="{address}">Tin trong tỉnh</a><div class="bai">', 1)
    linked = linked.replace('<a href="/">Trang chủ</a>', "").replace(
        "sau hai năm", f'<a href="{address}">sau hai năm</a>'
    )
    article = read(linked.replace("<p style", f'<img src="{address}"><p style', 1).encode(), URL)
    assert (article.title, article.lead) == (read(PAGE.encode(), URL).title, read(PAGE.encode(), URL).lead)
    with suppress(Unreadable):  # some are an address of the front page
        assert read(PAGE.encode(), address).title == article.title


@pytest.mark.parametrize("form", ["NFD", "NFKD"])
def test_decomposed_letters_read_the_same(form: str) -> None:
    assert read(unicodedata.normalize(form, PAGE).encode(), URL) == read(PAGE.encode(), URL)


def test_another_charset_reads_the_same() -> None:
    utf16 = PAGE.replace("utf-8", "utf-16").encode("utf-16")
    assert read(utf16, URL, content_type="text/html; charset=utf-16").to_dict() == read(PAGE.encode(), URL).to_dict()


def test_a_wrong_declaration_is_not_believed() -> None:
    assert "Giao Thủy" in decode(PAGE.replace("utf-8", "iso-8859-1").encode(), "text/html; charset=iso-8859-1")


SAID = "<p>Ngày 3/3, cụm dân cư số 4 hoàn thành tuyến kênh dài 1,2 km, sớm hơn kế hoạch mười ngày.</p>"


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 100_000,
        "<b><i>" * 50_000 + "chữ",
        "<p " + "x" * 2_000_000 + ">chữ</p>",
        "<table><tr><td>" * 20_000 + "chữ",
        "<a href='/x'>tin</a>" * 50_000,
        "<p>" + "chữ " * 500_000,
        "<img src='a.jpg'>" * 20_000,
        "Ảnh: " * 100_000,
        "01/01/2020 " * 50_000,
        "<br>" * 200_000,
        "(" * 100_000,
        f"{SAID}<p>Tin liên quan</p><ul><li><a href=/x>Một tin khác trong ngày hôm nay</a></li></ul>" * 4_000,
        "<div>"
        + "".join(f"<a href=/y{i}><img src=/a{i}.jpg></a>" for i in range(8_000))
        + "</div><p><i>Chú thích của ảnh này</i></p>",
        "<div>"
        + "".join(f"<figure><img src=/a{i}.jpg></figure>" for i in range(8_000))
        + "<figcaption>Chú thích</figcaption></div>",
        f"<div><video src=x></video><span>Phát</span></div>{SAID}" * 5_000,
        "<div>Hội nghị tổng kết năm</div>" * 20_000,
        "<div style='white-space:pre'>" + "một dòng ngắn\n" * 40_000 + "</div>",
        "một dòng ngắn<br>" * 40_000,
        "một chữ <img src='a.jpg'>" * 10_000,
        "<h2><a href='/tin/hop-mat'>Hội nghị tổng kết năm nay</a></h2>" * 20_000,
        "<div><figure></figure></div>" + f"<div>{SAID}</div>" * 10_000,
        f"<div>{SAID}<p><img src=a.jpg></p><p><b>Chú thích của ảnh</b></p></div>" * 4_000,
        "<p><img src=a.jpg></p><p><b>Chú thích của ảnh</b></p>" * 8_000,
        f"<h3>Tin</h3><div>01/02/2023</div>{SAID}" * 10_000,
        "<footer><p>" * 10_000 + "chữ",
        "<table><tr><td>Trích yếu" * 5_000,
        f"<p>Tác giả Trần Hoàng Anh, 01/02/2023</p>{SAID}" * 8_000,
    ],
    ids=[
        "nesting",
        "inline nesting",
        "attribute",
        "tables",
        "links",
        "one paragraph",
        "pictures",
        "credits",
        "dates",
        "breaks",
        "brackets",
        "boxes of links",
        "linked pictures",
        "figures under one caption",
        "films",
        "headlines",
        "lines",
        "lines parted by breaks",
        "pictures between words",
        "headings that lead here",
        "boxes without a name",
        "bold captions",
        "bold captions in one element",
        "dated headings",
        "footers",
        "columns",
        "names and dates",
    ],
)
def test_a_hostile_page_ends_soon(bomb: str) -> None:
    body = f"<title>Tin</title><body><h1>Hội nghị tổng kết năm</h1><p>Một câu chuyện dài đủ để đọc được.</p>{bomb}</body>".encode()
    start = time.process_time()
    assert isinstance(outcome(body), (Article, str))
    assert time.process_time() - start < 20
