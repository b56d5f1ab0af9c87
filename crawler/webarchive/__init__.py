"""What web archives hold of a portal: found by their CDX servers, fetched as it was archived, imported as any other file."""

INTERNET_ARCHIVE = "https://web.archive.org/cdx/search/cdx"
