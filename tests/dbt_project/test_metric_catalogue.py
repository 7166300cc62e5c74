"""What is written down of the metrics: nobody changes a number without saying so, and nothing of METRICS.md is forgotten."""

import json
from copy import deepcopy

import pytest

from rapport.metrics.catalogue import Catalogue
from rapport.metrics.counts import counted_in
from rapport.metrics.lineage import origins
from rapport.metrics.versions import as_text, changes, versions_of
from rapport.metrics.written import PAGES, catalogue_page, parsed_catalogue, versions_file
from rapport.settings import Settings

# The names that a first issue of the marts owes: every metric of the specification before its second wave.
OWED = {
    "sales and plan": """
        order_intake gross_revenue returned_revenue credited_revenue net_revenue gross_margin gross_margin_rate cost_coverage
        orders order_lines units active_customers new_customers average_order_value on_time_delivery_rate
        plan plan_attainment plan_gap_per_business_day forecast_revenue expected_landing forecast_wape forecast_bias
        net_revenue_retention gross_revenue_retention top_1_share top_5_share top_10_share revenue_hhi
        repeat_purchase_rate repeat_within_30_days repeat_within_60_days repeat_within_90_days second_order_days
        cohort_retention cohort_revenue_retention win_rate win_rate_value sales_cycle_days
        pipeline_value pipeline_weighted pipeline_coverage pipeline_velocity
        lead_conversion_rate lead_to_order_days acquisition_cost loss_reasons losses_to_competitor market_growth_gap""",
    "customers": """
        share_of_wallet key_account_candidates historic_value clv p_alive orders_overdue_value logo_churn_rate churn_risk
        churn_probability revenue_at_risk expected_loss save_rate save_uplift""",
    "loyalty": """
        active_member_rate points_issued points_redeemed points_expired points_outstanding redemption_rate breakage_rate
        points_liability programme_uplift referral_rate reward_fulfilment_days""",
    "service": """
        tickets_opened tickets_solved backlog backlog_age first_response_minutes resolution_minutes sla_response sla_resolution
        reopen_rate one_touch_rate complaint_rate ticket_csat service_cost_share""",
    "voice": """
        nps csat ces response_rate survey_coverage feedback_items net_sentiment topic_share closed_loop_rate
        suggestion_adoption_rate decision_days requirements_open_value requirements_overdue delivered_rate""",
    "contact and money owed": """
        contact_coverage contacts_by_channel silence_days follow_ups_due follow_ups_overdue touches_per_won renewals_due_value
        renewal_rate overdue_share dso basket_lift next_best_product preference_index decisions_kept""",
    "data health": """
        rows_loaded rows_rejected reject_rate freshness_hours control_total_difference duplicate_customers unlinked_revenue""",
}  # fmt: skip

# Names that are not a metric of that name, and where what they stand for is found: a mart's column, a dimension of another.
FOUND_ELSEWHERE: dict[str, str] = {
    "churn_risk": "a customer's points, column of customer_health; its metrics are customers_at_risk and revenue_at_risk",
}

# Names that nobody can ask for yet, each with the reason. The list only ever gets shorter.
AWAITED: dict[str, str] = {}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The project's metrics as they stand on disk."""
    return parsed_catalogue(Settings())


def owed() -> list[str]:
    """Every name, in the order of the specification."""
    return [name for names in OWED.values() for name in names.split()]


def test_every_metric_of_the_specification_can_be_asked_for_or_is_awaited_with_a_reason(catalogue):
    listed = {metric.name for metric in catalogue.listed()}
    missing = [name for name in owed() if name not in listed | set(FOUND_ELSEWHERE) | set(AWAITED)]

    assert missing == []


def test_nothing_is_awaited_that_is_there(catalogue):
    listed = {metric.name for metric in catalogue.listed()}

    assert sorted(listed & (set(AWAITED) | set(FOUND_ELSEWHERE))) == []
    assert set(AWAITED) | set(FOUND_ELSEWHERE) <= set(owed())


