"""The state database: one transaction or nothing, one instant whatever the engine, one schema whatever the way to it."""

import multiprocessing
import re
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, insert, select

import rapport.state.database as database
from rapport.errors import RapportError
from rapport.state import open_state
from rapport.state.tables import audit, metadata


@pytest.fixture
def url(tmp_path) -> str:
    return f"sqlite:///{tmp_path}/deep/state.sqlite"


@pytest.fixture
def state(url):
    return open_state(url)


def entry(**columns) -> dict:
    return {"happened_at": datetime.now(UTC), "who": "me", "action": "test", "object": "it", "detail": {}} | columns


def actions(state) -> list[str]:
    with state.read() as connection:
        return list(connection.execute(select(audit.c.action).order_by(audit.c.audit_id)).scalars())


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(state):
    with state.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": _types_differ})
        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_the_same_ddl_as_the_tables(state, tmp_path):
    # Alembic's comparison does not see everything (autoincrement, primary keys), so the DDL itself is compared too.
    direct = create_engine(f"sqlite:///{tmp_path}/direct.sqlite")
    metadata.create_all(direct)
    assert ddl(state.engine) == ddl(direct)


def ddl(engine) -> dict[str, list[str]]:
    """The words of each table's DDL; sorted, because Alembic writes constraints in another order."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "select name, sql from sqlite_master where sql > '' and name <> 'alembic_version' and name not like 'sqlite%'"
        ).all()
    return {name: sorted(re.findall(r"\w+|[(),]", sql)) for name, sql in rows}


def _types_differ(_context, _inspected, _column, inspected_type, metadata_type) -> bool:
    return str(inspected_type) != str(metadata_type.compile(_context.dialect))


def test_the_code_knows_its_newest_migration():
    folder = Path(database.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [database.HEAD]


def test_a_block_that_raises_leaves_nothing_behind(state):
    with pytest.raises(ZeroDivisionError), state.write("test") as connection:
        connection.execute(insert(audit).values(entry()))
        1 / 0  # noqa: B018
    assert actions(state) == []


def test_instants_come_back_as_the_same_instant_in_utc(state):
    there = datetime(2026, 3, 29, 3, 30, tzinfo=timezone(timedelta(hours=2)))
    with state.write("test") as connection:
        connection.execute(insert(audit).values(entry(happened_at=there)))
    with state.read() as connection:
        back = connection.execute(select(audit.c.happened_at)).scalar_one()
    assert back == there
    assert back.utcoffset() == timedelta()


def test_a_reader_sees_the_past_while_a_writer_is_at_work(state):
    with state.write("test") as connection:
        connection.execute(insert(audit).values(entry()))
        assert actions(state) == []  # and does not wait
    assert actions(state) == ["test"]


def _write_ten(url: str, who: str) -> None:
    state = open_state(url)
    for _ in range(10):
        with state.write("test") as connection:  # reads, then writes: would deadlock if transactions began late
            seen = len(connection.execute(select(audit.c.audit_id)).all())
            connection.execute(insert(audit).values(entry(action=f"{seen}", who=who)))


def test_writers_of_several_processes_wait_for_each_other(url):
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["rapport.state.tables", "alembic.command"])
    processes = [context.Process(target=_write_ten, args=(url, f"{number}")) for number in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0, 0], "they also created the database at the same time"
    assert actions(open_state(url)) == [f"{seen}" for seen in range(30)]


def test_numbers_of_removed_rows_are_not_used_again(state):
    with state.write("test") as connection:
        connection.execute(insert(audit).values(entry()))
    with state.write("test") as connection:
        connection.execute(audit.delete())
        assert connection.execute(insert(audit).values(entry())).inserted_primary_key[0] == 2


def test_a_database_of_a_newer_version_is_left_alone(url, state):
    state.engine.dispose()
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(RapportError, match="newer Rapport"):
        open_state(url)


def test_opening_an_up_to_date_database_does_not_wait_for_a_writer(url, state):
    with state.write("test") as connection:
        connection.execute(insert(audit).values(entry()))
        assert actions(open_state(url)) == []
