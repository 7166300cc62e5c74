"""Drift: what of a changed header is harmless, what refuses the file, and how a person is told."""

import pytest
from sqlalchemy import insert, select

from rapport.errors import ExportRefused
from rapport.exports.column import Column
from rapport.exports.declarations import read_declarations
from rapport.exports.export import Export
from rapport.exports.index import rebuild_index
from rapport.exports.readers.header import match_header
from rapport.exports.retry import retry
from rapport.state.database import now
from rapport.state.tables import deliveries, refusals
from rapport.status import status

HEADER = "order_no,ordered_on,amount,units\n"


def declared(*columns: dict) -> Export:
    made = tuple(Column(**({"data_type": "varchar"} | column)) for column in columns)
    return Export(system="crm", table="accounts", files=("a*",), load="append", zone="UTC", columns=made)


ACCOUNTS = declared(
    {"name": "account_no", "key": True, "header": ("客户编号", "Account No")},
    {"name": "account_name", "required": True, "header": ("客户名称",)},
    {"name": "amount", "header": ("Amount EUR",)},
    {"name": "city", "header": ("City",)},
)


def refusal(export: Export, *header: str) -> ExportRefused:
    with pytest.raises(ExportRefused) as caught:
        match_header(export, header, "a.csv")
    return caught.value


def test_a_header_as_declared_says_nothing():
    assert match_header(ACCOUNTS, ["客户编号", "客户名称", "Amount EUR", "City"], "a.csv") == ([0, 1, 2, 3], [])


@pytest.mark.parametrize(
    ("header", "positions", "notice"),
    [
        (["客户编号", "客户名称", "Amount EUR", "City", "备注"], [0, 1, 2, 3], "ignored, not declared: '备注'"),
        (["客户编号", "客户名称", "City"], [0, 1, None, 2], "empty, not in the file: 'Amount EUR'"),
        (["City", "客户编号", "客户名称", "Amount EUR"], [1, 2, 3, 0], "in another order than declared: 'City'"),
        (
            ["Account No", "客户名称", "Amount EUR", "City"],
            [0, 1, 2, 3],
            "under another of its names: 'Account No' for '客户编号'",
        ),
        (["客户编号", "客户名称", "AMOUNT EUR", "City"], [0, 1, 2, 3], "in another case: 'AMOUNT EUR' for 'Amount EUR'"),
    ],
)
def test_a_harmless_change_loads_with_a_notice(header, positions, notice):
    assert match_header(ACCOUNTS, header, "a.csv") == (positions, [notice])


def test_all_changes_are_told_in_one_message_with_a_diff():
    error = refusal(ACCOUNTS, "客户编号", "客户名", "City", "City", "Discount")

    assert error.what.splitlines() == [
        "The header does not fit the declaration: renamed, it seems: '客户名称' to '客户名'; twice: 'City'; "
        "not declared: 'Discount'; not in the file either: 'Amount EUR'.",
        "     declared      in the file",
        "  ~  '客户名称'    客户名       renamed, it seems",
        "  !  'City'        City         in places 3, 4",
        "  -  'Amount EUR'  –            not in the file: empty",
        "  +  –             Discount     added in place 5: ignored",
    ]
    assert "'客户名'" in error.fix and "nth" in error.fix


def test_an_optional_column_that_was_renamed_is_not_silently_empty():
    assert "'Amount EUR' to 'Amount (EUR)'" in refusal(ACCOUNTS, "客户编号", "客户名称", "Amount (EUR)", "City").what
    assert "'City' to 'Cities'" in refusal(ACCOUNTS, "客户编号", "客户名称", "Amount EUR", "Cities").what


def test_a_column_that_is_declared_is_not_taken_for_another_one_renamed():
    export = declared({"name": "no", "key": True}, {"name": "amount_net"}, {"name": "amount_gross"})
    assert match_header(export, ["no", "amount_gross"], "a.csv") == ([0, None, 1], ["empty, not in the file: 'amount_net'"])


def test_a_required_column_that_is_gone_refuses_the_file():
    assert "missing: '客户名称'" in refusal(ACCOUNTS, "客户编号", "Amount EUR", "City").what


def test_a_file_of_another_table_is_called_so():
    error = refusal(ACCOUNTS, *[f"column {n}" for n in range(2000)])
    assert "none of its columns is there" in error.what
    assert len(error.what.splitlines()) == 33 and "and 1,974 more" in error.what


def test_names_in_a_diff_are_cut_and_hold_no_control_characters():
    error = refusal(ACCOUNTS, "x" * 5000, "\x1b[31mred")
    assert "\x1b" not in error.what and len(error.what) < 1500


# --- retyped ----------------------------------------------------------------------------------------------------------
def orders(amounts, *, ordered_on="31/12/2024") -> str:
    return HEADER + "".join(f'A{n},{ordered_on},"{amount}",1\n' for n, amount in enumerate(amounts))


def test_a_column_that_was_retyped_refuses_the_file_with_share_rule_and_value(shop):
    shop.drop("orders.csv", orders(["12,50"] * 49 + ["12.50"]))

    (refused,) = shop.take().refused

    words = "retyped: 98 % of the 50 values of `amount` (decimal(18,4)): the value is not a number with decimal mark ."
    assert f"{words}, e.g. '12,50'" in refused.what
    assert shop.files() == []


def test_empty_values_do_not_hide_that_a_column_was_retyped(shop):
    shop.drop("orders.csv", orders(["12,50"] * 20 + [""] * 200))
    assert "retyped: all of the 20 values of `amount`" in shop.take().refused[0].what


def test_bad_values_that_are_few_or_not_most_are_rejects(shop):
    shop.drop("orders_few.csv", orders(["12,50"] * 19))
    shop.drop("orders_half.csv", orders(["12,50"] * 30 + ["12.50"] * 30))

    result = shop.take()

    assert (result.refused, result.rows_rejected, result.rows_good) == ([], 49, 30)


