"""Records that delete: known by their text in the file, whatever it is typed to, and without values that others must have."""

import pytest

from rapport.errors import UsageError
from rapport.exports.declarations import read_declarations

CHANGES = """\
- name: orders
  config: {meta: {export: {files: "orders*.csv", load: upsert, deleted_when: {op: [D, "-"]}, nulls: ["", "-"]}}}
  columns:
    - {name: order_no, data_type: varchar, config: {meta: {key: true}}}
    - {name: amount, data_type: "decimal(18,4)", config: {meta: {required: true}}}
    - {name: op, data_type: varchar, config: {meta: {values: {I: changed, U: changed, D: gone, X: gone}}}}
"""
HEADER = "order_no,amount,op\n"


@pytest.mark.parametrize("others", [0, 30_000])  # the second file is large enough to be read by the engine itself
def test_what_deletes_is_told_by_the_text_and_needs_nothing_but_its_key(shop, others):
    shop.declare(CHANGES)
    many = "".join(f"N{n},1.5,U\n" for n in range(others))
    shop.drop("orders.csv", HEADER + many + "A,1,I\nB,, D \nC,,-\nD,7,D\nE,2,X\nF,,U\n,,D\nG,x,D\n")

    result = shop.take()

    assert shop.rows("order_no, amount::varchar, op, _is_deleted")[others:] == [
        ("A", "1.0000", "changed", False),
        ("B", None, "gone", True),
        ("C", None, None, True),  # a word for no value is a text all the same
        ("D", "7.0000", "gone", True),
        ("E", "2.0000", "gone", False),  # the same value, another text
    ]
    assert [(r.row - others, r.reasons[0].column, r.reasons[0].rule) for r in shop.rejects()] == [
        (6, "amount", "is required"),
        (7, "order_no", "is required"),
        (8, "amount", "is not a number with decimal mark ."),
    ]
    assert result.rows_good == others + 5


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("load: upsert", "load: append", "`deleted_when` is for `load: upsert`"),
        (", config: {meta: {key: true}}", "", "`deleted_when` needs the columns that identify a record"),
        ("nulls:", "exported_at: {column: amount}, nulls:", "`amount`, which is neither a date nor a timestamptz"),
        ("nulls:", "exported_at: {column: at}, nulls:", "`exported_at` names columns that are not declared: at"),
    ],
)
def test_a_declaration_of_deletions_or_versions_that_cannot_be_is_named(shop, old, new, complaint):
    shop.declare(CHANGES.replace(old, new))

    with pytest.raises(UsageError) as error:
        read_declarations(shop.settings)

    assert complaint in error.value.where
