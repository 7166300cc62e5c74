"""Charts: what is drawn stands where it belongs."""

import re

import pytest

from rapport.editions.charts import Column, column_chart, spark_columns
from rapport.editions.fonts import font_folder
from rapport.editions.theme import read_theme


def drawn(settings, columns):
    return column_chart(columns, read_theme(settings), font_folder(settings), "Revenue < plan & falling")


def test_two_periods_of_one_name_are_refused_because_they_would_be_stacked(settings):
    with pytest.raises(ValueError, match="Oct"):
        drawn(settings, [Column("Oct", 1.0, "1"), Column("Oct", 2.0, "2")])


def test_the_claim_comes_first_as_alternative_text(settings):
    svg = drawn(settings, [Column("Oct", 1.0, "1")])

    assert re.match(r"<svg[^>]*><title>Revenue &lt; plan &amp; falling</title>", svg)


def test_a_pin_stands_above_its_own_column_when_other_periods_have_none(settings):
    svg = drawn(settings, [Column("Sep", 10.0, "ten"), Column("Oct", 20.0, "twenty", change=5.0, change_printed="+5.0%")])

    def place(text: str) -> float:
        return float(re.search(rf'transform="translate\(([\d.]+),[^"]*"[^>]*>{re.escape(text)}</text>', svg)[1])

    assert place("+5.0%") == place("twenty")


def test_columns_start_at_zero(settings):
    svg = drawn(settings, [Column("Sep", 100.0, "a"), Column("Oct", 200.0, "b")])
    colour = read_theme(settings)["actual"]

    heights = [float(height) for height in re.findall(rf'd="M[\d.,-]+h[\d.]+v([\d.]+)h[^"]*"[^>]*fill="{colour}"', svg)]
    assert len(heights) == 2 and heights[1] == pytest.approx(2 * heights[0])


def test_a_spark_starts_at_zero_and_leaves_gaps(settings):
    svg = spark_columns([10.0, None, 20.0], read_theme(settings), "a < b")

    assert re.findall(r'height="([\d.]+)" fill', svg) == ["11.00", "22.00"]
    assert svg.index("<title>a &lt; b</title>") < svg.index("<rect")
