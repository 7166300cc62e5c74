"""What a metric is read from. The marts and core tables are those that the project's SQL names."""

import pytest

from rapport.metrics.lineage import Origins, origins


@pytest.mark.parametrize(
    ("metric", "marts", "core"),
    [
        ("gross_revenue", ("sales_lines",), ("customers", "order_lines")),
        (
            "net_revenue",
            ("sales_credits", "sales_lines", "sales_returns"),
            ("credits", "customers", "order_lines", "returns"),
        ),
        ("plan", ("plan_days", "plan_of_customers", "plan_of_regions"), ("targets",)),  # however it is asked
        ("net_revenue_retention", ("revenue_retention",), ("customers", "order_lines")),  # a mart between them
        ("future_value", ("customer_values", "value_quality"), ("customers", "order_lines")),  # its gate too
        ("revenue_with_express", ("sales_lines",), ("customers", "order_lines")),
        ("nps", ("nps_accounts",), ("customers", "survey_responses")),
    ],
)
def test_a_metric_names_the_marts_and_core_tables_that_it_is_read_from(figures, metric, marts, core):
    assert origins(figures.catalogue, figures.catalogue.metric(metric)) == Origins(marts, core)
