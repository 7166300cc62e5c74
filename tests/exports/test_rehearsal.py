"""`rapport source check`: what files would do, and that nothing is done."""

import json
import sqlite3

import pytest

from rapport.cli import main
from rapport.errors import UsageError
from rapport.exports.rehearsal import rehearse

HEADER = "order_no,ordered_on,amount,units\n"


def everything(shop) -> tuple[dict[str, bytes], list[str]]:
    """All files but the state's, which SQLite rewrites as it likes, and all that the state says."""
    paths = [path for path in sorted(shop.project.rglob("*")) if path.is_file() and "state.sqlite" not in path.name]
    with sqlite3.connect(shop.project / "home" / "state.sqlite") as connection:
        said = list(connection.iterdump())
    return {str(path): path.read_bytes() for path in paths}, said


def file(shop, name, text):
    path = shop.project / "elsewhere" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_counts_reasons_and_rejects_are_those_of_a_load_of_the_same_file(shop):
    text = HEADER.strip() + ",colour\n" + "A,31/12/2024,1.5,1,red\nB,31/02/2024,x,1,red\nC,30/02/2024,1,1,red\n"
    (told,) = rehearse(shop.settings, "shop", [file(shop, "orders.csv", text)])

    shop.drop("orders.csv", text)
    loaded = shop.take()

    assert (told.records, told.rows_good, told.rows_rejected) == (3, loaded.rows_good, loaded.rows_rejected) == (3, 1, 2)
    assert told.reasons == {
        ("ordered_on", "is not a date like %d/%m/%Y"): 2,
        ("amount", "is not a number with decimal mark ."): 1,
    }
    assert [(r.row, r.line, r.reasons, r.text) for r in told.rejects] == [
        (r.row, r.line, r.reasons, r.text) for r in shop.rejects()
    ]
    assert told.notices == ["ignored, not declared: 'colour'"]


def test_nothing_is_written_to_archive_lake_or_state(shop):
    shop.drop("orders.csv", HEADER + "A,31/12/2024,1,1\n")
    shop.take()
    before = everything(shop)

    rehearse(shop.settings, "shop", [shop.drops / "orders.csv"])

    assert everything(shop) == before


def test_a_system_that_is_not_the_companys_yet_can_be_checked(shop):
    folder = shop.project / "dbt_project" / "models" / "systems" / "till"
    folder.mkdir()
    own = (folder.parent / "shop" / "_shop__sources.yml").read_text().replace("name: shop", "name: till")
    (folder / "_till__sources.yml").write_text(own)

    (told,) = rehearse(shop.settings, "till", [file(shop, "orders.csv", HEADER + "A,31/12/2024,1,1\n")])

    assert (told.table, told.rows_good) == ("orders", 1)


def test_two_files_of_one_name_are_not_checked_at_once(shop):
    path = file(shop, "orders.csv", HEADER)
    with pytest.raises(UsageError, match="same name"):
        rehearse(shop.settings, "shop", [path, path])


def test_a_workbook_of_which_two_tables_read_a_sheet_each_is_told_for_both(shop):
    import xlsxwriter

    table = (
        "- name: {name}\n"
        "  config: {{meta: {{export: {{files: 'till*.xlsx', load: append, format: xlsx, sheet: {name}}}}}}}\n"
        "  columns: [{{name: code, data_type: integer}}]\n"
    )
    shop.declare(table.format(name="sales") + table.format(name="returns"))
    path = shop.project / "till.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, value in (("sales", 1), ("returns", "x")):
            book.add_worksheet(name).write_column(0, 0, ["code", value])

    told = rehearse(shop.settings, "shop", [path])

    assert [(file.table, file.rows_good, file.rows_rejected) for file in told] == [("sales", 1, 0), ("returns", 0, 1)]


@pytest.fixture
def check(shop, monkeypatch, capfd):
    monkeypatch.setenv("RAPPORT_PROJECT", str(shop.project))
    monkeypatch.setenv("RAPPORT_HOME", str(shop.project / "home"))

    def run(*words):
        with pytest.raises(SystemExit) as end:
            main(["source", "check", "shop", *map(str, words)])
        return end.value.code or 0, capfd.readouterr().out

    return run


def test_a_file_that_would_be_refused_or_is_not_covered_ends_with_exit_code_3(shop, check, monkeypatch):
    monkeypatch.setenv("RAPPORT_JSON", "1")
    refused, strange = file(shop, "orders_x.csv", "ordered_on\n"), file(shop, "invoices.csv", HEADER)

    code, out = check(refused, strange)

    assert code == 3
    told = json.loads(out)["files"]
    assert "missing: 'order_no'" in told[0]["refused"]
    assert (told[1]["declaration"], told[1]["refused"]) == (None, "No declaration covers it.")


def test_a_person_is_shown_declaration_counts_notices_and_the_first_rejects(shop, check):
    code, out = check(file(shop, "orders.csv", HEADER + "A,31/02/2024,1,1\nB,1/1/2024,1,1\n"), "--limit", "1")

    assert code == 0
    for words in ("covered by shop.orders", "2 records: 1 good, 1 rejected", "the header is as declared", "31/02/2024"):
        assert words in out
