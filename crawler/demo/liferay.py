"""Layout A: pages in the manner of Liferay 6.2's asset publisher, as many Vietnamese portals run it."""

from datetime import datetime
from html import escape
from urllib.parse import parse_qs, urlencode

from crawler.demo import markup
from crawler.demo.content import Section
from crawler.demo.furniture import links, share, shell, summary, views
from crawler.demo.site import Site
from crawler.demo.story import Story

_FILES = "/documents/20182/310000/"
_PORTLET = {
    "p_p_id": "101",
    "p_p_lifecycle": "0",
    "p_p_state": "normal",
    "p_p_mode": "view",
    "p_p_col_id": "column-1",
    "p_p_col_count": "2",
    "_101_delta": "6",
    "_101_keywords": "",
    "_101_andOperator": "true",
    "p_r_p_564233524_resetCur": "false",
}


class Liferay:
    """`/<section>/-/view_content/<id>-<slug>.html`, listings by `…&_101_cur=<page>`."""

    page_size = 6
    always_clock = True

    def article_path(self, story: Story) -> str:
        return f"/{story.section}/-/view_content/{story.id}-{story.slug}.html"

    def picture(self, name: str) -> str:
        return f"{_FILES}{name}.png"

    def document(self, file: str) -> str:
        return f"{_FILES}{file}"

    def heading(self, text: str) -> str:
        return f"<p><strong>{text}</strong></p>"

    def date(self, story: Story) -> str:
        return _clock(story.published)

    def page_number(self, query: str) -> int:
        number = parse_qs(query).get("_101_cur", ["1"])[-1]
        return int(number) if number.isdecimal() else 1

    def article(self, story: Story, site: Site) -> str:
        main = f"""{_breadcrumb(site.section(story))}
<div class="portlet-asset-publisher" id="p_p_id_101_">
<h1 class="portlet-title">Tin tức nổi bật</h1>
{self._asset(story)}
<div class="asset-control-detail"><a href="javascript:window.print();">In bài viết</a> <a href="mailto:">Gửi mail</a></div>
{share(story)}
<div class="related_asset"><div class="related_asset_title">Các tin khác</div><ul class="related_asset_list">
{links(site, site.related(story))}
</ul></div>
</div>"""
        return shell(site, story.title, main)

    def _asset(self, story: Story) -> str:
        account = "admin admin" if story.id % 2 else "Ban bien tap"  # who entered the article, whoever wrote it
        return f"""<div class="asset-full-content-title">{escape(story.title)}</div>
<div class="assetPublishDate block_timer">
Ngày đăng
{self.date(story)}
&nbsp;|&nbsp;View count: {views(story)}
</div>
<div class="asset-full-content show-asset-title"><div class="asset-content" id="_101_{story.id}">
{self._sapo(story)}
<div class="journal-content-article">
{markup.body(story, self)}
<p align="right" class="view-content-author"><strong><em>{account}</em></strong></p>
</div></div></div>"""

    def _sapo(self, story: Story) -> str:
        cover = f'<img src="{self.picture(story.cover)}" alt="" class="pull-left" width="250">' if story.cover else ""
        lead = f"<strong>{escape(story.lead)}</strong>" if story.lead and story.lead_form == "apart" else ""
        return f'<div class="sapo-wrapper clearfix">{cover}<p class="sapo">{lead}</p></div>'

    def listing(self, section: Section, number: int, site: Site) -> str:
        abstracts = "\n".join(_abstract(story, site) for story in site.on_page(section, number))
        main = f"""{_breadcrumb(section)}
<div class="portlet-asset-publisher" id="p_p_id_101_">
{abstracts}
{self._pager(section, number, site)}
</div>"""
        return shell(site, section.title, main)

    def _pager(self, section: Section, number: int, site: Site) -> str:
        total, last = len(site.listed(section)), site.pages(section)
        addresses = {each: f"{site.origin}/{section.slug}?{_query(each)}" for each in range(1, last + 1)}
        menu = "".join(f'<li><a href="{escape(address)}">{each}</a></li>' for each, address in addresses.items())
        buttons = {"← Đầu tiên": 1, "Trước": number - 1, "next": number + 1, "Cuối cùng →": last}
        items = "".join(_button(text, addresses.get(to) if to != number else None) for text, to in buttons.items())
        first = (number - 1) * self.page_size + 1
        return f"""<div class="taglib-page-iterator"><ul class="dropdown-menu lfr-menu-list">{menu}</ul>
<small class="search-results">Hiển thị {first} - {min(first + self.page_size - 1, total)} of {total} kết quả.</small>
<ul class="pager lfr-pagination-buttons">{items}</ul></div>"""


def _breadcrumb(section: Section) -> str:
    home = '<span class="trangchu"><a href="/">Trang chủ</a></span>'
    return f'<div class="dd_chuyenmuc">{home}<span class="tintuc"><p>{escape(section.title)}</p></span></div>'


def _abstract(story: Story, site: Site) -> str:
    href = escape(site.path(story))
    cover = site.layout(story).picture(story.cover) if story.cover else None
    image = f'<div class="asset-image"><a href="{href}"><img src="{cover}" alt=""></a></div>' if cover else ""
    return f"""<div class="asset-abstract"><div class="asset-content normal-news">{image}
<h3 class="asset-title"><a href="{href}">{escape(story.title)}</a></h3>
<div class="assetPublishDate block_timer">{_clock(story.published)}</div>
<div class="asset-summary">{escape(summary(story))}</div>
</div></div>"""


def _query(number: int) -> str:
    return urlencode({**_PORTLET, "_101_cur": number})


def _button(text: str, address: str | None) -> str:
    if address is None:
        return f'<li class="disabled"><a href="javascript:;">{text}</a></li>'
    return f'<li><a href="{escape(address)}">{text}</a></li>'


def _clock(published: datetime) -> str:
    """A day and a clock of twelve hours, in the manner of Liferay.

    >>> _clock(datetime(2024, 5, 17, 16, 57)), _clock(datetime(2023, 3, 2))
    ('17/05/2024 | 4:57 PM', '02/03/2023 | 12:00 AM')
    """
    return f"{published:%d/%m/%Y} | {published.hour % 12 or 12}:{published:%M} {'PM' if published.hour >= 12 else 'AM'}"
