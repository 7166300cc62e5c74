"""The demo company's and Olist's exports in several drops, in any order: continued builds end as one that is built anew."""

import random
import shutil
from pathlib import Path

import pytest

from tests.warehouse.histories.differences import differences

from .conftest import Home


def in_drops(home: Home, exports: Path, system: str, drops: int) -> dict[str, int]:
    """Bring the files below `exports` in so many drops, build after each, then build anew and compare."""
    files = sorted(file for file in exports.rglob("*") if file.is_file())
    random.Random(4).shuffle(files)
    for number in range(drops):
        for file in files[number::drops]:
            place = home.path / "drops" / system / file.relative_to(exports)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, place)
        for step in ("pull", "load", "build"):
            assert home.rapport(step, check=False).returncode in (0, 3), step  # the demo company sends a file that is refused
    warehouse, continued = home.path / "warehouse.duckdb", home.path / "continued.duckdb"
    warehouse.rename(continued)
    home.rapport("build")
    return differences(continued, warehouse)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_the_demo_in_four_drops_ends_as_in_one(demo, tmp_path):
    settings = {name: value for name, value in demo.environment.items() if name != "RAPPORT_HOME"}
    home = Home(tmp_path, {**settings, "RAPPORT_HOME": str(tmp_path)})
    for system in (demo.path / "drops").iterdir():
        (tmp_path / "drops" / system.name).mkdir(parents=True)

    assert in_drops(home, demo.path / "drops", "", 4) == {}


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_olist_in_three_drops_ends_as_in_one(olist, olist_drop, tmp_path):
    settings = {name: value for name, value in olist.environment.items() if name not in ("RAPPORT_HOME", "RAPPORT_DROPS")}
    home = Home(tmp_path, {**settings, "RAPPORT_HOME": str(tmp_path)})
    (tmp_path / "drops" / "olist").mkdir(parents=True)

    assert in_drops(home, olist_drop, "olist", 3) == {}
