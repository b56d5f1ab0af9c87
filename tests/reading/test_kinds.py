"""Listings, front pages and errors are no articles, and the reason says which."""

import pickle

import pytest

from crawler.demo.portal import DemoPortal
from crawler.reading import Unreadable, read

ITEM = """<li><a href="/tin/{n}-xa-hai-minh-ra-quan-lam-thuy-loi-noi-dong.html">Xã Hải Minh ra quân làm thủy lợi nội đồng đợt {n}</a>
<span>1{n}/03/2023</span><p>Sáng nay, hơn hai trăm người dân xã Hải Minh đã ra quân nạo vét kênh mương trước vụ xuân.</p></li>"""
PAGER = '<div><a href="?page=2">2</a> <a href="?page=3">3</a> <a href="?page=2">Trang sau</a></div>'


def page(title: str, body: str) -> bytes:
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body>{body}</body></html>".encode()


def reason(body: bytes, url: str = "https://haihau.namdinh.gov.vn/tin-tuc") -> str:
    with pytest.raises(Unreadable) as caught:
        read(body, url)
    assert caught.value.url == url
    return caught.value.reason


@pytest.mark.parametrize("pager", ["", PAGER])
def test_a_list_of_articles(pager: str) -> None:
    items = "".join(ITEM.format(n=n) for n in range(1, 9))
    assert "a listing" in reason(page("Tin tức", f"<h1>Tin tức</h1><ul>{items}</ul>{pager}"))


def test_every_listing_of_the_demo_portal() -> None:
    with DemoPortal() as portal:
        for url in portal.listings.values():
            assert "a listing" in reason(portal.answer(url.removeprefix(portal.origin)).body, url)


def test_an_article_with_a_list_of_others_below_it_is_an_article() -> None:
    items = "".join(ITEM.format(n=n) for n in range(1, 6))
    text = "<p>Ngày 3/3, cụm dân cư số 4 hoàn thành tuyến kênh dài 1,2 km, sớm hơn kế hoạch mười ngày.</p>" * 3
    article = read(
        page(
            "Làm xong kênh mương sớm mười ngày",
            f"<h1>Làm xong kênh mương sớm mười ngày</h1>{text}<h3>Các tin khác</h3><ul>{items}</ul>",
        ),
        "https://a.vn/tin/1",
    )
    assert len(article.body) == 3


@pytest.mark.parametrize("path", ["", "/", "/Default.aspx", "/index.html", "/trang-chu"])
def test_the_front_page(path: str) -> None:
    assert "front page" in reason(
        page("Cổng tin huyện Hải Hậu", "<h1>Hải Hậu hôm nay đổi thay</h1><p>" + "Chữ nghĩa. " * 30 + "</p>"),
        f"https://haihau.gov.vn{path}",
    )


@pytest.mark.parametrize(
    ("title", "said"),
    [("Lỗi 404", "Không tìm thấy trang"), ("404 Not Found", "Not Found"), ("Thông báo", "Trang bạn tìm không tồn tại")],
)
def test_an_error(title: str, said: str) -> None:
    assert reason(
        page(title, f"<h1>{said}</h1><p>Mời bạn quay về trang chủ hoặc dùng ô tìm kiếm.</p>"),
        "https://a.vn/tin/x-1.html",
    )


def test_a_number_in_a_headline_is_no_error() -> None:
    text = "<p>Sáng nay, hơn một trăm hộ dân xã Hải Minh đã nhận giống cây trồng vụ đông do huyện hỗ trợ.</p>"
    assert read(
        page("Trao 500 cây giống cho nông dân", f"<h1>Trao 500 cây giống cho nông dân</h1>{text}"),
        "https://a.vn/tin/1-2.html",
    ).body