def test_no_metric_changed_its_meaning_without_a_new_version(catalogue):
    written = json.loads(versions_file(Settings()).read_text(encoding="utf-8"))
    silent = {one.metric: one.why for one in changes(written, versions_of(catalogue)) if not one.is_said}

    assert silent == {}, "raise meta.version of these metrics and run `make metrics`; see docs/analysts/README.md"


def test_what_is_written_down_is_what_there_is(catalogue):
    settings = Settings()

    assert versions_file(settings).read_text(encoding="utf-8") == as_text(versions_of(catalogue)), "run `make metrics`"
    for language, name in PAGES.items():
        page = (settings.project / "docs" / "analysts" / name).read_text(encoding="utf-8")
        assert page == catalogue_page(catalogue, language), f"{name}: run `make metrics`"


def test_every_metric_tells_the_marts_and_the_core_tables_that_it_is_read_from(catalogue):
    nodes = catalogue._nodes.values()
    marts, core = ({one["name"] for one in nodes if one["schema"] == schema} for schema in ("marts", "core"))
    told = {metric.name: origins(catalogue, metric) for metric in catalogue.listed()}

    assert [name for name, one in told.items() if not (one.marts and set(one.marts) <= marts)] == []
    assert [name for name, one in told.items() if not (one.core and set(one.core) <= core)] == []
    assert told["plan"].core == ("calendar", "targets")
    assert {"sales_lines", "sales_returns", "sales_credits"} <= set(told["plan_attainment"].marts)
    assert "| `sales_credits`, `sales_lines`, `sales_returns` ← `calendar`, `credits`," in catalogue_page(catalogue, "zh")


def test_counts_that_stand_for_a_score_are_counts_in_every_language_and_its_parts(catalogue):
    declared = {name: metric for name, metric in catalogue.metrics.items() if metric.counts}

    assert "nps" in declared
    for name, metric in declared.items():
        parts = {one.metric for one in metric.inputs}
        assert metric.min_n, name
        assert {language: set(counted_in({language: text})) for language, text in metric.counts.items()} == {
            "en": parts,
            "zh": parts,
        }, name
        assert all(catalogue.metric(one).is_count for one in parts), name


def changed(catalogue: Catalogue, change) -> dict[str, tuple[str, ...]]:
    """What `changes` says of the metrics after `change` has been made to the manifests, with whether a version tells it."""
    semantic, nodes = deepcopy(catalogue.semantic), deepcopy(catalogue._nodes)
    change(semantic, nodes)
    metrics = {name: {"name": name, "original_file_path": f"x/{one.subject}/y.yml"} for name, one in catalogue.metrics.items()}
    other = Catalogue(semantic, {"nodes": nodes, "parent_map": catalogue.parents, "metrics": metrics})
    return {one.metric: (one.why, one.is_said) for one in changes(versions_of(catalogue), versions_of(other))}


def test_another_expression_changes_the_metric_and_all_that_is_made_of_it(catalogue):
    def change(semantic, _nodes):
        metric = next(one for one in semantic["metrics"] if one["name"] == "returned_revenue")
        metric["type_params"]["expr"] = "amount * 2"

    found = changed(catalogue, change)

    assert {"returned_revenue", "net_revenue", "plan_attainment"} <= set(found)
    assert found["net_revenue"] == (("its definition",), False)
    assert "gross_revenue" not in found


def test_other_sql_of_a_mart_changes_its_metrics_and_a_comment_does_not(catalogue):
    mart = catalogue.marts["sales_returns"].unique_id

    def comment(_semantic, nodes):
        nodes[mart]["raw_code"] = "-- returns\n{# as they come #}" + nodes[mart]["raw_code"]

    def condition(_semantic, nodes):
        nodes[mart]["raw_code"] += "\nlimit 1"

    assert changed(catalogue, comment) == {}
    assert changed(catalogue, condition)["net_revenue"] == (("sales_returns",), False)


def test_a_change_with_a_new_version_is_said(catalogue):
    def change(semantic, _nodes):
        metric = next(one for one in semantic["metrics"] if one["name"] == "returned_revenue")
        metric["type_params"]["expr"] = "amount * 2"
        metric["config"]["meta"]["version"] += 1

    assert changed(catalogue, change)["returned_revenue"] == (("its definition",), True)
