"""WordPress: its own themes and those that keep their class names (atvstp.namdinh.gov.vn, schools, unions, small newspapers)."""

from crawler.reading.layouts.base import Layout, css


class WordPress(Layout):
    """A single post of the standard themes. Pages of posts bear the same names without `single-post`, so a headline in a link is none.
    The author is the account that entered the post, so it is left to the conventions."""

    name = "wordpress"
    mark = css("body.single-post .entry-content", "body.single .type-post .entry-content")
    title = css("body.single h1.entry-title", "body.single h1.wp-block-post-title")
    date = css(
        "body.single .entry-meta time.published",
        "body.single .entry-meta time",
        "body.single .posted-on time",
        ".wp-block-post-date time",
    )
    content = css("body.single .type-post .entry-content", "body.single .entry-content")
    drop = css(
        ".sharedaddy",
        ".jp-relatedposts",
        ".yarpp",
        ".yarpp-related",
        ".addtoany_share_save_container",
        ".kk-star-ratings",
        ".post-views",
        "#ez-toc-container",
        "#toc_container",
        ".post-navigation",
    )


class WordPressNewspaper(WordPress):
    """The theme "Newspaper" by tagDiv, which portals and newspapers like: the text is `td-post-content`."""

    name = "wordpress-newspaper"
    mark = css("body.single .td-post-content")
    date = css("body.single .td-post-date time", "body.single .td-module-meta-info time")
    lead = css("body.single .td-post-sub-title")
    lead_image = css(".td-post-featured-image img")
    content = css("body.single .td-post-content")
    drop = (*WordPress.drop, *css(".td-a-rec", ".td_block_related_posts"))
