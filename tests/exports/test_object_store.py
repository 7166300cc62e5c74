"""Lake and archive on an object store: the folders here are copies, and can be lost."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote

import pytest

from rapport.errors import PlaceUnreachable, UsageError
from rapport.exports.index import rebuild_index
from rapport.exports.places import retries, s3
from rapport.settings import current_settings

from .servers import PASSWORD, USER, Line, s3_server
from .test_crash import content, fill, points, take
from .test_pull import seen


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with s3_server() as port:
        yield port


@pytest.fixture
def store(port, monkeypatch, tmp_path) -> Iterator[Line]:
    """A bucket for lake and archive, and the line to it."""
    monkeypatch.setattr(retries, "FIRST_WAIT", 0.005)
    monkeypatch.setattr(s3, "_CHUNK", 1 << 16)
    line = Line(port)
    endpoint = f"http://127.0.0.1:{line.port}"
    connection = s3.Connection("x", "aws", USER, PASSWORD, extra={"endpoint_url": endpoint})
    line.files = s3.open_s3(connection)
    line.bucket = tmp_path.name.replace("_", "-")[:50].strip("-").lower()
    line.files.mkdir(line.bucket)
    said = f"aws://{USER}:{quote(PASSWORD, safe='')}@/?endpoint_url={quote(endpoint, safe='')}"
    line.environment = {"RAPPORT_CONN_LAKE": said, "RAPPORT_CONN_ARCHIVE": said}
    yield line
    with suppress(OSError):
        line.close()


def lie_there(store: Line, monkeypatch, prefix: str = "one") -> dict[str, str]:
    """Let the shop's lake and archive lie on the store; returns the environment that says so."""
    environment = store.environment | {
        "RAPPORT_LAKE": f"s3://{store.bucket}/{prefix}/lake",
        "RAPPORT_ARCHIVE": f"s3://{store.bucket}/{prefix}/archive",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment


def objects(store: Line, prefix: str = "one") -> list[str]:
    return sorted(path.partition(f"{prefix}/")[2] for path in store.files.find(f"{store.bucket}/{prefix}"))


def forget_the_copies(shop) -> None:
    shutil.rmtree(shop.project / "home" / "cache")


def test_what_is_pulled_and_loaded_lies_on_the_store_under_the_same_names(shop, make_shop, store, monkeypatch):
    local = make_shop()
    fill(local)
    local.take()
    archive, lake = local.settings.archive, local.settings.lake
    kept = {f"archive/{path.name}" for path in archive.glob("*.*") if path.is_file()}
    typed = {f"lake/{path.relative_to(lake).as_posix()}" for path in lake.rglob("*.parquet")}
    rows = local.rows("* exclude (_loaded_at)")
    lie_there(store, monkeypatch)
    fill(shop)

    shop.take()

    # the day of the load is in the lake's names, and both were made today
    assert set(objects(store)) == kept | typed
    assert shop.rows("* exclude (_loaded_at)") == rows


def test_copies_that_are_lost_are_fetched_again(shop, store, monkeypatch):
    lie_there(store, monkeypatch)
    fill(shop)
    shop.take()
    expected = content(shop)
    forget_the_copies(shop)

    again = shop.take()

    assert again.files == 0, "nothing is typed twice"
    assert content(shop) == expected


def test_a_lost_state_is_made_again_from_the_store(shop, store, monkeypatch):
    lie_there(store, monkeypatch)
    fill(shop)
    shop.take()
    files, deliveries = shop.files(), seen(shop)
    forget_the_copies(shop)
    for file in (shop.project / "home").glob("state.sqlite*"):
        file.unlink()

    assert rebuild_index(shop.settings, shop.state) == {"deliveries": 4, "loads": 2}
    assert (shop.files(), seen(shop)) == (files, deliveries)


def test_a_changed_declaration_types_what_only_the_store_has(shop, store, monkeypatch):
    lie_there(store, monkeypatch)
    shop.drop("orders.csv", "order_no,ordered_on,amount,units\nA,31/12/2024,1,1\n")
    shop.take()
    forget_the_copies(shop)
    (shop.drops / "orders.csv").unlink()
    shop.declare("""\
        - name: orders
          config: {meta: {export: {files: "orders*.csv", load: append}}}
          columns: [{name: order_no, data_type: varchar}, {name: units, data_type: bigint}]
        """)

    assert shop.load().files == 1
    assert shop.rows("order_no, units") == [("A", 1)]


@pytest.mark.parametrize("which", ["the sent", pytest.param("all", marks=pytest.mark.slow)])
def test_after_a_kill_at_any_point_the_store_is_as_without_it(make_shop, store, monkeypatch, tmp_path, which):
    undisturbed = make_shop()
    fill(undisturbed)
    environment = lie_there(store, monkeypatch, "undisturbed")
    log = tmp_path / "points"
    assert take(undisturbed, **environment, RAPPORT_CRASH_LOG=str(log)) == 0
    expected, there = content(undisturbed), objects(store, "undisturbed")
    passed = points(log)
    sent = ["pull.file.sent#1", "pull.sidecar.sent#1", "load.parquet.sent#1"]
    assert set(sent) <= set(passed)

    for point in passed if which == "all" else sent:
        shop, prefix = make_shop(), point.replace("#", "-")
        fill(shop)
        environment = lie_there(store, monkeypatch, prefix)
        assert take(shop, **environment, RAPPORT_CRASH_AT=point) == -signal.SIGKILL, point
        shop.take()

        assert content(shop) == expected, point
        assert objects(store, prefix) == there, point


def test_a_line_that_breaks_is_tried_again_and_a_store_that_is_away_ends_it(shop, store, monkeypatch):
    lie_there(store, monkeypatch)
    fill(shop)
    store.cuts, store.after = 2, 0
    shop.take()
    assert (store.cuts, len([name for name in objects(store) if name.endswith(".csv")])) == (0, 3)

    store.close()
    with pytest.raises(PlaceUnreachable, match="after 5 attempts") as error:
        shop.pull()
    assert PASSWORD not in str(error.value)


def test_a_bucket_that_is_not_there_is_a_mistake(shop, store, monkeypatch):
    lie_there(store, monkeypatch)
    monkeypatch.setenv("RAPPORT_ARCHIVE", "s3://no-such-bucket-of-ours/archive")

    with pytest.raises(UsageError, match="no such bucket"):
        shop.pull()


def test_other_places_than_folders_and_s3_are_a_mistake(monkeypatch, tmp_path):
    monkeypatch.setenv("RAPPORT_PROJECT", str(tmp_path))
    monkeypatch.setenv("RAPPORT_LAKE", "gs://bucket/lake")

    with pytest.raises(UsageError, match="setting is wrong") as error:
        current_settings()

    assert "may also be s3://" in error.value.where
