"""The sentences of the management report, as its own rules choose them."""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from rapport.editions.rules import Rule, Rules, chosen, read_rules
from rapport.editions.words import read_catalogue


@dataclass
class Known:
    """Named values, effects and rows; what is not named is missing."""

    values: dict[str, float] = field(default_factory=dict)
    effects: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[dict]] = field(default_factory=dict)
    by_chance: tuple[str, ...] = ()

    def value_of(self, name):
        return Decimal(str(self.values[name])) if name in self.values else None

    def material(self, _name):
        return Decimal(2)

    def is_certain(self, name):
        return name not in self.by_chance

    def effect_of(self, name):
        return self.effects.get(name, "none")

    def rows_of(self, listing):
        return self.rows.get(listing, [])


@pytest.fixture
def rules(settings) -> Rules:
    return read_rules(settings, "management_month")


def said(rules: Rules, known: Known, slot: str) -> list[str]:
    return [sentence.key for sentence in chosen(rules, known).get(slot, [])]


def a_row(*reasons: str, **cells: object) -> dict:
    return {"customer_name": "Acme", "account_manager_name": "Ann", "churn_reasons": list(reasons), **cells}


GROWING = Known(
    values={
        "revenue": 100, "revenue.on_plan": 8, "revenue.over_plan": 7.4, "revenue.run_plan": 3,
        "revenue.on_previous_year": 12, "current": 1200, "retention": 108,
        "at_risk": 1, "at_risk_customers": 0, "accounts.count": 40, "accounts_at_risk.count": 0,
        "last_orders.amount": 2, "last_orders.count": 2, "refused.amount": 1,
        "sources.rows_rejected": 0, "sources.rows_refused": 0,
    },
    effects={"nps.on_previous_period": "good", "on_time.on_previous_period": "good", "at_risk.on_previous_period": "good"},
    rows={"gainers": [{"change_12m": Decimal(30)}], "losers": [{"change_12m": Decimal(-1)}]},
)  # fmt: skip
SHRINKING = Known(
    values={
        "revenue": 100, "revenue.on_plan": -8, "revenue.over_plan": -8.7, "revenue.run_plan": 2,
        "revenue.on_previous_year": -12, "current": 1200, "retention": 91,
        "at_risk": 300, "at_risk_customers": 2, "accounts.count": 40, "accounts_at_risk.count": 2,
        "last_orders.amount": 2, "last_orders.count": 2, "refused.amount": 1,
        "sources.rows_rejected": 5, "sources.rows_refused": 0, "unlinked": 4,
    },
    effects={"nps.on_previous_period": "bad", "on_time.on_previous_period": "bad", "at_risk.on_previous_period": "bad"},
    rows={
        "gainers": [{"change_12m": Decimal(1)}],
        "losers": [{"change_12m": Decimal(-60)}],
        "accounts_at_risk": [a_row("order_gap", "contract_end"), a_row("revenue_trend")],
    },
)  # fmt: skip
WITHOUT_PLAN = Known(
    values={
        "revenue": 100,
        "revenue.previous_year": 98,
        "revenue.on_previous_year": 1.5,
        "sources.rows_rejected": 0,
        "sources.rows_refused": 2,
    },
)


