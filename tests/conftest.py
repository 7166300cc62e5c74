"""What every test may use: a home of its own, and the real data beside the project."""

import os
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

PROJECT = Path(__file__).resolve().parents[1]


DATA = PROJECT.parent / "shared" / "data"  # real files: beside the project, and no part of it


def data_of(folder: str) -> Path:
    """A folder of real data; the test that asks for it is skipped where it is not, and fails in CI, which always has it."""
    found = DATA / folder
    if not found.is_dir():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            f"The data are not beside the project, at ../shared/data/{folder}."
        )
    return found


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("data"):
        data_of(*mark.args)


@pytest.fixture(scope="session")
def olist_drop() -> Path:
    """The real Olist exports."""
    return data_of("olist/orders_8k")


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> "LoadScopeScheduling":
    """Keep on one worker what shares costly things; the whole way goes first, so that it is not what is waited for."""
    config.option.loadscopereorder = False
    return _ByCost(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = ["whole_way", "golden", "dbt_project", "gates", "warehouse"]
    items.sort(key=lambda item: next((order.index(part) for part in item.path.parts if part in order), len(order)))


class _ByCost(LoadScopeScheduling):
    """A folder of tests is one piece of work; in whole_way each home is, which the file names begin with (`test_olist_…`)."""

    def _split_scope(self, nodeid: str) -> str:
        file = Path(nodeid.partition("::")[0])
        return f"{file.parent}/{file.stem.split('_')[1]}" if file.parent.name == "whole_way" else str(file.parent)
