"""Gross margin as the metric itself adds it up, on sales whose profit is published."""

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml
from tests.conftest import PROJECT

SUPERSTORE = PROJECT.parent / "shared" / "data" / "superstore" / "superstore.csv"


def _expression(metric: str, model: Path) -> str:
    metrics = yaml.safe_load(model.read_text(encoding="utf-8"))["models"][0]["metrics"]
    return next(one["expr"] for one in metrics if one["name"] == metric)


@pytest.mark.skipif(not SUPERSTORE.is_file(), reason="Superstore is not beside the project")
def test_superstores_profit_is_its_gross_margin_where_costs_are_sales_less_profit():
    margin = _expression("line_margin", PROJECT / "dbt_project/models/marts/sales/sales_lines.yml")
    costed = _expression("costed_revenue", PROJECT / "dbt_project/models/marts/sales/sales_lines.yml")
    sales, profit = 'cast("Sales" as decimal(18, 4))', 'cast("Profit" as decimal(18, 4))'
    found = duckdb.execute(f"""
        with lines as (
            select {sales} as amount, {sales} - {profit} as cost
            from read_csv('{SUPERSTORE}', types = {{'Sales': 'varchar', 'Profit': 'varchar'}})
        )
        select sum({margin}), sum({costed}) from lines
    """).fetchone()

    assert found == (Decimal("286397.0217"), Decimal("2297200.8603"))