@pytest.mark.parametrize(
    ("company", "slot", "expected"),
    [
        (GROWING, "result", ["headline.above_plan"]),
        (SHRINKING, "result", ["headline.below_plan"]),
        (WITHOUT_PLAN, "result", ["headline.like_year"]),
        (GROWING, "risk", []),
        (SHRINKING, "risk", ["headline.at_risk"]),
        (GROWING, "context", ["lede.above_year", "lede.retention_above"]),
        (SHRINKING, "context", ["lede.below_year", "lede.on_time_worse", "lede.nps_worse"]),
        (WITHOUT_PLAN, "context", ["lede.no_plan"]),
        (GROWING, "breaking_point", ["breaking.above_holds"]),
        (SHRINKING, "breaking_point", ["breaking.below_holds"]),
        (WITHOUT_PLAN, "breaking_point", []),
        (GROWING, "doubt", []),
        (SHRINKING, "doubt", ["lede.unlinked"]),
        (GROWING, "trend", ["trend.above_plan_again"]),
        (SHRINKING, "trend", ["trend.below_plan_again"]),
        (WITHOUT_PLAN, "trend", ["trend.above_year"]),
        (GROWING, "changes", ["changes.gained_most", "changes.nps_rose", "changes.on_time_rose"]),
        (SHRINKING, "changes", ["changes.nps_fell", "changes.on_time_fell", "changes.risk_rose"]),
        (WITHOUT_PLAN, "changes", []),
        (GROWING, "next_steps", []),
        (SHRINKING, "next_steps", ["actions.renew", "actions.call"]),
        (GROWING, "decisions", []),
        (SHRINKING, "decisions", ["actions.make_up", "actions.close_delivery_gap"]),
        (GROWING, "accounts_claim", ["claim.growth_only"]),
        (SHRINKING, "accounts_claim", ["claim.losses_outweigh"]),
        (GROWING, "bridge", ["bridge.growth_outweighs"]),
        (SHRINKING, "bridge", ["bridge.losses_outweigh"]),
        (WITHOUT_PLAN, "bridge", []),
        (GROWING, "risk_map", ["risk_map.nobody"]),
        (SHRINKING, "risk_map", ["risk_map.act"]),
        (GROWING, "quality", ["quality.all_taken"]),
        (SHRINKING, "quality", ["quality.refused"]),
        (WITHOUT_PLAN, "quality", ["quality.refused"]),
    ],
)
def test_companies_with_contrary_numbers_read_contrary_sentences(rules, company, slot, expected):
    assert said(rules, company, slot) == expected


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ({"revenue": 100, "revenue.on_plan": 3, "revenue.on_previous_year": -9}, "headline.above_plan"),
        ({"revenue": 100, "revenue.on_plan": -2.1}, "headline.below_plan"),
        ({"revenue": 100, "revenue.on_plan": 1.9, "revenue.on_previous_year": 9}, "headline.on_plan"),
        ({"revenue": 100, "revenue.on_previous_year": 9}, "headline.above_year"),  # Olist has no plan
        ({"revenue": 100, "revenue.on_previous_year": -9}, "headline.below_year"),
        ({"revenue": 100, "revenue.on_previous_year": 0}, "headline.like_year"),
        ({"revenue": 100}, "headline.revenue"),  # the first month of a history
        ({}, "headline.no_revenue"),
    ],
)
def test_the_headline_is_the_result_against_plan_else_against_last_year(rules, values, result):
    assert said(rules, Known(values), "result") == [result]


def test_a_result_that_hangs_on_the_orders_of_one_day_is_called_fragile(rules):
    def breaking(orders: int, count: int = 2) -> list[str]:
        values = {"revenue.over_plan": 100, "last_orders.amount": orders, "last_orders.count": count}
        return said(rules, Known(values), "breaking_point")

    assert breaking(101) == ["breaking.orders_carry_it"]
    assert breaking(100) == ["breaking.above_holds"]
    assert breaking(0, count=0) == ["breaking.above"]


def test_refused_rows_that_could_turn_the_result_are_named_in_the_direction_in_which_they_turn_it(rules):
    """Refused returns can only lower revenue, refused sales only raise it; what they hold may not be known at all."""
    above = {"revenue.over_plan": 100, "last_orders.amount": 1, "last_orders.count": 1}
    below = {"revenue.over_plan": -100}

    assert said(rules, Known(above | {"refused_returns.amount": 101}), "breaking_point") == ["breaking.returns_could_matter"]
    assert said(rules, Known(above | {"refused.amount": 101}), "breaking_point") == ["breaking.above_holds"]
    assert said(rules, Known(below | {"refused.amount": 101}), "breaking_point") == ["breaking.sales_could_close"]
    assert said(rules, Known(below | {"refused_returns.amount": 101}), "breaking_point") == ["breaking.below_holds"]
    assert said(rules, Known(below | {"refused.amount": 101, "refused_unknown.count": 1}), "breaking_point") == [
        "breaking.unknown"
    ]


@pytest.mark.parametrize(
    ("retention", "claim"), [(100.1, "claim.growth_only"), (100, "claim.even"), (99.9, "claim.losses_outweigh")]
)
def test_growth_and_losses_are_only_said_to_outweigh_each_other_when_they_do(rules, retention, claim):
    assert said(rules, Known({"retention": retention}), "accounts_claim") == [claim]


