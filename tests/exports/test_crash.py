"""A kill at any moment of pull and load, then one plain run: the lake is the same as without it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

HEADER = "order_no,ordered_on,amount,units\n"
TAKE = """
import sys
from pathlib import Path
from rapport.exports.load import load
from rapport.exports.pull import pull
from rapport.settings import Settings
from rapport.state import open_state

settings = Settings(project=Path(sys.argv[1]), home=Path(sys.argv[1]) / "home")
state = open_state(settings.state_url)
pull(settings, state)
load(settings, state)
"""


def fill(shop):
    """Three files, of which one has a reject, one is refused, and one comes under two names."""
    shop.drop("orders1.csv", HEADER + "A,31/12/2024,1,1\nB,x,1,1\n", modified="2024-12-01T00:00")
    shop.drop("orders2.csv", HEADER + "C,31/12/2024,1,1\n", modified="2024-12-02T00:00")
    shop.drop("orders3.csv", HEADER + "C,31/12/2024,1,1\n", modified="2024-12-03T00:00")
    shop.drop("orders4.csv", "", modified="2024-12-04T00:00")


def take(shop, **environment):
    return subprocess.run(
        [sys.executable, "-c", TAKE, str(shop.project)], env=os.environ | environment, capture_output=True, timeout=120
    )


def content(shop):
    """All that matters of a lake: rows without the clock, rejects, deliveries in order, and refusals."""
    arrivals = [(d.name, d.exported_at, f.file_id) for f in shop.files() for d in f.deliveries]
    sidecars = len(list(shop.settings.archive.glob("*.json")))
    leftovers = [path.name for path in (*shop.settings.archive.glob(".*"), *shop.settings.lake.glob(".tmp/*"))]
    refused = [(file.name, file.what) for file in shop.load().refused]
    rows = shop.rows("* exclude (_loaded_at)")
    return rows, shop.rejects(), arrivals, sidecars, refused, leftovers


def points(log: Path) -> list[str]:
    """Every passing of a crash point as RAPPORT_CRASH_AT wants it: the name, and which time."""
    names = log.read_text().split()
    return [f"{name}#{names[:position].count(name) + 1}" for position, name in enumerate(names)]


def test_after_a_kill_at_any_point_one_plain_run_gives_the_same_lake(make_shop, tmp_path):
    undisturbed = make_shop()
    fill(undisturbed)
    log = tmp_path / "points"
    assert take(undisturbed, RAPPORT_CRASH_LOG=str(log)).returncode == 0
    expected = content(undisturbed)
    passed = points(log)
    assert {point.partition("#")[0] for point in passed} == {
        "pull.file.renamed",
        "pull.sidecar.renamed",
        "state.pull.deliveries",
        "load.rejects.renamed",
        "load.parquet.renamed",
        "state.load.recorded",
    }

    for point in passed:
        shop = make_shop()
        fill(shop)
        killed = take(shop, RAPPORT_CRASH_AT=point)
        assert killed.returncode == -signal.SIGKILL, f"{point}: {killed.stderr.decode()}"
        plain = shop.take()

        assert plain is not None
        assert content(shop)[:5] == expected[:5], point


@pytest.mark.parametrize("point", ["pull.sidecar.renamed", "state.pull.deliveries", "load.parquet.renamed"])
def test_a_file_that_changed_after_the_kill_is_a_second_delivery(make_shop, point):
    shop = make_shop()
    first, second = HEADER + "A,31/12/2024,1,1\n", HEADER + "A,31/12/2024,2,2\n"
    shop.drop("orders.csv", first, modified="2024-12-01T00:00")
    take(shop, RAPPORT_CRASH_AT=point)
    shop.drop("orders.csv", second, modified="2024-12-02T00:00")

    shop.take()

    assert shop.rows("units") == [(1,), (2,)]
