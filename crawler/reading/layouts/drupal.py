"""Drupal, its own themes (longxuyen.angiang.gov.vn is Drupal 8)."""

from crawler.reading.layouts.base import Layout, css


class Drupal(Layout):
    """Drupal 8 and later: fields are `field--name-…`. What stands under `submitted` names the account, not the author."""

    name = "drupal"
    mark = css("article.node--view-mode-full .field--name-body", "body.page-node-type-article .field--name-body")
    title = css("h1.page-title", "h1.page-header", ".block-page-title-block h1", "article.node--view-mode-full h1")
    date = css(".node__submitted", ".node__meta", ".node--view-mode-full .field--name-created")
    lead_image = css("article.node--view-mode-full .field--name-field-image img")
    content = css("article.node--view-mode-full .field--name-body", ".field--name-body")


class Drupal7(Drupal):
    """Drupal 7 writes one hyphen, and its short text is a summary above the body."""

    name = "drupal7"
    mark = css("body.page-node .node .field-name-body", "body.page-node .node > .content")
    title = css("h1#page-title", "#page-title", "h1.page-header", "body.page-node .node h1", "body.page-node h1.title")
    date = css("body.page-node .node .submitted", ".field-name-post-date")
    lead_image = css("body.page-node .node .field-name-field-image img")
    content = css("body.page-node .node .field-name-body", "body.page-node .node > .content")