def test_revenue_that_is_materially_on_plan_is_not_said_to_be_below_it(rules):
    known = {"revenue": 100, "revenue.on_plan": -1.9, "revenue.run_plan": 3}

    assert said(rules, Known(known), "trend") == ["trend.on_plan"]


def test_revenue_below_plan_calls_for_a_decision_before_anything_else(rules):
    known = Known({"revenue.on_plan": -15}, {"on_time.on_previous_period": "bad", "nps.on_previous_period": "bad"})

    assert said(rules, known, "decisions") == ["actions.make_up", "actions.close_delivery_gap"]


@pytest.mark.parametrize(("at_risk", "is_said"), [(9, False), (11, True)])
def test_risk_is_in_the_headline_only_from_a_tenth_of_the_month_on(rules, at_risk, is_said):
    known = Known({"revenue": 100, "at_risk": at_risk, "at_risk_customers": 1})

    assert said(rules, known, "risk") == (["headline.at_risk"] if is_said else [])


def test_a_change_that_may_be_chance_is_not_material(rules):
    values = {"revenue": 100, "revenue.on_plan": 9}

    assert said(rules, Known(values), "result") == ["headline.above_plan"]
    assert said(rules, Known(values, by_chance=("revenue.on_plan",)), "result") == ["headline.on_plan"]


def test_one_account_alone_is_named_only_from_a_five_hundredth_of_the_year_on(rules):
    def changes(amount: int) -> list[str]:
        return said(rules, Known({"current": 1000}, rows={"losers": [{"change_12m": Decimal(amount)}]}), "changes")

    assert (changes(-2), changes(-3)) == ([], ["changes.lost_most"])


@pytest.mark.parametrize(
    ("reasons", "action"),
    [
        (["order_gap", "tickets", "contract_end"], "actions.renew"),
        (["order_gap", "tickets"], "actions.settle_tickets"),
        (["order_gap", "overdue_invoices"], "actions.clear_invoices"),
        (["order_gap", "score_drop"], "actions.ask_why"),
        (["order_gap", "contact_silence"], "actions.speak"),
        (["order_gap"], "actions.visit"),
        (["a_new_reason"], "actions.call"),
    ],
)
def test_what_to_do_about_an_account_follows_its_most_pressing_reason(rules, reasons, action):
    known = Known(rows={"accounts_at_risk": [a_row(*reasons)]})
    (step,) = chosen(rules, known)["next_steps"]

    assert step.key == action
    assert (step.action.owner, step.action.in_play) == ("row.account_manager_name", "row.revenue_12m")


def test_no_more_than_three_accounts_get_an_action(rules):
    known = Known(rows={"accounts_at_risk": [a_row("order_gap", customer_name=name) for name in "ABCD"]})

    assert [step.row["customer_name"] for step in chosen(rules, known)["next_steps"]] == ["A", "B", "C"]


def test_the_highest_priority_speaks_first_and_equal_ones_in_the_order_of_the_file():
    some = [Rule(say="a"), Rule(say="b", priority=5), Rule(say="c", priority=5), Rule(say="d", priority=9)]
    rules = Rules(slots={"slot": {"take": 3, "rules": [rule.model_dump(by_alias=True) for rule in some]}})

    assert said(rules, Known(), "slot") == ["d", "b", "c"]


def test_every_sentence_names_its_rule(rules):
    for slot, sentences in chosen(rules, SHRINKING).items():
        assert [sentence.rule for sentence in sentences] == [f"{slot}/{sentence.key}" for sentence in sentences]


def test_every_sentence_that_a_rule_may_say_exists_in_every_language(settings, rules):
    keys = {rule.say for slot in rules.slots.values() for rule in slot.rules}
    owners = {rule.action.owner for slot in rules.slots.values() for rule in slot.rules if rule.action}
    keys |= {owner for owner in owners if not owner.startswith("row.")}
    for file in sorted((settings.reports / "locales").glob("*.yml")):
        catalogue = read_catalogue(settings, file.stem)
        assert [key for key in sorted(keys) if not catalogue.has(key)] == []
