"""The sentences of the management report, as its own rules choose them."""

from decimal import Decimal

import pytest

from rapport.editions.rules import chosen, read_rules


class Known:
    """Named values; what is not named is missing."""

    def __init__(self, **values: float) -> None:
        self.values = {name.replace("__", "."): Decimal(str(value)) for name, value in values.items()}

    def value_of(self, name):
        return self.values.get(name)

    def material(self, _name):
        return Decimal(2)


@pytest.mark.parametrize(
    ("known", "result"),
    [
        ({"revenue": 100, "revenue__on_plan": 3, "revenue__on_previous_year": -9}, "headline.above_plan"),
        ({"revenue": 100, "revenue__on_plan": -2.1}, "headline.below_plan"),
        ({"revenue": 100, "revenue__on_plan": 1.9, "revenue__on_previous_year": 9}, "headline.on_plan"),
        ({"revenue": 100, "revenue__on_previous_year": 9}, "headline.above_year"),  # Olist has no plan
        ({"revenue": 100, "revenue__on_previous_year": -9}, "headline.below_year"),
        ({"revenue": 100, "revenue__on_previous_year": 0}, "headline.like_year"),
        ({"revenue": 100}, "headline.revenue"),  # the first month of a history
        ({}, "headline.no_revenue"),
    ],
)
def test_the_headline_is_the_result_against_plan_else_against_last_year(settings, known, result):
    assert chosen(read_rules(settings, "management_month"), Known(**known))["result"] == result


@pytest.mark.parametrize(("at_risk", "is_said"), [(9, False), (11, True)])
def test_risk_is_in_the_headline_only_from_a_tenth_of_the_month_on(settings, at_risk, is_said):
    known = Known(revenue=100, at_risk=at_risk, at_risk_customers=1)

    assert ("risk" in chosen(read_rules(settings, "management_month"), known)) == is_said


def test_every_sentence_that_a_rule_may_say_exists_in_every_language(settings):
    from rapport.editions.words import read_catalogue

    rules = read_rules(settings, "management_month")
    keys = {rule.say for candidates in rules.slots.values() for rule in candidates}
    for file in sorted((settings.reports / "locales").glob("*.yml")):
        catalogue = read_catalogue(settings, file.stem)
        assert [key for key in sorted(keys) if not catalogue.has(key)] == []
