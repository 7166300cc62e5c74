"""`rapport source new` on real data: the declaration that it writes loads every record of its own sample."""

from pathlib import Path

import pytest

from rapport.exports.profiling.profile import profile
from rapport.exports.profiling.writing import write
from rapport.exports.rehearsal import rehearse
from tests.conftest import data_of

FOLDERS = (
    "olist/orders_8k",
    "olist/orders_5k_resaved_by_excel",
    "northwind",
    "superstore",
    "support_tickets",
    "telco_churn",
    "electronics",
    "cdnow",
)


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS)
def test_the_declaration_that_is_written_loads_its_sample_without_a_reject(shop, folder):
    files = sorted(data_of(folder).glob("*.csv"))
    assert files
    for file in files:
        findings = profile(shop.settings, [file], "till")
        write(findings, shop.settings.dbt_project / "models" / "systems" / "till", force=False)
        assert findings.questions == []

        (told,) = rehearse(shop.settings, "till", [file])

        outcome = (told.refused, told.records, told.rows_good, told.notices)
        assert outcome == (None, findings.records, findings.records, []), file.name


def types(shop, file: Path) -> dict[str, str]:
    return {column.name: column.data_type for column in profile(shop.settings, [file], "till").columns}


def test_types_of_columns_that_mislead_are_right(shop):
    """Worked out by looking at the files."""
    northwind = types(shop, data_of("northwind") / "orders.csv")
    assert northwind["ship_postal_code"] == "varchar"  # 05022
    assert (northwind["order_date"], northwind["freight"]) == ("date", "decimal(18,4)")  # each time is 00:00:00.000

    excel = profile(shop.settings, [data_of("olist/orders_5k_resaved_by_excel") / "olist_orders_dataset.csv"], "till")
    bought = next(column for column in excel.columns if column.name == "order_purchase_timestamp")
    assert (bought.data_type, bought.meta["format"]) == ("timestamptz", "%m/%d/%Y %H:%M")
    assert bought.evidence[0].startswith("month first: ")

    telco = types(shop, data_of("telco_churn") / "Telco-Customer-Churn.csv")
    assert (telco["total_charges"], telco["churn"], telco["online_security"]) == ("decimal(18,4)", "boolean", "varchar")
