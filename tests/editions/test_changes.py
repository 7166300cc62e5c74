"""Changes and whether they are good."""

from dataclasses import replace
from decimal import Decimal

import pytest

from rapport.editions.changes import change, difference, effect, run
from rapport.metrics.figures import Joint
from rapport.metrics.periods import parse_period
from rapport.metrics.reason import Reason
from tests.editions.fakes import a_figure


def test_money_changes_in_percent_of_what_it_is_compared_with():
    changed = change(a_figure("net_revenue", "12840000"), a_figure("net_revenue", "12466000", comparison="plan"), "plan")

    assert (changed.id, changed.value, changed.unit) == ("net_revenue@2026-10~on_plan", Decimal("3.0"), "percent")
    assert (changed.numerator, changed.denominator) == (Decimal(374000), Decimal(12466000))


def test_a_loss_that_shrinks_is_a_rise():
    assert change(a_figure("net_revenue", "-50"), a_figure("net_revenue", "-100"), "plan").value == 50


def test_rates_change_by_percentage_points():
    changed = change(a_figure("csat", "92.3"), a_figure("csat", "93.4"), "previous_year")

    assert (changed.value, changed.unit) == (Decimal("-1.1"), "percentage_points")


@pytest.mark.parametrize("other", [None, "0", "1"])
def test_against_nothing_or_next_to_nothing_there_is_no_percentage_but_a_reason(other):
    changed = change(a_figure("net_revenue", "500"), a_figure("net_revenue", other), "previous_year")

    assert changed.value is None
    assert changed.reason


def test_a_change_that_may_be_chance_is_neither_good_nor_bad():
    def nps(value: str, half_width: int):
        figure = a_figure("nps", value)
        return replace(figure, interval=(figure.value - half_width, figure.value + half_width))

    uncertain = change(nps("-8.7", 12), nps("-4.5", 5), "previous_year")  # 4.2 apart, and sqrt(144 + 25) = 13
    certain = change(nps("-8.7", 3), nps("1.3", 4), "previous_year")  # 10 apart, and sqrt(9 + 16) = 5

    assert (uncertain.interval, effect(uncertain, "up", Decimal(1))) == ((Decimal("-17.2"), Decimal("8.8")), "none")
    assert (certain.interval, effect(certain, "up", Decimal(1))) == ((Decimal(-15), Decimal(-5)), "bad")


@pytest.mark.parametrize(
    ("value", "good", "expected"),
    [
        ("3", "up", "good"),
        ("-3", "up", "bad"),
        ("3", "down", "bad"),
        ("-3", "down", "good"),
        ("3", "none", "none"),
        ("1.9", "up", "none"),
    ],
)
def test_colour_follows_the_effect_and_only_what_matters_has_one(value, good, expected):
    assert effect(a_figure("net_revenue", value, "percent"), good, Decimal(2)) == expected


@pytest.mark.parametrize(
    ("percents", "length"),
    [
        ([5, -3, 4, 9], 2),
        ([-3, -4, -9], 3),
        ([-9, -1, -4], 1),  # −1 is not material
        ([5, None, 4], 1),
        ([5, 4, 1], None),
        ([], None),
    ],
)
def test_a_run_counts_material_changes_of_one_sign_up_to_now(percents, length):
    changes = [a_figure("net_revenue", None if one is None else str(one), "percent") for one in percents]
    counted = run(changes, "plan", Decimal(2))

    assert (counted and counted.value) == length


def test_a_difference_is_in_the_figures_own_unit_and_has_an_id_of_its_own():
    actual, plan = a_figure("net_revenue", "120.50"), a_figure("net_revenue", "100", comparison="plan")
    over = difference(actual, plan, "plan")

    assert (over.value, over.unit, over.currency) == (Decimal("20.50"), "currency", "EUR")
    assert over.id == "net_revenue@2026-10~over_plan"
    assert difference(actual, a_figure("net_revenue", None, reason="none"), "plan").value is None


def test_where_two_months_are_compared_together_change_and_difference_are_of_both_and_chance_stays_chance():
    """The lunar new year moved: February alone fell by 10 points, January and February together rose by 4."""
    both = parse_period("2026-01..2026-02")

    def csat(value: str, joint: Joint | None = None):
        figure = a_figure("csat", value, comparison="previous_year" if joint else None)
        return replace(figure, interval=(figure.value - 16, figure.value + 16), joint=joint)

    before = csat("86", Joint(both, Decimal(80), Decimal(76), Reason("lunar_new_year", period=both.text)))
    changed, differs = (of(csat("76"), before, "previous_year") for of in (change, difference))

    assert (changed.value, differs.value) == (4, 4)
    assert (changed.period, changed.reason.key) == (both, "lunar_new_year")
    assert effect(changed, "up", Decimal(1)) == "none", "the months' intervals hold zero"
