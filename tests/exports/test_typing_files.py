"""Typing files, in this process: what a reader or the engine gets wrong is noticed."""

from datetime import UTC, datetime

import pytest

from rapport.errors import ExportRefused
from rapport.exports.export import Export
from rapport.exports.parquet import engine_over
from rapport.exports.readers.delimited import DelimitedReader
from rapport.exports.typing_files import Source, Typist

DAY = datetime(2024, 12, 31, tzinfo=UTC)
EXPORT = Export.of(
    {
        "system": "shop",
        "table": "orders",
        "files": "*",
        "load": "append",
        "zone": "UTC",
        "columns": [{"name": "order_no", "data_type": "varchar"}, {"name": "units", "data_type": "integer"}],
    }
)
TEXT = "order_no,units\nA,1\nB,x\nC,3\n"


@pytest.fixture
def type_file(tmp_path):
    """Types a text; gives what became of it."""

    def run(text: str, *, by_engine: bool) -> object:
        (tmp_path / "orders.csv").write_text(text, encoding="utf-8")
        with engine_over([tmp_path], tmp_path / "spill") as engine:
            source = Source("f", tmp_path / "orders.csv", "orders.csv", DAY, "f.parquet")
            ((_, outcome),) = Typist(engine, EXPORT, tmp_path, DAY).type([source], by_engine=by_engine)
            return outcome

    return run


def test_a_reader_that_loses_a_record_refuses_the_file(type_file, monkeypatch):
    read = DelimitedReader.rows
    monkeypatch.setattr(DelimitedReader, "rows", lambda self: list(read(self))[:-1])

    outcome = type_file(TEXT, by_engine=False)

    assert isinstance(outcome, ExportRefused)
    assert "do not add up: 3 were counted, 2 were read" in outcome.what


@pytest.mark.parametrize("seen", ["where _row != 1", "where _row != 3", "where _row != 2"])
def test_records_that_the_engine_does_not_see_are_read_by_the_exact_reader(type_file, monkeypatch, seen):
    relation = DelimitedReader.read_with
    monkeypatch.setattr(DelimitedReader, "read_with", lambda self, engine: f"(from {relation(self, engine)} {seen})")

    outcome = type_file(TEXT, by_engine=True)

    assert (outcome.loaded.rows_in_file, outcome.loaded.rows_good, outcome.loaded.rows_rejected) == (3, 2, 1)


def test_records_that_the_engine_numbers_otherwise_are_read_by_the_exact_reader(type_file, monkeypatch):
    relation = DelimitedReader.read_with
    shifted = "(select * replace (_row + 1 as _row) from {})"
    monkeypatch.setattr(DelimitedReader, "read_with", lambda self, engine: shifted.format(relation(self, engine)))

    outcome = type_file(TEXT, by_engine=True)

    import duckdb

    assert duckdb.sql(f"select _row from read_parquet('{outcome.good}')").fetchall() == [(1,), (3,)]
