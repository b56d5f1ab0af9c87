"""Listings of portals that nobody described: every page here is written for the purpose, after the forms of each family."""

import lxml.html
import pytest

from crawler.listing import Listed, find_articles, find_sections, read_listing
from crawler.pager import find_next_pages

HEADLINES = [
    "Khánh thành cầu dân sinh nối hai thôn ven sông Đáy",
    "Nông dân Hải Hậu xuống giống vụ lúa mùa đúng lịch thời vụ",
    "Hội thi nấu cơm cần thu hút hàng nghìn khách thập phương",
    "Trường làng bên đê có thêm thư viện xanh cho học sinh",
    "Ra quân dọn bèo, khơi thông dòng chảy trên các tuyến kênh",
    "Làng nghề đúc đồng đỏ lửa những ngày giáp Tết",
    "Diêm dân Bạch Long được mùa muối sớm",
    "Phiên chợ Viềng đông kín người mua may bán rủi",
    "Tập huấn kỹ năng số cho tổ công nghệ cộng đồng",
    "Giải bóng chuyền nông dân khép lại sau ba ngày tranh tài",
    "Trồng mới hai nghìn cây phi lao chắn sóng ven biển",
    "Bàn giao nhà đại đoàn kết cho năm hộ khó khăn",
]
MENU = """<div class="menu-top"><ul><li><a href="/">Trang chủ</a></li><li><a href="/gioi-thieu">Giới thiệu</a></li>
  <li><a href="/tin-tuc">Tin tức - sự kiện</a><ul><li><a href="/tin-tuc/trong-tinh">Tin trong tỉnh</a></li>
  <li><a href="/hoat-dong-cua-lanh-dao-tinh">Hoạt động của lãnh đạo tỉnh</a></li></ul></li>
  <li><a href="/van-ban/ke-hoach.pdf">Kế hoạch</a></li><li><a href="/lien-he">Liên hệ</a></li></ul></div>"""
FOOTER = """<div class="footer"><ul><li><a href="/chinh-sach-bao-mat-thong-tin-ca-nhan">Chính sách bảo mật thông tin cá nhân</a>
  </li><li><a href="/dieu-khoan-su-dung-cong-thong-tin">Điều khoản sử dụng Cổng thông tin điện tử</a></li></ul></div>"""
SIDE = (
    '<div class="col-lg-3"><h3>Tin đọc nhiều</h3><ul>'
    + "".join(
        f'<li><h4><a href="/tin-tuc/bai-doc-nhieu-nhat-trong-tuan-{9000 + i}">Bài được đọc nhiều nhất trong tuần, số {i}</a></h4>'
        f"<span>0{i}/05/2023</span></li>"
        for i in range(1, 10)
    )
    + "</ul></div>"
)


def page(main, *, side=SIDE, head=""):
    return f"""<html><head>{head}</head><body><form id="aspnetForm">{MENU}<div class="row">{main}{side}</div>{FOOTER}</form></body></html>"""


def read(text, url="http://tinh.example.vn/tin-tuc", place=None):
    return read_listing(lxml.html.fromstring(text), url, place)


def slug(i):
    return f"bai-viet-ve-chuyen-que-so-{4810 + i}"


def uiarticle(count=10, pager=""):
    items = "".join(
        f'<li class="row"><div class="col-lg-2"><a href="/tin-tuc/{slug(i)}"><img class="image" src="/a.jpg"></a></div>'
        f'<h2 class="Title"><a href="/tin-tuc/{slug(i)}">{HEADLINES[i]}</a></h2>'
        f'<div class="Ngaydang">{i + 1:02d}/05/2023</div><p>{"Tóm tắt của bài viết. " * 4}</p></li>'
        for i in range(count)
    )
    return f'<div class="col-lg-9 UIArticleInMenu_Default"><ul class="ArticleList">{items}</ul>{pager}</div>'


def sharepoint(count=10, pager=""):
    items = "".join(
        f'<div class="item"><p class="channel-news-title"><a href="/portal/Pages/2023-5-{i + 1}/Chuyen-que-so-{i}ja6gg.aspx">'
        f"{HEADLINES[i]}</a></p></div>"
        for i in range(count)
    )
    return f'<td class="ms-layout">{items}<div class="pager">{pager}</div></td>'


