"""What every test may ask for: articles to write, and Debian packages that may be absent."""

from __future__ import annotations

import io
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from newsfeed.reader_pool import ReaderPool

PROGRAMS = {"chromium": "chromium", "newsboat": "newsboat", "rss2email": "r2e", "w3m": "w3m"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips tests marked `apt(package)` where the package is absent; in CI they run and fail."""
    if os.environ.get("CI") == "true":
        return
    for item in items:
        for mark in item.iter_markers("apt"):
            for package in mark.args:
                if shutil.which(PROGRAMS[package]) is None:
                    reason = f"needs Debian's {package}: apt-get install {package}"
                    item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    """One parser process, for all tests of a file."""
    from newsfeed.reader_pool import ReaderPool

    with ReaderPool(1) as pool:
        yield pool


Warc = Callable[..., bytes]


@pytest.fixture(scope="session")
def warc() -> Warc:
    """Writes captures (address, time, page) as a WARC archive by warcio."""
    # only here: the engine's tests run where newsfeed's libraries are not installed
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    def write(
        *captures: tuple[str, str, str | bytes],
        gzip: bool = True,
        status: str = "200 OK",
        kind: str = "response",
        **fields: str,
    ) -> bytes:
        fields = {"content_type": "text/html; charset=utf-8", **fields}
        headers = [(name.replace("_", "-"), value) for name, value in fields.items()]
        file = io.BytesIO()
        with warnings.catch_warnings():
            # warcio leaves its temporary files to be closed with their last reference
            warnings.simplefilter("ignore", ResourceWarning)
            writer = WARCWriter(file, gzip=gzip)
            writer.write_record(writer.create_warcinfo_record("test.warc", {"software": "warcio"}))
            for url, moment, page in captures:
                writer.write_record(
                    writer.create_warc_record(
                        url,
                        kind,
                        payload=io.BytesIO(page if isinstance(page, bytes) else page.encode()),
                        http_headers=StatusAndHeaders(status, headers, protocol="HTTP/1.1"),
                        warc_headers_dict={"WARC-Date": moment},
                    )
                )
        return file.getvalue()

    return write
