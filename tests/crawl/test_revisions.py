"""The demo portal, edited: furniture that changes makes no version, an article that changes makes one, tied to its capture."""

from dataclasses import replace

import pytest

from archive import Archive
from crawler.demo import furniture
from crawler.demo.content import content
from crawler.demo.portal import LAYOUTS, DemoPortal
from crawler.demo.routes import Routes
from crawler.demo.site import Site
from crawler.demo.story import Paragraph, Picture


def edit(portal: DemoPortal, edits) -> None:
    """The portal from now on, with some stories replaced: {number of the story: what makes it another}."""
    told = content()
    stories = tuple(edits.get(story.id, lambda same: same)(story) for story in told.stories)
    site = Site(replace(told, stories=stories), portal.site.layouts, portal.origin, portal.site.today)
    portal.site, portal._server.routes = site, Routes(site)


def with_block(story, kind, change):
    """The story with its first block of that kind changed."""
    at = next(at for at, block in enumerate(story.blocks) if isinstance(block, kind) and change(block) != block)
    return replace(story, blocks=[*story.blocks[:at], change(story.blocks[at]), *story.blocks[at + 1 :]])


def chosen(layout: str):
    """Three stories of a layout: one with a text, one with a caption, one with a credit."""
    slugs = {section.slug for section in content().sections if section.layout == layout}
    stories = [story for story in content().stories if story.section in slugs]
    captioned = [story for story in stories if any(picture.caption for picture in story.pictures)]
    credited = [
        story for story in stories if any(picture.credit for picture in story.pictures) and story not in captioned[:1]
    ]
    rest = [story for story in stories if story not in (captioned[0], credited[0])]
    return rest[0], captioned[0], credited[0]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_furniture_makes_no_version_and_an_edit_makes_one(layout, congtin, tmp_path, monkeypatch):
    texted, captioned, credited = chosen(layout)
    with DemoPortal() as portal:
        target = f"{portal.origin}/{texted.section}"
        paths = {story.id: portal.origin + portal.site.path(story) for story in (texted, captioned, credited)}
        targets = sorted({f"{portal.origin}/{story.section}" for story in (texted, captioned, credited)} | {target})
        assert congtin("crawl", *targets).returncode == 0

        views = furniture.views
        for module in ("crawler.demo.liferay.views", "crawler.demo.uiarticle.views"):
            monkeypatch.setattr(module, lambda story: views(story) + 17)
        done = congtin("crawl", *targets, "--recheck")
        assert done.returncode == 0
        with Archive(tmp_path / "congtin-archive") as archive:
            articles, captures, newest = _counts(archive)
        assert captures >= 2 * articles  # every page came with other bytes
        assert newest == 1

        edit(
            portal,
            {
                texted.id: lambda story: with_block(story, Paragraph, lambda p: Paragraph(p.text + " Mưa đã tạnh.")),
                captioned.id: lambda story: with_block(
                    story, Picture, lambda p: replace(p, caption="Chợ sáng nay.") if p.caption else p
                ),
                credited.id: lambda story: with_block(
                    story, Picture, lambda p: replace(p, credit="Hồng Hà") if p.credit else p
                ),
            },
        )
        assert congtin("crawl", *targets, "--recheck").returncode == 0
    with Archive(tmp_path / "congtin-archive") as archive:
        changed = {url for (url,) in archive.db.conn.execute("SELECT url FROM articles WHERE revision > 1")}
        assert changed == set(paths.values())
        for url in paths.values():
            _check(archive, url)


def _counts(archive):
    count = "SELECT count(*) FROM captures WHERE role = 'article' AND status = 200"
    return (
        archive.db["articles"].count,
        archive.db.conn.execute(count).fetchone()[0],
        archive.db.conn.execute("SELECT max(revision) FROM revisions").fetchone()[0],
    )


def _check(archive, url):
    """The second version is tied to the capture of the edited page, the first to that of the page as it was."""
    article = archive.article(url)
    first, second = article["revisions"]
    assert (first["revision"], second["revision"], article["revision"]) == (1, 2, 2)
    assert article["capture_id"] == second["capture_id"] > first["capture_id"]
    old, new = (archive.open_capture(version["capture_id"]).content.decode() for version in (first, second))
    told = [word for word in ("Mưa đã tạnh.", "Chợ sáng nay.", "Hồng Hà") if word in new and word not in old]
    assert len(told) == 1
    shown = second["body"] + "".join(f"{image['caption']} {image['credit']}" for image in second["images"])
    assert told[0] in shown
