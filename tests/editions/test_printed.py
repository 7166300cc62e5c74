"""How numbers are written, by hand-made examples."""

from decimal import Decimal

import pytest

from rapport.editions.printed import compact, exact, signed


@pytest.mark.parametrize(
    ("value", "language", "written"),
    [
        ("12840034.22", "en", "€12.8M"),
        ("11990000", "en", "€12.0M"),  # a column of figures lines up
        ("999950", "en", "€1.00M"),
        ("72554.73", "en", "€72.6K"),
        ("-950000", "en", "−€950K"),
        ("999.60", "en", "€1,000"),
        ("0", "en", "€0"),
        ("12840034.22", "zh", "€1,280万"),
        ("123456789012", "zh", "€1,230亿"),
        ("1000", "zh", "€1,000"),  # Chinese has no word for a thousand in its scale
    ],
)
def test_money_at_a_glance_has_three_places_that_count_in_the_scale_of_the_language(value, language, written):
    assert compact(Decimal(value), "currency", "EUR", language) == written


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        ("1510000.00", "currency", "€1,510,000"),
        ("12.50", "currency", "€12.50"),
        ("-0.4", "count", "0"),
        ("94.25", "percent", "94.3%"),  # half up, not to even
        ("47.3", "points", "47.3"),
        ("7823", "count", "7,823"),
    ],
)
def test_tables_are_exact(value, unit, written):
    assert exact(Decimal(value), unit, "EUR", "en") == written


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        ("8.94", "percent", "+8.9%"),
        ("-1.15", "percentage_points", "−1.2"),
        ("6", "points", "+6.0"),
        ("-0.04", "percent", "0.0%"),
        ("0.04", "percent", "0.0%"),
    ],
)
def test_changes_carry_their_sign_unless_they_round_to_nothing(value, unit, written):
    assert signed(Decimal(value), unit, "en") == written
