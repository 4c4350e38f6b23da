"""What pytest itself must know: options, and the editions that many tests look at."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

TESTS = Path(__file__).resolve().parent
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from needs import need, pytest_report_header  # noqa: E402, F401

if TYPE_CHECKING:
    from support import Shelf


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept", action="store_true", help="write what comes out as what is expected"
    )


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The shipped briefs and the specimen of all good case pages, built once for all workers."""
    from support import Once, built_shelf

    with Once(tmp_path_factory.getbasetemp(), "shelf") as (folder, first):
        return built_shelf(folder, first)
