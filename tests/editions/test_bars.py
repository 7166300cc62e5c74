"""Bars and matrices: lengths and shades are what the numbers say, and no text touches another."""

import pytest

from rapport.editions.charts.bars import Bar, bar_chart
from rapport.editions.charts.drawing import Canvas
from rapport.editions.charts.matrix import Cell, matrix_chart
from tests.editions.drawn import FONTS, PAINT, Drawn

CANVAS = Canvas(PAINT, FONTS)
BARS = [
    Bar("Fasteners", 200, "200", 100, "+100%", "good"),
    Bar("A name so long that it would push its own bar off the page", 50, "50", 100, "−50%", "bad"),
    Bar("工业紧固件", -50, "−50", None),
]


def drawn(bars=BARS, change_name="vs last year") -> Drawn:
    return Drawn(bar_chart(bars, CANVAS, scale_name="€K", change_name=change_name).svg("A claim"))


def test_lengths_stand_to_each_other_as_the_values_do_and_negative_ones_go_left():
    long, short, negative = drawn().bars_of("actual")

    assert (long.right - long.left) == pytest.approx(4 * (short.right - short.left), rel=0.01)
    assert negative.right == pytest.approx(long.left, abs=0.1) and negative.left < long.left


def test_what_a_member_is_compared_with_shares_its_scale():
    long, *_ = drawn().bars_of("actual")
    prior, *_ = drawn().bars_of("prior")

    assert (long.right - long.left) == pytest.approx(2 * (prior.right - prior.left), rel=0.01)


def test_no_text_of_bars_touches_another_or_leaves_the_sheet():
    chart = drawn()

    assert (chart.overlaps(), chart.outside()) == ([], [])


def test_a_cell_of_a_matrix_is_as_dark_as_its_share_and_an_empty_crossing_stays_empty():
    cells = {(0, 0): Cell("8", 1.0), (0, 1): Cell("4", 0.5), (1, 1): Cell("0", 0.0)}
    svg = matrix_chart(["gold", "silver"], ["gold", "silver"], cells, CANVAS, row_name="from", column_name="to").svg("Claim")

    assert [float(part.split('"')[0]) for part in svg.split('fill-opacity="')[1:]] == [0.45, 0.23, 0.0]
    assert {one.words for one in Drawn(svg).texts} == {"gold", "silver", "from", "to", "8", "4", "0"}


def test_the_mark_of_a_change_touches_no_number_beside_it():
    chart = drawn(
        [Bar("construction", 43.0, "43.0", 30.0, "+44.6%", "good"), Bar("food", 23.7, "23.7", 16.0, "+44.6%", "good")]
    )
    marks = chart.bars_of("good")

    assert len(marks) == 2
    assert [text.words for mark in marks for text in chart.texts if mark.touches(text)] == []