@pytest.mark.parametrize("body", [b"", b"   ", b"{}", b"%PDF-1.4 1 0 obj", b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_what_is_no_page(body: bytes) -> None:
    assert reason(body)


def test_a_log_in_page() -> None:
    form = "<form><label>Tên đăng nhập</label><input name=u><label>Mật khẩu</label><input type=Password></form>"
    told = "<p>Quên mật khẩu? Liên hệ quản trị viên để được cấp lại mật khẩu truy cập hệ thống.</p>"
    assert "log-in" in reason(page("Đăng nhập hệ thống", f"<h2>Đăng nhập</h2>{form}{told}"))


def test_a_map_of_the_site() -> None:
    links = "".join(f"<li><a href='/m{n}'>Chuyên mục số {n} của cổng thông tin</a></li>" for n in range(40))
    assert "a map of the site" in reason(page("Sơ đồ cổng", f"<h1>Sơ đồ cổng thông tin</h1><ul>{links}</ul>"))


def test_a_page_on_which_nothing_names_a_headline() -> None:
    """Portlets' headings and a footer: no article, though a heading with text of its own is one."""
    site = "Cổng thông tin điện tử huyện Hải Hậu"
    foot = (
        "<p>Địa chỉ: số 1 đường Bến Tre, thị trấn Yên Định, huyện Hải Hậu, tỉnh Nam Định - Điện thoại: 0228.3.877.111</p>"
        * 2
    )
    boxes = "<h1>Quy hoạch và kế hoạch</h1><p><a href='/q'>Quy hoạch chung</a></p>" + foot
    assert "names a headline" in reason(page(site, boxes))
    text = "<p>Ngày 3/3, cụm dân cư số 4 hoàn thành tuyến kênh dài 1,2 km, sớm hơn kế hoạch mười ngày.</p>" * 3
    article = read(
        page(site, f"<div><h1>Hải Minh nạo vét xong tuyến kênh</h1>{text}</div><div>{foot}</div>"), "https://a.vn/?id=7"
    )
    assert (article.title, len(article.body)) == ("Hải Minh nạo vét xong tuyến kênh", 3)


def test_a_list_whose_dates_stand_in_its_lines() -> None:
    """A short headline and its day in one line."""
    lines = "".join(
        f"<div><div>0{n}/03/2023<a href='/tin/{n}'>Gặt lúa sớm ở thôn {n}</a></div></div>" for n in range(1, 9)
    )
    assert "listing" in reason(page("Tin tức", f"<div>{lines}</div>"))


TOLD = "Ngày 3/3, cụm dân cư số 4 hoàn thành tuyến kênh dài 1,2 km, sớm hơn kế hoạch mười ngày."


def test_a_page_of_search_results() -> None:
    found = "".join(f"<div><a href='/tin/{n}'>Gặt lúa sớm ở thôn số {n}</a><br>{TOLD}</div>" for n in range(1, 6))
    assert "search results" in reason(page("Tìm kiếm", f"<h1>Kết quả tìm kiếm</h1><p>Có 25 kết quả</p>{found}"))


def test_a_list_of_documents() -> None:
    rows = "".join(
        f"<tr><td><a href='/vb/{n}.pdf'>{n}/NQ-HĐND</a></td><td>1{n}/07/2023</td><td>{TOLD}</td></tr>"
        for n in range(1, 6)
    )
    assert "list of documents" in reason(page("Văn bản", f"<h1>Văn bản</h1><table>{rows}</table>"))


def test_a_home_page_at_an_articles_address() -> None:
    """A dead link answered with the front page, its first article told at length."""
    first = f"<h2><a href='/tin/1'>Gặt lúa sớm ở thôn số 1</a></h2><span>14/05/2024 08:12</span><p>{TOLD * 3}</p>"
    others = "".join(f"<li><a href='/tin/{n}'>Gặt lúa sớm ở thôn số {n}</a></li>" for n in range(2, 6))
    home = page("Sở Văn hóa và Thể thao", f"<div>Thứ tư, 25/11/2026</div><div>{first}</div><ul>{others}</ul>")
    assert "only the portal's name" in reason(home)


def test_what_it_is_in_one_word() -> None:
    items = "".join(ITEM.format(n=n) for n in range(1, 9))
    with pytest.raises(Unreadable) as caught:
        read(page("Tin tức", f"<h1>Tin tức</h1><ul>{items}</ul>"), "https://a.vn/tin")
    assert caught.value.kind == pickle.loads(pickle.dumps(caught.value)).kind == "listing"


ROW = "<tr><td>{n}/2020/QĐ-UBND</td><td>Quyết định về giá nước sạch nông thôn đợt {n}</td><td>0{n}/03/2020</td><td><a href='#'>Tải về</a></td></tr>"
CARD = "<div><h3>Hải Hậu mở lớp dạy nghề đan cói đợt {n}</h3><p>Lớp học kéo dài ba tháng, dành cho lao động nữ.</p><div>1{n}/10/2024</div></div>"
BLOG = """<h2><a href="/tin/{n}">Bệnh viện huyện mổ nội soi ca thứ {n} trăm</a></h2><dd>Được đăng: 0{n} Tháng 3 2018</dd>
<p>Kíp mổ khoa Ngoại vừa phẫu thuật thành công cho một bệnh nhân sáu mươi tuổi ở xã ven biển.</p><p>Đọc thêm...</p>"""
NOTICE = (
    "<p>Trong thời gian này, các dịch vụ công trực tuyến và thư điện tử công vụ tạm ngừng, mong người dân thông cảm.</p>"
    * 3
)
OTHERS = [
    ("Thông báo", "<h1>HỆ THỐNG ĐANG ĐƯỢC NÂNG CẤP</h1>" + NOTICE, "error"),
    ("Trạng thái", "<h1>Trạng thái</h1><h3>Không tìm thấy</h3><div>Tài nguyên không được tìm thấy.</div>", "error"),
    ("Đăng nhập - Bệnh viện", "<h2>Đăng nhập thành viên</h2>" + NOTICE + "<h4>Tin mới</h4><li>Hội nghị sơ kết 28/06/2021</li>", "login"),
    ("Công ty", "<h1>Sơ đồ trang</h1>" + NOTICE, "map"),
    ("Văn bản - UBND", "<h1>Văn bản pháp quy</h1><p>Đang tải văn bản...</p>", "documents"),
    ("Tra cứu", "<h1>Nghị quyết mới</h1><table><tr><th>Số hiệu</th><th>Trích yếu</th><th>Ngày</th><th>Tệp</th></tr>"
     + "".join(ROW.format(n=n) for n in range(1, 6)) + "</table>", "documents"),
    ("Giáo xứ", "<h1>Thẻ: Đại hội</h1><h2><a href='/a'>Ba nghìn bạn trẻ dự đại hội</a></h2><div>19/11/2018</div>" + NOTICE, "listing"),
    ("Trung tâm", "<h1>Tin tức &amp; sự kiện</h1>" + "".join(CARD.format(n=n) for n in range(1, 6)), "listing"),
    ("Bệnh viện", "<h1>Bệnh viện đa khoa</h1>" + "".join(BLOG.format(n=n) for n in range(1, 5)), "listing"),
    ("Báo", "<h1>Ý kiến bạn đọc (27)</h1>" + NOTICE + "<div>Hải Yến - 12/04/2015 17:33</div>" + NOTICE, ""),
    ("Trường", "<h1>Đội ngũ cán bộ</h1>" + NOTICE, ""),
]  # fmt: skip


@pytest.mark.parametrize(("title", "body", "kind"), OTHERS)
def test_pages_of_a_portal_that_are_no_articles(title: str, body: str, kind: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(page(title, body), "https://haihau.namdinh.gov.vn/tin-tuc/khanh-thanh-cau-1203.html")
    assert caught.value.kind == kind


@pytest.mark.parametrize("portlet", ["Đăng nhập", "Bình luận", "Liên hệ", "Văn bản pháp quy"])
@pytest.mark.parametrize("others", ["<h1>Thư viện ảnh</h1>", ""])
def test_an_article_with_portlets_in_headings(portlet: str, others: str) -> None:
    text = "<p>Ngày 3/3, cụm dân cư số 4 hoàn thành tuyến kênh dài 1,2 km, sớm hơn kế hoạch mười ngày.</p>" * 3
    head = "Làng Hải Minh xong tuyến kênh nội đồng"
    body = f"<div><h2>{head}</h2>{text}</div><div><h1>{portlet}</h1><p>Mời bạn đọc cho biết ý kiến.</p></div>{others}"
    assert read(page(head, body), "https://a.vn/tin/1").title == head


@pytest.mark.parametrize(
    "headline",
    [
        "Đội ngũ bác sĩ trẻ vùng cao",
        "Nâng cấp hệ thống đê biển Hải Hậu",
        "Liên hệ thực tế trong giờ học sử",
        "Văn bản mới về giá đất gỡ khó cho dân",
    ],
)
def test_headlines_that_only_begin_so(headline: str) -> None:
    text = "<p>Ngày 3/3, cụm dân cư số 4 hoàn thành tuyến kênh dài 1,2 km, sớm hơn kế hoạch mười ngày.</p>" * 3
    assert (
        read(page(headline, f"<h1>{headline}</h1><div>03/03/2023</div>{text}"), "https://a.vn/tin/1").title == headline
    )
