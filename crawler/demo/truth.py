"""What an archive of the portal must hold: every story's fields as they were written, in the words of FIELDS.md."""

from datetime import timedelta, timezone

from crawler.demo.site import Site
from crawler.demo.story import Story
from crawler.reading.article import Article, Attachment, Image

VIETNAM = timezone(timedelta(hours=7))


def articles(site: Site) -> tuple[Article, ...]:
    """One Article for each story, newest first, each in its only address."""
    return tuple(_article(story, site) for story in site.content.stories)


def _article(story: Story, site: Site) -> Article:
    layout = site.layout(story)
    moment = story.published.replace(tzinfo=VIETNAM)
    return Article(
        url=site.origin + layout.article_path(story),
        title=story.title,
        published_at=moment.isoformat() if story.has_clock or layout.always_clock else moment.date().isoformat(),
        published_raw=layout.date(story),
        section=site.section(story).title,
        lead=story.lead,
        body=tuple(story.paragraphs),
        images=tuple(
            Image(site.origin + layout.picture(each.name), each.caption, each.credit or story.credit)
            for each in story.pictures
        ),
        author=story.author,
        author_role=story.author_role,
        source=story.source,
        source_raw=story.source_raw,
        attachments=tuple(Attachment(site.origin + layout.document(file), label) for label, file in story.documents),
    )
