"""What every test may use: a home of its own, and the real data beside the project."""

from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def olist_drop() -> Path:
    """The real Olist exports, which lie beside the project and are not part of it."""
    folder = PROJECT.parent / "shared" / "data" / "olist" / "orders_8k"
    if not folder.is_dir():
        pytest.skip("the Olist exports are not beside the project")
    return folder
