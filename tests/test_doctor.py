"""The doctor: each ailment is found, named and given its fix; repairing needs nothing but the files."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

sys.path.append(str(Path(__file__).parent / "warehouse"))  # builds made by hand, as in the tests of publishing

from made import finished_build, readable_amounts

from rapport.doctor import examine
from rapport.errors import WarehouseBusy
from rapport.exports.load import load
from rapport.exports.pull import pull
from rapport.repair import repair
from rapport.settings import Settings, current_settings
from rapport.state import open_state
from rapport.state.tables import builds, deliveries, loads, snapshots
from rapport.warehouse.snapshots import publish

COMPANY = """
name: {en: Tiny}
currency: EUR
timezone: Europe/Berlin
history_starts_on: 2026-01-01
systems: {shop: {drops: drops/shop}}
feeds: {}
mail: {sender: reports@tiny.example}
"""


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    shutil.copytree(Path(__file__).parent / "warehouse" / "tiny", tmp_path / "dbt_project")
    (tmp_path / "company.yml").write_text(COMPANY)
    drop = tmp_path / "var" / "drops" / "shop"
    drop.mkdir(parents=True)
    (drop / "orders_2026-10-01.csv").write_text("order_no,ordered_on,amount\nA,2026-10-01,10.50\nB,never,1\n")
    for name in ("HOME", "COMPANY", "AS_OF"):
        monkeypatch.delenv(f"RAPPORT_{name}", raising=False)
    monkeypatch.setenv("RAPPORT_PROJECT", str(tmp_path))
    return current_settings()


@pytest.fixture
def state(settings):
    state = open_state(settings.state_url)
    pull(settings, state)
    load(settings, state)
    return state


def found(about: str) -> list[tuple[str, str]]:
    return [(finding.level, finding.words) for finding in examine() if finding.about == about]


@pytest.mark.usefixtures("state")
def test_a_sound_part_is_said_to_be_sound():
    assert found("exports") == [("ok", "2 exports of shop")]
    assert found("state") == [("ok", "at migration 0003, 1 deliveries")]
    assert found("published") == [("ok", "none yet")]
    assert found("drops") == []


def test_a_wrong_company_file_ends_the_examination_with_the_setting_named(settings):
    settings.company_file.write_text(COMPANY.replace("EUR", "euro"))

    (finding,) = [finding for finding in examine() if finding.about == "settings"]

    assert finding.level == "wrong"
    assert "currency" in finding.words
    assert finding.fix


@pytest.mark.parametrize(
    ("part", "ail", "words"),
    [
        ("exports", lambda project: next(project.rglob("_shop__sources.yml")).write_text("sources: [{name: shop}]"), "shop"),
        ("drops", lambda project: shutil.rmtree(project / "var" / "drops" / "shop"), "there is no folder"),
        (
            "drops",
            lambda project: (project / "company.yml").write_text(
                COMPANY.replace("drops: drops/shop", "drops: 'sftp://files.example/out', connection: shop_files")
            ),
            "shop: The connection shop_files is not set",
        ),
        ("gates", lambda _: None, "no suites"),
        ("reports", lambda project: (project / "recipients.yml").write_text("groups: {m: [{name: A, address: x}]}"), "address"),
        (
            "mail",
            lambda project: (project / "company.yml").write_text(COMPANY[:-2] + ", server: post}\n"),
            "'post' has no address",
        ),
    ],
)
def test_what_is_wrong_is_found_and_has_a_fix(settings, part, ail, words):
    ail(settings.project)

    (finding,) = [finding for finding in examine() if finding.about == part]

    assert finding.level in ("wrong", "warning")
    assert words in finding.words
    assert finding.fix


def test_an_interrupted_build_is_a_warning(settings, state):
    finished_build(settings, state, [1], status="started")
    assert found("warehouse") == [("warning", "build 1 did not finish: it was interrupted")]


def test_a_snapshot_whose_content_is_not_what_was_published_is_wrong(settings, state):
    publish(settings, state, finished_build(settings, state, [1]))
    assert found("published") == [("ok", "snapshot 1 holds what was published")]

    file = settings.published / "000001.duckdb"
    file.chmod(0o640)
    change = f"import duckdb; duckdb.connect({str(file)!r}).execute('update marts.sales_lines set amount = 2')"
    subprocess.run([sys.executable, "-c", change], check=True, env=os.environ)

    ((level, words),) = found("published")
    assert (level, words) == ("wrong", f"{file} no longer holds what was published")


def test_a_snapshot_whose_hash_was_made_in_another_way_is_not_called_spoilt(settings, state, monkeypatch):
    publish(settings, state, finished_build(settings, state, [1]))
    monkeypatch.setattr("rapport.warehouse.content.way_of_hashing", lambda: "v9")

    ((level, words),) = found("published")

    assert level == "warning"
    assert "cannot be compared" in words


def test_a_pointer_that_names_another_snapshot_is_wrong(settings, state):
    publish(settings, state, finished_build(settings, state, [1]))
    publish(settings, state, finished_build(settings, state, [2]))
    (settings.published / "current").unlink()
    (settings.published / "current").symlink_to("000001.duckdb")

    assert found("published")[0][0] == "wrong"
    repair(settings)
    assert found("published") == [("ok", "snapshot 2 holds what was published")]
    assert readable_amounts(settings) == ["2.0000"]


def test_a_lost_state_is_found_and_made_again_from_the_files(settings, state):
    publish(settings, state, finished_build(settings, state, [1]))
    with state.read() as connection:
        before = [connection.execute(select(table)).all() for table in (deliveries, loads)]
    state.engine.dispose()
    for file in settings.home.glob("state.sqlite*"):
        file.unlink()
    assert found("state")[0][0] == "wrong"

    made = repair(settings)

    counts = {"deliveries": 1, "loads": 1, "snapshots": 1, "editions": 0, "messages": 0}
    assert made == {**counts, "next build": "full refresh"}
    with open_state(settings.state_url).read() as connection:
        assert [connection.execute(select(table)).all() for table in (deliveries, loads)] == before
        assert list(connection.execute(select(snapshots.c.number)).scalars()) == [1]
    assert found("state")[0][0] == "ok"
    assert not settings.warehouse_file.exists(), "the next build is full because there is nothing to build upon"
    assert readable_amounts(settings) == ["1.0000"]


def test_repairing_changes_nothing_that_is_right(settings, state):
    publish(settings, state, finished_build(settings, state, [1]))

    assert {made for made in repair(settings).values() if made != "full refresh"} == {0}
    with state.read() as connection:
        assert connection.execute(select(builds.c.status)).scalar_one() == "finished"


@pytest.mark.usefixtures("state")
def test_repairing_does_not_disturb_a_run_that_is_at_work(settings):
    hold = (
        "import time\nfrom rapport.settings import current_settings\nfrom rapport.warehouse.lock import warehouse_lock\n"
        "with warehouse_lock(current_settings()):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", hold], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(WarehouseBusy):
            repair(settings)
        ((level, words),) = found("warehouse")
        assert level == "ok"
        assert f"process {process.pid}" in words
    finally:
        process.kill()
        process.wait()
