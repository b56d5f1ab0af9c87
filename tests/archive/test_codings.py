"""Content-Encoding: what servers send, and what they should not."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import codings
from archive.codings import decode_body
from archive.errors import Undecodable

PAGE = "<p>Thành phố Nam Định</p>".encode() * 20


def encoded(*names: str) -> list[tuple[str, str]]:
    return [("Content-Type", "text/html"), *(("content-encoding", name) for name in names)]


def raw_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(body) + stream.flush()


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (PAGE, ()),
        (PAGE, ("identity",)),
        (PAGE, ("",)),
        (gzip.compress(PAGE, mtime=0), ("gzip",)),
        (gzip.compress(PAGE, mtime=0), ("X-GZIP",)),
        (gzip.compress(PAGE[:100], mtime=0) + gzip.compress(PAGE[100:], mtime=0), ("gzip",)),
        (gzip.compress(PAGE, mtime=0) + b"\n<!-- cache -->", ("gzip",)),
        (PAGE, ("gzip",)),  # announced and not done
        (PAGE, ("utf-8",)),  # no coding at all
        (gzip.compress(PAGE, mtime=0), ("gzip", "none")),
        (zlib.compress(PAGE), ("deflate",)),
        (raw_deflate(PAGE), ("deflate",)),
        (gzip.compress(zlib.compress(PAGE), mtime=0), ("deflate, gzip",)),
        (gzip.compress(zlib.compress(PAGE), mtime=0), ("deflate", "gzip")),
    ],
)
def test_the_page_comes_out(body: bytes, names: tuple[str, ...]) -> None:
    assert decode_body(body, encoded(*names)) == PAGE


@pytest.mark.parametrize("name", ["gzip", "deflate", "br"])
def test_an_empty_body_is_empty(name: str) -> None:
    if name == "br":
        pytest.importorskip("brotli")
        with pytest.raises(Undecodable):
            decode_body(b"", encoded(name))
    else:
        assert decode_body(b"", encoded(name)) == b""


def test_brotli_when_it_is_there() -> None:
    brotli = pytest.importorskip("brotli")
    assert decode_body(brotli.compress(PAGE), encoded("br")) == PAGE


@pytest.mark.parametrize(
    ("body", "name", "says"),
    [
        (gzip.compress(PAGE, mtime=0)[:-12], "gzip", "cut short"),
        (gzip.compress(PAGE, mtime=0)[:20] + b"\x00" * 40, "gzip", "broken"),
        (zlib.compress(PAGE)[:-12], "deflate", "cut short"),
        (b"\xff" * 40, "deflate", "broken"),
        (gzip.compress(PAGE, mtime=0)[:-8] + b"\0\0\0\0" + gzip.compress(PAGE, mtime=0)[-4:], "gzip", "broken"),
        (PAGE, "zstd", "'zstd'"),
        (PAGE, "Compress", "'compress'"),
    ],
)
def test_a_body_that_is_damaged_says_so(body: bytes, name: str, says: str) -> None:
    with pytest.raises(Undecodable, match=says):
        decode_body(body, encoded(name))


@pytest.mark.parametrize("name", ["gzip", "deflate", "br"])
def test_a_bomb_is_not_let_off(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codings, "LIMIT", 10_000)
    pack = {"gzip": gzip.compress, "deflate": zlib.compress}.get(name) or pytest.importorskip("brotli").compress
    assert len(decode_body(pack(bytes(10_000)), encoded(name))) == 10_000
    with pytest.raises(Undecodable, match="more than 10,000 bytes"):
        decode_body(pack(bytes(10_001)), encoded(name))
    if name == "gzip":
        with pytest.raises(Undecodable, match="more than 10,000 bytes"):
            decode_body(pack(bytes(6_000)) + pack(bytes(6_000)), encoded(name))


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br"]))
def test_any_bytes_decode_or_say_why_not(body: bytes, name: str) -> None:
    try:
        decode_body(body, encoded(name))
    except Undecodable as error:
        assert str(error).endswith(".")
