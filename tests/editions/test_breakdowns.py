"""Breakdowns: the numbers by member are the very figures that a question gives."""

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest

from rapport.editions.blocks import Blocks
from rapport.editions.breakdowns import break_down
from rapport.editions.report import Breakdown
from rapport.metrics.figures import figure_id
from rapport.metrics.reason import Reason
from tests.editions.fakes import OCTOBER, a_figure, a_metric

CATALOGUE = {name: a_metric(name) for name in ("net_revenue", "active_customers")}
BY_INDUSTRY = {  # metric: member: now, a year before
    "net_revenue": {"food": ("100", "80"), "toys": ("300", "400"), "steel": ("0", "0"), None: ("7", "0")},
    "active_customers": {"food": ("3", "2"), "toys": ("1", "1"), "steel": ("0", "0"), None: ("0", "0")},
}


class Asked:
    """Answers by industry, and for the whole."""

    def __init__(self, known: dict = BY_INDUSTRY) -> None:
        self.known = known

    def ask(self, question):
        (metric,) = question.metrics
        then = question.comparison == "previous_year"
        if not question.by:
            value = sum(Decimal(pair[then]) for pair in self.known[metric].values()) if self.known[metric] else None
            reason = Reason("no_data_yet") if value is None else None
            return [replace(a_figure(metric, None), value=value, comparison=question.comparison, reason=reason)]
        return [
            replace(
                a_figure(metric, pair[then], comparison=question.comparison),
                id=figure_id(metric, question.period, {"industry": member}, suffix=question.comparison),
                by={"industry": member},
            )
            for member, pair in self.known[metric].items()
        ]


def broken_down(ask: Asked | None = None, **entry):
    entry = Breakdown(**{"metrics": list(CATALOGUE), "by": "industry", **entry})
    return break_down("industries", entry, OCTOBER, ask or Asked(), CATALOGUE, "EUR")


def test_members_come_the_largest_first_the_unknown_last_and_those_of_nothing_not_at_all():
    assert [row["industry"] for row in broken_down().all_rows] == ["toys", "food", None]


def test_an_order_of_members_goes_before_their_size():
    assert [row["industry"] for row in broken_down(order=["food"]).all_rows] == ["food", "toys", None]


def test_each_number_is_the_figure_of_the_question_about_it():
    (toys, *_) = broken_down().all_rows

    assert toys["net_revenue"].id == "net_revenue@2026-10#industry=toys"
    assert toys["active_customers"].value == 1


def test_a_comparison_stands_beside_with_its_change():
    (toys, food, _) = broken_down(compare="previous_year").all_rows

    assert toys["net_revenue_previous_year"].value == 400
    assert (toys["net_revenue_on_previous_year"].value, food["net_revenue_on_previous_year"].value) == (-25, 25)


def test_the_whole_stands_below_with_its_own_figures():
    totals = broken_down(compare="previous_year", total=True).totals

    assert (totals["net_revenue"].value, totals["net_revenue_previous_year"].value) == (407, 480)
    assert totals["net_revenue_on_previous_year"].value == Decimal("-15.2")


def test_pages_print_the_first_and_count_all():
    listing = broken_down(show=1)

    assert (listing.count.value, listing.shown.value, len(listing.rows)) == (3, 1, 1)


@pytest.mark.parametrize("compare", [None, "previous_year"])
def test_without_members_it_says_why(compare):
    listing = broken_down(Asked({"net_revenue": {}, "active_customers": {}}), compare=compare)

    assert (listing.all_rows, listing.reason) == ([], Reason("no_data_yet"))


def test_a_member_that_the_compared_figures_do_not_know_is_no_figure_of_its_own_twice():
    class WithoutPlan(Asked):
        def ask(self, question):
            found = super().ask(question)
            return [one for one in found if not question.by or question.comparison is None or one.by["industry"] != "toys"]

    (toys, *_) = broken_down(WithoutPlan(), compare="previous_year").all_rows

    assert (toys["net_revenue"].value, toys["net_revenue_previous_year"].value) == (300, None)
    assert toys["net_revenue"].id != toys["net_revenue_previous_year"].id


def test_members_as_of_the_day_that_they_are_compared_with_are_said_to_be_so():
    class AsOfThen(Asked):
        def ask(self, question):
            return [
                replace(one, id=f"{one.id}~beside_{question.beside}") if question.beside else one
                for one in super().ask(question)
            ]

    assert broken_down(AsOfThen(), compare="previous_year").grouped_by == "previous_year"
    assert broken_down(compare="previous_year").grouped_by is None


@pytest.mark.parametrize(
    ("entry", "grouped_by", "note"),
    [
        ({"show": 1}, None, "1 of 3 shown"),
        ({"show": 3}, None, ""),
        ({"show": 1, "total": True}, None, ""),  # the whole stands below
        ({"show": 2}, "previous_year", "Customers as they were classed a year before · 2 of 3 shown"),
    ],
)
def test_what_is_left_out_or_grouped_otherwise_stands_below_the_heading(entry, grouped_by, note):
    class Says:
        def say(self, key, **figures):
            texts = {"notes.shown": "{shown} of {count} shown"}
            text = texts.get(key, "Customers as they were classed a year before")
            return text.format(**{name: figure.value for name, figure in figures.items()})

    listing = replace(broken_down(**entry), grouped_by=grouped_by)
    printer = SimpleNamespace(has=lambda _key: False)

    assert Blocks._notes(SimpleNamespace(_printer=printer), Says(), "industries", listing) == note
