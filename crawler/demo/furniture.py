"""What stands around every text: banner with today's date, menu, sidebar, share buttons, footer."""

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape

from crawler.demo.content import Section
from crawler.demo.site import Site
from crawler.demo.story import Story, visible

ICONS = tuple(f"/images/icons/{name}.png" for name in ("emblem", "facebook", "zalo"))
STYLE = "/style.css"
_WEEKDAYS = ("Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy")
_EMBLEM, _FACEBOOK, _ZALO = ICONS


def shell(site: Site, title: str, main: str) -> str:
    """A whole page around its main part."""
    name = escape(site.content.name)
    return f"""<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="utf-8">
<title>{escape(title)} - {name}</title>
<meta name="description" content="{name}">
<link rel="stylesheet" href="{STYLE}">
</head>
<body>
{_banner(name, site.today)}
{_menu(site.content.sections)}
<div id="wrapper">
<div id="main-content" role="main">
{main}
</div>
{_sidebar(site)}
</div>
{_footer(name, site.today)}
</body>
</html>
"""


def weekday(day: date) -> str:
    """The Vietnamese name of a day of the week.

    >>> weekday(date(2024, 5, 17)), weekday(date(2024, 5, 19))
    ('Thứ Sáu', 'Chủ nhật')
    """
    return "Chủ nhật" if day.isoweekday() == 7 else f"Thứ {_WEEKDAYS[day.weekday()]}"


def links(site: Site, stories: Iterable[Story]) -> str:
    """List items that link stories, each with its date."""
    item = '<li><a href="{}">{}</a> <span class="date">({:%d/%m/%Y})</span></li>'
    return "\n".join(item.format(escape(site.path(s)), escape(s.title), s.published) for s in stories)


def summary(story: Story) -> str:
    """The first words of a story, as a listing cuts them off."""
    words = visible(story.lead or story.paragraphs[0]).split()
    return " ".join(words[:28]) + ("..." if len(words) > 28 else "")


def views(story: Story) -> int:
    """What the view counter says: it stands still, so that a page's bytes do."""
    return 60 + story.id % 1900


def share(story: Story) -> str:
    """The buttons and the rating under an article."""
    return f"""<div class="social-share">Chia sẻ:
<a href="#facebook"><img src="{_FACEBOOK}" alt="Facebook" width="16" height="16"></a>
<a href="#zalo"><img src="{_ZALO}" alt="Zalo" width="16" height="16"></a>
</div>
<div class="rating">Tổng số điểm của bài viết là: {story.id % 40} trong {story.id % 9} đánh giá</div>"""


def _banner(name: str, today: date) -> str:
    return f"""<div id="banner">
<a href="/"><img src="{_EMBLEM}" alt="" width="80" height="80"></a>
<div class="site-name">{name}</div>
<div class="date-today">{weekday(today)}, {today:%d/%m/%Y}</div>
<form action="/tim-kiem"><input name="q" placeholder="Nhập từ khóa"><button>Tìm kiếm</button></form>
<a href="/dang-nhap">Đăng nhập</a>
</div>"""


def _menu(sections: Sequence[Section]) -> str:
    pages = [("", "Trang chủ"), ("gioi-thieu", "Giới thiệu"), *((section.slug, section.title) for section in sections)]
    items = "".join(f'<li><a href="/{slug}">{escape(title)}</a></li>' for slug, title in pages)
    return f'<ul id="menu">{items}<li><a href="mailto:gopy@namthuong.example">Góp ý</a></li></ul>'


def _sidebar(site: Site) -> str:
    return f"""<div id="sidebar">
<div class="box"><h3>Tin mới nhất</h3><ul class="latest">
{links(site, site.content.stories[:4])}
</ul></div>
<div class="box"><h3>Video hoạt động</h3><p>Chưa có video.</p></div>
<div class="box"><h3>Website liên kết</h3><ul>
<li><a href="https://hdnd.namthuong.example/">Hội đồng nhân dân tỉnh</a></li>
<li><a href="https://dichvucong.namthuong.example/">Dịch vụ công trực tuyến</a></li>
</ul></div>
</div>"""


def _footer(name: str, today: date) -> str:
    return f"""<div id="footer">
<p>{name.upper()}</p>
<p>Giấy phép số 58/GP-TTĐT do Sở Thông tin và Truyền thông tỉnh Nam Thượng cấp ngày 14/06/2019</p>
<p>Chịu trách nhiệm chính: Chánh Văn phòng Ủy ban nhân dân tỉnh. Điện thoại: 0200 123 456</p>
<p>Ghi rõ nguồn “{name}” khi phát hành lại thông tin. © {today.year}</p>
<p>Lượt truy cập: 1.204.377</p>
</div>"""
