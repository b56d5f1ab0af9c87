"""Request target → what the portal answers: pages, pictures, documents, robots.txt, and a page for everything else."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from html import escape
from importlib.resources import files

from crawler.demo.content import Section
from crawler.demo.documents import one_page_pdf
from crawler.demo.furniture import ICONS, STYLE, links, shell
from crawler.demo.pictures import landscape
from crawler.demo.site import Site
from crawler.demo.story import Story
from crawler.demo.truth import VIETNAM

ROBOTS = b"User-agent: *\nDisallow: /tim-kiem\nDisallow: /dang-nhap\n"
_PAGES = {
    "/gioi-thieu": ("Giới thiệu", "Nam Thượng là một tỉnh không có trên bản đồ: cổng này được viết để chạy thử."),
    "/tim-kiem": ("Tìm kiếm", "Chức năng đang được nâng cấp."),
    "/dang-nhap": ("Đăng nhập", "Chỉ dành cho biên tập viên."),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One response before HTTP has its say."""

    body: bytes
    mime: str = "text/html; charset=utf-8"
    status: int = 200
    modified: datetime | None = None  # aware


class Routes:
    """Every path of a site. What stands at a path is made when it is asked for."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._sections = {f"/{section.slug}": section for section in site.content.sections}
        self._paths: dict[str, Callable[[], Answer]] = {
            "/": self._home,
            "/robots.txt": partial(Answer, ROBOTS, "text/plain; charset=utf-8"),
            STYLE: _style,
            **{path: partial(self._plain, *page) for path, page in _PAGES.items()},
            **{path: partial(_picture, path, 32, None) for path in ICONS},
        }
        for story in site.content.stories:
            self._paths |= self._of(story)

    def answer(self, target: str) -> Answer:
        """What stands at a request target (path and query); a page with status 404 when nothing does."""
        path, _, query = target.partition("?")
        if section := self._sections.get(path):
            return self._listing(section, query)
        missing = partial(self._plain, "Không tìm thấy trang", "Trang này không có hoặc đã được chuyển đi.", 404)
        return self._paths.get(path, missing)()

    def _of(self, story: Story) -> dict[str, Callable[[], Answer]]:
        layout, modified = self._site.layout(story), _modified(story)
        return {
            layout.article_path(story): partial(self._article, story),
            **{layout.picture(each.name): partial(_picture, each.name, 320, modified) for each in story.pictures},
            **{layout.document(file): partial(_document, label, modified) for label, file in story.documents},
        }

    def _article(self, story: Story) -> Answer:
        page = unicodedata.normalize(story.form, self._site.layout(story).article(story, self._site))
        return Answer(page.encode(), modified=_modified(story))

    def _listing(self, section: Section, query: str) -> Answer:
        layout = self._site.layouts[section.slug]
        number = min(max(layout.page_number(query), 1), self._site.pages(section))
        newest = self._site.listed(section)[0]
        return Answer(layout.listing(section, number, self._site).encode(), modified=_modified(newest))

    def _home(self) -> Answer:
        boxes = (
            f'<div class="box"><h2><a href="/{section.slug}">{escape(section.title)}</a></h2><ul>'
            f"{links(self._site, self._site.listed(section)[:5])}</ul></div>"
            for section in self._site.content.sections
        )
        page = shell(self._site, "Trang chủ", "\n".join(boxes))
        return Answer(page.encode(), modified=_modified(self._site.content.stories[0]))

    def _plain(self, title: str, text: str, status: int = 200) -> Answer:
        page = shell(self._site, title, f"<h1>{escape(title)}</h1><p>{escape(text)}</p>")
        return Answer(page.encode(), status=status)


@cache
def _style() -> Answer:
    return Answer((files("crawler.demo") / "style.css").read_bytes(), "text/css; charset=utf-8")


def _picture(name: str, width: int, modified: datetime | None) -> Answer:
    return Answer(landscape(name, width, width * 5 // 8), "image/png", modified=modified)


def _document(label: str, modified: datetime) -> Answer:
    return Answer(one_page_pdf(label), "application/pdf", modified=modified)


def _modified(story: Story) -> datetime:
    return story.published.replace(tzinfo=VIETNAM)
