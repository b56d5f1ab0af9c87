"""Layout B: pages in the manner of the UIArticle family (ninhbinh.gov.vn, cantho.gov.vn, parts of namdinh.gov.vn)."""

from html import escape
from urllib.parse import parse_qs

from crawler.demo import markup
from crawler.demo.content import Section
from crawler.demo.furniture import links, share, shell, summary, views, weekday
from crawler.demo.site import Site
from crawler.demo.story import Story


class UIArticle:
    """`/<section>/<slug>-<id>`, listings by `?page=<page>`."""

    page_size = 7
    always_clock = False

    def article_path(self, story: Story) -> str:
        return f"/{story.section}/{story.slug}-{story.id}"

    def picture(self, name: str) -> str:
        return f"/upload/images/{name}.png"

    def document(self, file: str) -> str:
        return f"/upload/van-ban/{file}"

    def heading(self, text: str) -> str:
        return f"<h3>{text}</h3>"

    def date(self, story: Story) -> str:
        """With a clock "Thứ Sáu, 17/05/2024 16:57", without one "Thứ 6, Ngày 17 / 05 / 2024"."""
        if story.has_clock:
            return f"{weekday(story.published)}, {story.published:%d/%m/%Y %H:%M}"
        return f"Thứ {story.published.isoweekday() + 1}, Ngày {story.published:%d / %m / %Y}"

    def page_number(self, query: str) -> int:
        number = parse_qs(query).get("page", ["1"])[-1]
        return int(number) if number.isdecimal() else 1

    def article(self, story: Story, site: Site) -> str:
        main = f"""{_breadcrumb(site.section(story))}
<div class="ArticleDetailControl">
<div class="ArticleHeader">{escape(story.title)}</div>
<div class="PostDate">{self.date(story)}</div>
<div class="tool"><a href="javascript:;">A-</a> <a href="javascript:;">A</a> <a href="javascript:;">A+</a></div>
{self._cover(story)}{_summary(story)}
<div class="ArticleContent">
{markup.body(story, self)}
</div>
<div class="ViewCount">Lượt xem: {views(story)}</div>
{share(story)}
<div class="ArticleOther"><h4>Tin liên quan</h4><ul class="ListOther">
{links(site, site.related(story))}
</ul></div>
</div>"""
        return shell(site, story.title, main)

    def _cover(self, story: Story) -> str:
        return f'<img class="ImgDetailImage" src="{self.picture(story.cover)}" alt="">\n' if story.cover else ""

    def listing(self, section: Section, number: int, site: Site) -> str:
        items = "\n".join(_item(story, site) for story in site.on_page(section, number))
        pages = "".join(_page(each, each == number) for each in range(1, site.pages(section) + 1))
        main = f"""{_breadcrumb(section)}
<div class="UIArticleInMenu_Default">
<ul class="ArticleList">
{items}
</ul>
<ul class="pagination">{pages}</ul>
</div>"""
        return shell(site, section.title, main)


def _breadcrumb(section: Section) -> str:
    here = f'<li><a href="/{section.slug}">{escape(section.title)}</a></li>'
    return f'<ul class="breadcrumb"><li><a href="/">Trang chủ</a></li>{here}</ul>'


def _summary(story: Story) -> str:
    return (
        f'<div class="ArticleSummary">{escape(story.lead)}</div>' if story.lead and story.lead_form == "apart" else ""
    )


def _item(story: Story, site: Site) -> str:
    href = escape(site.path(story))
    cover = site.layout(story).picture(story.cover) if story.cover else None
    image = (
        f'<div class="col-lg-2"><a href="{href}"><img class="image" src="{cover}" alt=""></a></div>' if cover else ""
    )
    return f"""<li class="row">{image}
<h2 class="Title"><a href="{href}">{escape(story.title)}</a></h2>
<div class="Ngaydang">{story.published:%d/%m/%Y}</div>
<p>{escape(summary(story))}</p></li>"""


def _page(number: int, here: bool) -> str:
    classes = "page-item page-number active" if here else "page-item page-number"
    return f'<li class="{classes}" data-page="{number}"><a href="?page={number}">{number}</a></li>'
