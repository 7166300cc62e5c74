"""Declarations: what the analysts' page promises, and every mistake named."""

import re
from pathlib import Path

import pytest

from rapport.errors import UsageError
from rapport.exports.declarations import read_declarations

PAGE = Path(__file__).resolve().parents[2] / "docs" / "analysts" / "declare-an-export.md"


def test_the_example_of_the_analysts_page_is_a_declaration(shop):
    example = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)[1].replace(
        "- name: crm ", "- name: shop "
    )
    file = shop.project / "dbt_project" / "models" / "systems" / "shop" / "_shop__sources.yml"
    file.write_text(example, encoding="utf-8")

    export = read_declarations(shop.settings)["shop", "accounts"]

    assert export.encoding == ("gb18030",)
    assert export.columns[0].headers == ("客户编号", "Account No")
    assert export.columns[4].values == {"启用": "true", "停用": "false"}
    assert export.exported_at.at == "06:00"


@pytest.mark.parametrize(
    ("export", "column", "complaint"),
    [
        ("files: a, load: append, colour: red", "", "colour: is not a key of declarations"),
        ("files: a", "", "load: is missing"),
        ("files: a, load: append, encoding: klingon", "", "'klingon' is not an encoding"),
        ("files: a, load: append, zone: Europe/Bonn", "", "'Europe/Bonn' is not an IANA time zone"),
        ("files: a, load: append, exported_at: 'orders_.*'", "", "needs exactly one group"),
        ("files: a, load: append", "data_type: money", "column order_no.data_type: 'money' is none of varchar"),
        ("files: a, load: append", "data_type: varchar, config: {meta: {kee: true}}", "column order_no.kee: is not a key"),
        ("files: a, load: append", "data_type: varchar, config: {meta: {format: '%Y'}}", "`format` is for date"),
        ("files: a, load: append", "data_type: varchar, config: {meta: {header: No}}", "quote it, YAML takes it for False"),
        ("files: a, load: append", "data_type: date, config: {meta: {format: 'DD.MM.YYYY'}}", "is not a date format"),
    ],
)
def test_a_mistake_names_the_file_the_table_and_the_key(shop, export, column, complaint):
    shop.declare(
        f"- name: orders\n  config: {{meta: {{export: {{{export}}}}}}}\n"
        f"  columns: [{{name: order_no, {column or 'data_type: varchar'}}}]"
    )

    with pytest.raises(UsageError) as error:
        read_declarations(shop.settings)

    assert "_shop__sources.yml, table orders" in error.value.where
    assert complaint in error.value.where


def test_two_columns_may_not_claim_one_header(shop):
    shop.declare("""\
        - name: orders
          config: {meta: {export: {files: a, load: append}}}
          columns:
            - {name: a, data_type: varchar, config: {meta: {header: [Num, Nr]}}}
            - {name: b, data_type: varchar, config: {meta: {header: nr}}}
        """)

    with pytest.raises(UsageError, match="mistakes") as error:
        read_declarations(shop.settings)

    assert "two columns claim the header 'nr'" in error.value.where


def test_only_what_decides_the_typing_makes_a_new_generation(shop):
    before = read_declarations(shop.settings)["shop", "orders"]

    other_place = before.model_copy(update={"files": ("x*",), "load": "snapshot"})
    other_words = before.model_copy(update={"nulls": ("", "NA")})

    assert other_place.model_copy().hash == before.hash
    assert other_words.hash != before.hash


def test_a_system_without_declarations_says_which_file_to_write(shop):
    (shop.project / "dbt_project" / "models" / "systems" / "shop" / "_shop__sources.yml").unlink()

    with pytest.raises(UsageError, match="has no declarations") as error:
        read_declarations(shop.settings)

    assert error.value.where.endswith("_shop__sources.yml")
