"""The same project builds on another engine: models use no syntax of one engine, and macros that do have a sister for Spark."""

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp
from tests.conftest import PROJECT

DBT = PROJECT / "dbt_project"
ENGINE_ONLY = {
    "QUALIFY (macro newest_rows)": r"\bqualify\b",
    "filter (…) (sum(case when …))": r"\bfilter\s*\(",
    "select * exclude, replace or columns(…)": r"\*\s*(exclude|except|replace|rename)\s*\(|\bcolumns\s*\(",
    "union by name": r"\bby\s+name\b",
    "distinct on": r"\bdistinct\s+on\b",
    "ASOF": r"\basof\b",
    "a list lambda": r"->|\blambda\b",
    "a cast by ::": r"::",
    "a list in brackets (dbt.array_construct)": r"(?<![\w.])\[|\barray\s*\[",
    "a type of list (array<…>)": r"\w\s*\[\s*\]",
    "an identifier in double quotes": r'"',
    "ilike, similar to or ~": r"\b(ilike|similar\s+to|glob)\b|[^!]~",
    "at time zone (macro local_time)": r"\bat\s+time\s+zone\b",
    "the clock (this_build.as_of)": r"\b(now|today|current_date|current_timestamp|getdate)\s*\(|\bcurrent_(date|timestamp)\b",
    "a day by extract(dow …)": r"extract\s*\(\s*(dow|isodow|doy|week|isoyear|epoch)\b",
    "an interval added to a date (macro day_after)": r"[+-]\s*interval\b",
}
FUNCTIONS = """
    any_value arg_max arg_max_null arg_min arg_min_null array_agg array_to_string bool_and bool_or date_add date_diff date_part
    date_sub date_trunc dateadd datediff datetrunc dayofweek dayofyear epoch epoch_ms exclude generate_series group_concat hash
    isodow last_day list list_aggregate list_contains list_filter list_sort list_transform make_date make_timestamp quantile
    quantile_cont quantile_disc range regexp_extract regexp_full_match regexp_matches strftime string_agg strptime struct_pack
    timezone to_days to_months to_timestamp try_strptime unnest weekofyear yearweek
"""
ENGINE_ONLY["a function of one engine"] = rf"\b({'|'.join(FUNCTIONS.split())})\s*\("

# What only DuckDB is ever asked: its hardening.
DUCKDB_ALONE = {"harden.sql"}


def plain_sql(text: str) -> str:
    """SQL as it stands in a file: without Jinja, comments and what is quoted."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", "jinja", text, flags=re.DOTALL)
    text = re.sub(r"--[^\n]*", "", text)
    return re.sub(r"'(?:[^']|'')*'", "''", text)


def engine_only(sql: str) -> list[str]:
    """What a piece of SQL says that only one engine understands, with the line."""
    return [
        f"{words}: {line.strip()}"
        for line in plain_sql(sql).splitlines()
        for words, pattern in ENGINE_ONLY.items()
        if re.search(pattern, line, re.IGNORECASE)
    ]


def macros(file: Path) -> dict[str, str]:
    """The macros of a file, name → body."""
    found = re.findall(
        r"\{%-?\s*macro\s+(\w+)\(.*?%\}(.*?)\{%-?\s*endmacro\s*-?%\}", file.read_text(encoding="utf-8"), re.DOTALL
    )
    return dict(found)


@pytest.mark.parametrize("folder", ["models", "tests"])
def test_no_sql_outside_macros_is_of_one_engine_alone(folder):
    found = {
        str(file.relative_to(DBT)): faults
        for file in sorted((DBT / folder).rglob("*.sql"))
        if "generic" not in file.parts and (faults := engine_only(file.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_a_macro_of_one_engine_is_a_default_with_a_sister_for_spark():
    lonely, open_ones = [], {}
    for file in sorted((DBT / "macros").glob("*.sql")):
        of_file = macros(file)
        assert of_file, f"{file.name}: no macro was found in it"
        for name, body in of_file.items():
            if file.name in DUCKDB_ALONE or name.startswith("spark__") or not (faults := engine_only(body)):
                continue
            if not name.startswith("default__"):
                open_ones[name] = faults
            elif name.replace("default__", "spark__") not in of_file:
                lonely.append(name)
    assert (open_ones, lonely) == ({}, [])


def test_every_dispatched_macro_is_written_for_both_engines():
    for file in sorted((DBT / "macros").glob("*.sql")):
        of_file = macros(file)
        for name in [name for name, body in of_file.items() if "adapter.dispatch" in body]:
            assert {f"default__{name}", f"spark__{name}"} <= set(of_file), name


def test_every_compiled_model_is_sql_that_can_be_written_for_spark(models):
    faults = {}
    for name, node in models.items():
        if node["language"] == "sql" and node["config"]["enabled"]:
            try:
                (tree,) = sqlglot.parse(node["compiled_code"], dialect="duckdb")
                written = tree.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
                sqlglot.parse_one(written, dialect="spark")
            except (sqlglot.ParseError, sqlglot.UnsupportedError, ValueError) as error:
                faults[name] = str(error).splitlines()[0]
    assert faults == {}


def test_days_are_not_subtracted_and_nothing_is_divided_by_what_may_be_zero(models):
    """`date - date` is a number on one engine and an interval on another; Spark raises where DuckDB gives null for x / 0."""
    faults = []
    for name, node in models.items():
        if node["language"] == "sql" and node["config"]["enabled"]:
            tree = sqlglot.parse_one(node["compiled_code"], dialect="duckdb")
            for difference in tree.find_all(exp.Sub):
                if all(_is_day(side) for side in (difference.left, difference.right)):
                    faults.append(f"{name}: {difference.sql()}")
    assert faults == []


def _is_day(expression: exp.Expression) -> bool:
    """By the names that days have here, or by a cast."""
    if isinstance(expression, exp.Cast):
        return expression.is_type("date")
    return isinstance(expression, exp.Column) and re.search(r"(_on|_end|_start|^day)$", expression.name) is not None


@pytest.mark.parametrize(
    "sql",
    [
        "select * from a qualify row_number() over (order by b) = 1",
        "select count(*) filter (where a) from b",
        "select * exclude (a) from b",
        "select quantile_cont(a, 0.5) from b",
        "select arg_max(a, b) from c",
        "select strftime(a, '%Y') from b",
        "select epoch(a) from b",
        "from a asof join b using (c)",
        'select "a" from b',
        "select list_transform(a, lambda x: x + 1) from b",
        "select a::date from b",
        "select a + interval 1 day from b",
        "select [a, b] from c",
        "select isodow(a) from b",
    ],
)
def test_what_only_one_engine_understands_is_seen(sql):
    assert engine_only(sql)


def test_what_every_engine_understands_is_not():
    assert engine_only("select sum(case when a > 0 then b end), max_by(c, d), 'x [y] \"z\"' from {{ ref('f') }}") == []