def vhv(count=10, pager=""):
    items = "".join(
        f'<article class="detailType2 Article-News"><figure class="post-image"><a href="/tin-tuc/{slug(i)}.html"><img src="n.png"></a></figure>'
        f'<h4 class="entry-title"><a href="/tin-tuc/{slug(i)}.html">{HEADLINES[i]}</a></h4>'
        f'<time class="post-date" datetime="2023-05-{i + 1:02d}">{i + 1:02d}/05/2023</time></article>'
        for i in range(count)
    )
    return f'<section class="section-list Article-Detail-default">{items}<div class="wrapper-pagination">{pager}</div></section>'


def newspaper(count=10, pager=""):
    def link(i):
        return f"/channel/5087/202305/chuyen-que-so-{2541600 + i}/"

    first = (
        f'<div class="top"><a href="{link(0)}"><img src="/t.jpg"></a><h2><a class="title5" href="{link(0)}">{HEADLINES[0]}</a></h2>'
        f"<div class='desc'>{'Đoạn dẫn của tin đứng đầu trang. ' * 4}</div></div>"
    )
    rest = "".join(
        f'<div class="story"><a class="title2" href="{link(i)}">{HEADLINES[i]}</a><span>{i + 1:02d}/05/2023</span></div>'
        for i in range(1, count)
    )
    return f'<div class="col-main">{first}<div class="list-news">{rest}</div><ul class="pagination">{pager}</ul></div>'


def wordpress(count=10, pager=""):
    items = "".join(
        f'<article id="post-{710 + i}" class="post-{710 + i} post type-post category-tin"><h2 class="entry-title">'
        f'<a rel="bookmark" href="/2023/05/{i + 1:02d}/chuyen-que-{i}/">{HEADLINES[i]}</a></h2>'
        f'<div class="entry-summary">{"Một đoạn tóm tắt. " * 5}<a class="more" href="/2023/05/{i + 1:02d}/chuyen-que-{i}/">Đọc tiếp</a></div></article>'
        for i in range(count)
    )
    return f'<main id="main">{items}<nav class="pagination">{pager}</nav></main>'


def table(count=10, pager=""):
    rows = "".join(
        f'<tr><td>{i + 1}</td><td><a href="/van-ban/-/view_content/{70400 + i}-chuyen-que">{HEADLINES[i]}</a></td></tr>'
        for i in range(count)
    )
    return f"<div><table><tbody>{rows}</tbody></table><div>{pager}</div></div>"


def queries(count=10, pager=""):
    items = "".join(
        f"<li><a href='Default.aspx?sname=tinh&amp;sid=4&amp;pageid=468&amp;id={51200 + i}'>{HEADLINES[i]}</a>"
        f"<i>({i + 1}/5/2023)</i></li>"
        for i in range(count)
    )
    return f"<div><ul>{items}</ul><p>{pager}</p></div>"


FAMILIES = [uiarticle, sharepoint, vhv, newspaper, wordpress, table, queries]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("count", [10, 4])
def test_main_list_is_found_and_nothing_else(family, count):
    articles = read(page(family(count))).articles
    assert [a.text for a in articles] == HEADLINES[:count]


@pytest.mark.parametrize("family", FAMILIES)
def test_side_box_before_the_list_is_left_out(family):
    text = page(f"{SIDE}{family()}", side="")
    assert [a.text for a in read(text).articles] == HEADLINES[:10]


@pytest.mark.parametrize("family", FAMILIES)
def test_last_page_with_one_article_is_read_where_the_list_stood(family):
    """The side box is longer by then, has dates, and nothing that gives it away."""
    side = SIDE.replace("Tin đọc nhiều", "Chuyện làng chuyện xã")
    place = read(page(family(12), side=side)).place
    count = 2 if family is newspaper else 1  # its first is featured, so the list itself has one
    articles = read(page(family(count), side=side), place=place).articles
    assert HEADLINES[count - 1] in [a.text for a in articles]
    assert not any("đọc nhiều" in a.text for a in articles)


def test_article_linked_twice_is_one_with_its_headline_and_its_day():
    first = read(page(uiarticle())).articles[0]
    assert first == Listed("http://tinh.example.vn/tin-tuc/bai-viet-ve-chuyen-que-so-4810", HEADLINES[0], "2023-05-01")


