"""The claims of the subjects' pages: each stands on its condition, and not on its contrary."""

import pytest
import yaml

from rapport.editions.rules import Rules, read_rules
from rapport.editions.words import pieces, read_catalogue
from tests.conftest import PROJECT
from tests.editions.test_rules import Known, said


@pytest.fixture
def rules(settings) -> Rules:
    return read_rules(settings, "management_month")


def sales(change: float, growth: float, **effects: float) -> Known:
    return Known({"revenue_change": change, "growth": growth, "volume": 0, "price": 0, "mix": 0, **effects})


CASES = [
    ("sales", sales(10, 1.9), "level"),
    ("sales", sales(100, 9, volume=80, price=10), "more_volume"),
    ("sales", sales(100, 9, volume=80, price=70, mix=-50), "higher_prices"),
    ("sales", sales(100, 9, price=60), "higher_prices"),
    ("sales", sales(100, 9, mix=60), "richer_mix"),
    ("sales", sales(100, 9, volume=40, price=40), "grew"),
    ("sales", sales(-100, -9, volume=-80, price=-10), "less_volume"),
    ("sales", sales(-100, -9, volume=-80, price=-70, mix=50), "lower_prices"),
    ("sales", sales(-100, -9, price=-60), "lower_prices"),
    ("sales", sales(-100, -9, volume=-40, price=-40), "fell"),
    ("sales", Known({"revenue": 5}), "revenue"),
    ("customers", Known({"churned": 3}, {"lost_customers.on_previous_period": "bad"}), "more_lost"),
    ("customers", Known({"churned": 3}, {"churned.on_previous_year": "bad"}), "churn_rose"),
    ("customers", Known({"churned": 3}, {"churned.on_previous_year": "good"}), "churn_fell"),
    ("customers", Known({"churned": 3, "churned.on_previous_year": 1}), "churn_steady"),
    ("customers", Known({"churned": 3}), "churn"),
    ("customers", Known(), "buying"),
    ("value", Known({"missing_orders": 3, "missing_value": 0, "came": 80}), "missing"),
    ("value", Known({"missing_orders": 0, "came": 40}), "came"),
    ("value", Known(), "worth"),
    ("service", Known({"sla": 80}, {"sla.on_previous_period": "bad"}), "promises_fell"),
    ("service", Known({"sla": 80, "backlog": 30, "tickets": 100}, {"backlog.on_previous_period": "bad"}), "backlog_grew"),
    ("service", Known({"sla": 80, "backlog": 4, "tickets": 57}, {"backlog.on_previous_period": "bad"}), "promises"),
    ("service", Known({"sla": 80}, {"sla.on_previous_period": "good"}), "promises_rose"),
    ("service", Known(), "tickets"),
    ("voice", Known({"nps": 5}, {"nps.on_previous_period": "bad"}), "nps_fell"),
    ("voice", Known({"nps": 5}, {"sentiment.on_previous_period": "bad"}), "sentiment_fell"),
    ("voice", Known({"nps": 5}, {"closed_loop.on_previous_period": "bad"}), "loop_opened"),
    ("voice", Known({"nps": 5}, {"nps.on_previous_period": "good"}), "nps_rose"),
    ("voice", Known({"nps": 5, "nps.on_previous_period": -9}, by_chance=("nps.on_previous_period",)), "nps_may_be_chance"),
    ("voice", Known({"nps": 5}), "nps"),
    ("voice", Known({"csat_month": 70}), "csat"),
    ("voice", Known(), "comments"),
    ("loyalty", Known({"liability": 9, "active_members": 90}, {"active_members.on_previous_year": "bad"}), "activity_fell"),
    ("loyalty", Known({"liability": 9, "active_members": 90}), "liability"),
    ("loyalty", Known({"outstanding": 9}), "outstanding"),
    ("loyalty", Known(), "issued"),
    ("care", Known({"contacted": 50}, {"contacted.on_previous_period": "bad"}), "contact_fell"),
    ("care", Known({"overdue": 50}, {"overdue.on_previous_period": "bad"}), "overdue_rose"),
    ("care", Known({"follow_ups": 1, "contacted": 50}), "follow_ups"),
    ("care", Known({"follow_ups": 0, "contacted": 50}), "contact"),
    ("care", Known({"overdue": 5}), "overdue"),
    ("care", Known(), "channels"),
]


@pytest.mark.parametrize(("subject", "known", "claim"), CASES, ids=[f"{subject}-{claim}" for subject, _, claim in CASES])
def test_a_page_claims_what_its_figures_hold(rules, subject, known, claim):
    assert said(rules, known, f"{subject}_claim") == [f"claims.{subject}.{claim}"]


def test_every_subject_has_a_claim_and_every_claim_a_case(rules, settings):
    report = yaml.safe_load((PROJECT / "reports/management_month/report.yml").read_text(encoding="utf-8"))
    subjects = {entry["subject"] for entry in report["sections"] if isinstance(entry, dict) and "subject" in entry}
    written = {(subject, claim) for subject, claims in read_catalogue(settings, "en").raw("claims").items() for claim in claims}

    assert {f"{subject}_claim" for subject in subjects} <= set(rules.slots)
    assert written == {(subject, claim) for subject, _, claim in CASES}


WIDEST = {
    "revenue": "€12.8亿",
    "missing_value": "€12.8亿",
    "liability": "€12.8亿",
    "earned": "€12.8亿",
    "outstanding": "1,284万",
}


@pytest.mark.parametrize(("subject", "claim"), sorted({(subject, claim) for subject, _, claim in CASES}))
def test_a_claim_in_chinese_has_at_most_24_characters_with_the_longest_numbers_that_are_printed(settings, subject, claim):
    catalogue = read_catalogue(settings, "zh")
    found = catalogue.raw(f"claims.{subject}.{claim}")
    text = found["other"] if isinstance(found, dict) else found
    parts = [one if isinstance(one, str) else WIDEST.get(one.name, "99.9%") for one in pieces(text)]

    assert len("".join(parts)) <= catalogue.raw("formats.headline_at_most")
