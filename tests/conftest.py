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


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep on one worker what shares costly things: a home that came the whole way, or a folder's session fixtures.

    The whole way goes first, so that no worker is left alone with it at the end.
    """
    items.sort(key=lambda item: "whole_way" not in item.path.parts)
    for item in items:
        homes = [
            home for home in ("olist", "demo", "tiny") if {home, f"{home}_exports"} & set(getattr(item, "fixturenames", ()))
        ]
        folder = item.path.relative_to(PROJECT / "tests").parts[0]
        item.add_marker(pytest.mark.xdist_group(homes[0] if homes and folder == "whole_way" else folder))