def test_sessions_fragments_and_redirects_fold_into_one_address():
    items = "".join(
        f'<li><h3><a href="/tin/{slug(i)};jsessionid=AB{i}?redirect=%2Ftin%3Fcur%3D{i}#top">{HEADLINES[i]}</a></h3></li>'
        f'<li><h3><a href="/tin/{slug(i)}">{HEADLINES[i]}</a></h3></li>'
        for i in range(5)
    )
    assert [a.url for a in read(f"<body><div><ul>{items}</ul></div></body>").articles] == [
        f"http://tinh.example.vn/tin/{slug(i)}" for i in range(5)
    ]


def test_relative_links_follow_the_base_of_the_page():
    items = "".join(f'<li><h3><a href="tin/{slug(i)}">{HEADLINES[i]}</a></h3></li>' for i in range(3))
    text = f'<html><head><base href="/cong/"></head><body><div><ul>{items}</ul></div></body></html>'
    assert read(text).articles[0].url == f"http://tinh.example.vn/cong/tin/{slug(0)}"


def test_links_off_the_portal_and_documents_are_no_articles():
    items = "".join(
        f'<li><h3><a href="{h}">{t}</a></h3></li>'
        for h, t in [
            ("https://khac.example.vn/tin/bai-1234", HEADLINES[0]),
            ("/files/ke-hoach-so-1234.pdf", HEADLINES[1]),
            ("mailto:a@b.vn", HEADLINES[2]),
            ("javascript:void(0)", HEADLINES[3]),
            ("/tin/bai-4321", HEADLINES[4]),
        ]
    )
    assert [a.text for a in read(f"<div><ul>{items}</ul></div>").articles] == [HEADLINES[4]]


@pytest.mark.parametrize(
    "text",
    [
        "<html><body></body></html>",
        f"<html><body>{MENU}{FOOTER}</body></html>",
        f"<html><body>{MENU}<div><h1>Không tìm thấy trang</h1><p>Trang này không còn.</p></div>{FOOTER}</body></html>",
    ],
)
def test_page_without_a_list_lists_nothing(text):
    assert read(text).articles == []
    assert find_next_pages(lxml.html.fromstring(text), "http://tinh.example.vn/tin-tuc") == []


def test_read_more_links_are_no_articles_of_their_own():
    items = "".join(
        f'<div class="n"><h3><a href="/tin/{slug(i)}">{HEADLINES[i]}</a></h3><a href="/tin/{slug(i)}">Xem thêm</a></div>'
        for i in range(6)
    )
    assert [a.text for a in read(f"<div>{items}</div>").articles] == HEADLINES[:6]


def test_headlines_of_two_columns_of_one_list_are_all_found():
    half = [
        "".join(f'<li><a href="/tin/{slug(i)}">{HEADLINES[i]}</a></li>' for i in r) for r in (range(5), range(5, 10))
    ]
    text = (
        f'<div class="row"><div class="col-6"><ul>{half[0]}</ul></div><div class="col-6"><ul>{half[1]}</ul></div></div>'
    )
    assert [a.text for a in read(text).articles] == HEADLINES[:10]


def test_list_wins_even_when_a_class_of_the_whole_page_speaks_of_a_sidebar():
    text = page(uiarticle()).replace('<div class="row">', '<div class="row has-sidebar">')
    assert len(read(text).articles) == 10


def test_sections_are_the_menus_listings():
    text = page('<div class="box"><h2 class="title"><a href="/van-hoa">Văn hóa - Xã hội</a></h2></div>')
    sections = find_sections(lxml.html.fromstring(text), "http://tinh.example.vn/")
    assert dict(sections) == {
        "http://tinh.example.vn/tin-tuc": "Tin tức - sự kiện",
        "http://tinh.example.vn/tin-tuc/trong-tinh": "Tin trong tỉnh",
        "http://tinh.example.vn/hoat-dong-cua-lanh-dao-tinh": "Hoạt động của lãnh đạo tỉnh",
        "http://tinh.example.vn/van-hoa": "Văn hóa - Xã hội",
    }


def test_find_articles_is_the_list_of_a_page_seen_alone():
    root = lxml.html.fromstring(page(uiarticle()))
    assert [a.url for a in find_articles(root, "http://tinh.example.vn/tin-tuc")][:1] == [
        "http://tinh.example.vn/tin-tuc/bai-viet-ve-chuyen-que-so-4810"
    ]
