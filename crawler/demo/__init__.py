"""The demo: a small news portal of an invented province, to crawl on loopback."""