def test_the_bad_column_is_named_and_not_the_good_ones_of_the_same_records(shop):
    text = HEADER + "".join(f"A{n},2024-12-31,{'x' if n < 25 else 1},1\n" for n in range(100))
    shop.drop("orders.csv", text)

    what = shop.take().refused[0].what

    assert "all of the 100 values of `ordered_on` (date)" in what
    assert "`amount`" not in what  # 25 of 100


def test_a_required_column_that_is_empty_in_most_records_refuses_the_file(shop):
    shop.drop("orders.csv", HEADER + ",31/12/2024,1,1\n" * 40 + "A,31/12/2024,1,1\n" * 10)
    assert "emptied: 80 % of the 50 records have no `order_no`" in shop.take().refused[0].what


def test_a_retyped_column_may_have_a_name_that_sql_reserves(shop):
    shop.declare("""\
        - name: orders
          config: {meta: {export: {files: "orders*.csv", load: append}}}
          columns: [{name: order, data_type: integer}, {name: select, data_type: integer}]
        """)
    shop.drop("orders.csv", "order,select\n" + "1,x\n" * 20 + "1,1\n" * 5)
    assert "80 % of the 25 values of `select`" in shop.take().refused[0].what


def test_a_large_file_that_was_retyped_is_refused_too(shop):
    shop.drop("orders.csv", orders(["12,50"] * 20_000))  # above the size from which a file has a query of its own
    assert "all of the 20,000 values of `amount`" in shop.take().refused[0].what


# --- notices reach the status, refused files wait ---------------------------------------------------------------------
def notices(shop) -> list[tuple]:
    return [(row["export"], row["file"], row["notice"]) for row in status(shop.settings, shop.state)["notices"]]


def test_a_notice_is_in_the_status_until_a_later_file_has_none(shop):
    shop.drop("orders_1.csv", HEADER.strip() + ",colour\nA,31/12/2024,1,1,red\n", modified="2024-12-31T20:00")
    shop.take()
    assert notices(shop) == [("shop.orders", "orders_1.csv", "ignored, not declared: 'colour'")]

    shop.drop("orders_2.csv", HEADER + "B,31/12/2024,1,1\n", modified="2025-01-01T20:00")
    shop.take()
    assert notices(shop) == []


def test_a_notice_survives_the_loss_of_the_state(shop):
    shop.drop("orders_1.csv", HEADER.strip() + ",colour\nA,31/12/2024,1,1,red\n")
    shop.take()
    (shop.project / "home" / "state.sqlite").unlink()
    for left in (shop.project / "home").glob("state.sqlite-*"):
        left.unlink()

    rebuild_index(shop.settings, shop.state)

    assert [notice for *_, notice in notices(shop)] == ["ignored, not declared: 'colour'"]


def test_a_refused_file_waits_in_the_status_and_is_taken_up_after_the_declaration_was_mended(shop):
    shop.drop("orders.csv", "order_number,ordered_on,amount,units\nA,31/12/2024,1,1\n")
    shop.take()
    assert [row["file"] for row in status(shop.settings, shop.state)["refused_files"]] == ["orders.csv"]
    (again,) = retry(shop.settings, shop.state)[0]
    assert (again.outcome, "renamed, it seems: 'order_no' to 'order_number'" in again.what) == ("refused again", True)

    file = shop.project / "dbt_project" / "models" / "systems" / "shop" / "_shop__sources.yml"
    file.write_text(file.read_text().replace("{key: true}", "{key: true, header: [order_no, order_number]}"))
    (taken,) = retry(shop.settings, shop.state)[0]

    assert (taken.outcome, taken.name, taken.rows_good) == ("taken", "orders.csv", 1)
    assert status(shop.settings, shop.state)["refused_files"] == []
    assert retry(shop.settings, shop.state)[0] == []


def test_retry_takes_a_file_up_that_an_earlier_software_refused_under_the_same_declaration(shop):
    shop.drop("orders.csv", HEADER + "A,31/12/2024,1,1\n")
    shop.pull()
    (export,) = read_declarations(shop.settings).values()
    with shop.state.write("test") as connection:
        file_id = connection.scalar(select(deliveries.c.file_id))
        key = {"file_id": file_id, "system": "shop", "table_name": "orders", "declaration": export.hash}
        connection.execute(insert(refusals).values(**key, what="A fault.", fix="Update.", refused_at=now()))
    assert [file.what for file in shop.load().refused] == ["A fault."]  # a load does not try again

    (taken,) = retry(shop.settings, shop.state)[0]

    assert taken.outcome == "taken"
    assert shop.load().refused == []
    assert shop.rows("order_no") == [("A",)]


def test_a_refused_file_that_was_sent_again_whole_is_called_replaced(shop):
    shop.drop("orders.csv", "")
    shop.take()
    shop.drop("orders.csv", HEADER + "A,31/12/2024,1,1\n")
    shop.take()

    assert [(file.name, file.outcome) for file in retry(shop.settings, shop.state)[0]] == [("orders.csv", "replaced")]
    assert status(shop.settings, shop.state)["refused_files"] == []


def test_a_file_that_the_old_declaration_took_and_the_new_one_refuses_is_in_the_status(shop):
    shop.drop("orders.csv", HEADER + "A,31/12/2024,1,1\n")
    shop.take()
    file = shop.project / "dbt_project" / "models" / "systems" / "shop" / "_shop__sources.yml"
    file.write_text(file.read_text().replace("{key: true}", "{key: true, header: Bestellung}"))
    shop.load()

    assert [row["file"] for row in status(shop.settings, shop.state)["refused_files"]] == ["orders.csv"]
