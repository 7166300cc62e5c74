"""Charts: what is drawn stands where it belongs, as measured on the drawing."""

import random
import subprocess
import sys

import pytest

from rapport.editions.charts.bridge import Step, bridge_chart
from rapport.editions.charts.columns import NARROW, WIDE, Column, column_chart
from rapport.editions.charts.drawing import LABEL, Canvas
from rapport.editions.charts.lettering import Lettering, clean
from rapport.editions.charts.risk_map import AT_MOST, Spot, Words, risk_map
from rapport.editions.charts.sparks import spark_columns, variance_bar
from tests.editions.drawn import FONTS, PAINT, SVG, Drawn, visible_text

CANVAS = Canvas(PAINT, FONTS)
WORDS = Words(
    "Revenue", "Risk, points", "0", "40", "€1.5M", "Act now", {"act": "Act now", "watch": "Watch", "on_track": "On track"}
)
ELEMENTS = {"svg", "title", "g", "rect", "line", "text", "circle", "polygon"}
HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "x" * 10_000,
    "abc\u202egnp.exe\u2066",
    "😀👩\u200d👩\u200d👧 Söhne",
    'a" onload="alert(1)',
    "]]></title><b>",
    "line\nbreak\x00\x1b[31m\ud800",
    "شركة الشمال",
]


def months(printed: str = "{:.1f}", **more) -> list[Column]:
    """Thirteen months between 11 and 13, each with a year before, a plan and a change from it."""
    drawn = random.Random(5)
    names = ["Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct"]
    columns = []
    for place, name in enumerate(names):
        value, change = 11 + 2 * drawn.random(), 12 * drawn.random() - 6
        columns.append(
            Column(
                label=name,
                actual=value,
                printed=printed.format(value * more.get("times", 1)),
                label_below={0: "2025", 3: "2026"}.get(place, ""),
                prior=0.9 * value,
                plan=value / (1 + change / 100),
                change=change,
                change_printed=f"{change:+.1f}%",
                effect="good" if change > 0 else "bad",
            )
        )
    return columns


def columns_drawn(columns, width=WIDE, scale_name="€M") -> Drawn:
    sheet = column_chart(columns, CANVAS, width=width, scale_name=scale_name, change_name="Difference from plan")
    return Drawn(sheet.svg("A claim"))


def test_columns_are_as_high_as_their_values_from_zero():
    chart = columns_drawn([Column("Sep", 100.0, "a", prior=50.0, plan=150.0), Column("Oct", 200.0, "b", prior=0.0)])

    first, second = chart.bars_of("actual")
    assert second.height == pytest.approx(2 * first.height, abs=0.02)
    assert [bar.height for bar in chart.bars_of("prior")] == pytest.approx([first.height / 2, 0], abs=0.02)
    assert chart.bars_of("plan")[0].height == pytest.approx(1.5 * first.height, abs=0.02)
    assert {bar.bottom for bar in chart.bars} == {first.bottom}


def test_a_loss_hangs_below_zero_and_its_number_below_it():
    chart = columns_drawn([Column("Sep", 100.0, "gain"), Column("Oct", -50.0, "loss")])

    gain, loss = chart.bars_of("actual")
    assert loss.top == pytest.approx(gain.bottom) and loss.height == pytest.approx(gain.height / 2, abs=0.02)
    assert chart.text("loss").top > loss.bottom and chart.text("loss").bottom < chart.text("Oct").top


def test_a_pin_stands_above_its_own_column_when_other_periods_have_none():
    chart = columns_drawn([Column("Sep", 10.0, "ten"), Column("Oct", 20.0, "twenty", change=5.0, change_printed="+5.0%")])

    assert chart.text("+5.0%").middle == pytest.approx(chart.text("twenty").middle)


def test_two_periods_of_one_name_stand_side_by_side():
    chart = columns_drawn([Column("Oct", 1.0, "one"), Column("Oct", 2.0, "two")])

    assert len({bar.left for bar in chart.bars_of("actual")}) == 2


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(
    ("printed", "times", "scale"),
    [("{:.1f}", 1, "€M"), ("{:,.0f}", 100, "€万"), ("€{:,.0f}", 1_000_000, ""), ("{:.2f}", 1, "")],
)
def test_thirteen_months_have_numbers_that_neither_touch_nor_leave_the_chart(width, printed, times, scale):
    chart = columns_drawn(months(printed, times=times), width, scale)

    assert chart.overlaps() == [] and chart.outside() == []
    assert months(printed, times=times)[-1].printed in [text.words for text in chart.texts]  # the newest is never left out


def test_texts_are_at_least_seven_points_high_in_print():
    charts = [columns_drawn(months()), bridge(), risks(crowd(30))]

    for chart in charts:
        sizes = [float(element.get("font-size")) for element in chart.root.iter(SVG + "text")]
        width = 510.2 if chart.width == WIDE else 240.9  # points: 180 mm, and 85 mm for half a page
        assert min(sizes) * width / chart.width >= 7


def bridge(steps=((12.0, "good"), (3.0, "good"), (-10.0, "bad"), (0.0, "none"), (-5.0, "bad")), base=130.0) -> Drawn:
    made = [Step(f"Step {place}", value, f"{value:+.1f}", effect) for place, (value, effect) in enumerate(steps)]
    end = base + sum(value for value, _ in steps)
    totals = Step("Year to Oct 25", base, f"{base:.1f}"), Step("Year to Oct 26", end, f"{end:.1f}")
    return Drawn(bridge_chart(totals[0], made, totals[1], CANVAS, scale_name="€M").svg("A claim"))


def test_a_bridge_leads_from_one_total_to_the_other_on_an_axis_from_zero():
    chart = bridge()
    (base,), (end,) = chart.bars_of("prior"), chart.bars_of("actual")
    unit = base.height / 130

    assert end.height == pytest.approx(130 * unit, abs=0.05)  # 130 + 12 + 3 − 10 − 5
    up, more = chart.bars_of("good")
    down, last = chart.bars_of("bad")
    assert [bar.height for bar in (up, more, down, last)] == pytest.approx([12 * unit, 3 * unit, 10 * unit, 5 * unit], abs=0.05)
    assert up.bottom == pytest.approx(base.top, abs=0.02) and more.bottom == pytest.approx(up.top, abs=0.02)
    assert down.top == pytest.approx(more.top, abs=0.02) and last.top == pytest.approx(down.bottom, abs=0.02)
    assert end.top == pytest.approx(last.bottom, abs=0.02)
    assert base.bottom == end.bottom


def test_a_step_of_nothing_is_left_out():
    assert "Step 3" not in [text.words for text in bridge().texts]
    assert len(bridge().bars) == 6


def test_a_bridge_is_as_high_as_its_labels_need():
    short, long = (
        Drawn(
            bridge_chart(Step("Now", 1.0, "1"), [Step(label, 1.0, "+1", "good")], Step("Then", 2.0, "2"), CANVAS).svg("A claim")
        )
        for label in ("New", "What customers brought back, and what was credited")
    )

    assert short.height < long.height
    assert long.outside() == []


def test_a_bridge_that_falls_below_zero_shows_how_far():
    chart = bridge(steps=((-150.0, "bad"),), base=100.0)
    (base,), (end,), (fall,) = chart.bars_of("prior"), chart.bars_of("actual"), chart.bars_of("bad")

    assert fall.height == pytest.approx(1.5 * base.height, abs=0.05)
    assert end.top == pytest.approx(base.bottom, abs=0.02) and end.bottom == pytest.approx(fall.bottom, abs=0.02)


def test_the_numbers_of_eight_bars_do_not_touch_in_either_language():
    long = [Step("增购", 1020.0, "+1,020", "good"), Step("Contraction of accounts", -540.0, "−540", "bad")] * 3
    totals = Step("至25年10月", 14_120.0, "14,120"), Step("至26年10月", 15_560.0, "15,560")
    chart = Drawn(bridge_chart(totals[0], long, totals[1], CANVAS, scale_name="€万").svg("A claim"))

    assert chart.overlaps() == [] and chart.outside() == []


def crowd(count: int, seed: int = 3) -> list[Spot]:
    drawn = random.Random(seed)
    names = ["Meridian Foodservice", "Pellworm Catering", "北港酒店", "Lumen Hospitality Group", "明日物流有限公司"]
    spots = []
    for place in range(count):
        risk = drawn.randint(2, 95)
        status = "act" if risk >= 40 else "watch" if risk >= 25 else "on_track"
        spots.append(Spot(f"{names[place % 5]} {place}", drawn.random() ** 2 * 1.5e6, float(risk), status))
    return spots


def risks(spots) -> Drawn:
    return Drawn(risk_map(spots, 40.0, WORDS, CANVAS).svg("A claim"))


def test_a_risk_map_puts_customers_where_money_and_points_say():
    chart = risks([Spot("Half", 50.0, 50.0, "act"), Spot("Whole", 100.0, 100.0, "act"), Spot("None", 0.0, 0.0, "act")])
    (zone,) = [bar for bar in chart.bars_of("alarm") if bar.right - bar.left > 100]
    _legend, *marks = [bar for bar in chart.bars_of("alarm") if bar.right - bar.left < 20]
    none, half, whole = sorted(marks, key=lambda bar: bar.left)
    top, base = zone.top, chart.height - 32

    assert half.middle - zone.left == pytest.approx((whole.middle - zone.left) / 2, abs=0.02)
    assert none.middle == pytest.approx(zone.left, abs=0.02)
    centres = [(bar.top + bar.bottom) / 2 for bar in (none, half, whole)]
    assert centres == pytest.approx([base, (base + top) / 2, top], abs=0.02)
    assert base - zone.bottom == pytest.approx(0.4 * (base - top), abs=0.02)


@pytest.mark.parametrize("seed", range(12))
def test_names_on_a_risk_map_neither_touch_nor_leave_it_and_are_at_most_eight(seed):
    spots = crowd(40, seed)
    chart = risks(spots)
    names = [text for text in chart.texts if text.words.endswith("…") or text.words in {spot.label for spot in spots}]
    marks = [bar for bar in chart.bars_of("alarm") if bar.right - bar.left < 20]

    assert 0 < len(names) <= AT_MOST
    assert chart.overlaps() == [] and chart.outside() == []
    assert [(name.words, mark) for name in names for mark in marks if name.touches(mark)] == []


def test_who_needs_action_is_named_before_who_is_watched_and_the_largest_first():
    spots = [Spot(f"Watched {n}", 1000.0 + 90 * n, 30.0 - n, "watch") for n in range(3)]
    spots += [Spot(f"Act {n}", 100.0 * n, 45.0 + 5 * n, "act") for n in range(1, 11)]
    named = [text.words for text in risks(spots).texts if text.words.startswith(("Act ", "Watched"))]

    assert "Watched 2" not in named
    assert [name for name in named if name != "Act now"] == [f"Act {n}" for n in range(10, 2, -1)]


def test_status_has_a_shape_as_well_as_a_colour():
    chart = risks([Spot("A", 1.0, 60.0, "act"), Spot("W", 2.0, 30.0, "watch"), Spot("O", 3.0, 5.0, "on_track")])

    assert set(chart.shapes["diamond"]) == {PAINT["watch"]} and set(chart.shapes["circle"]) == {PAINT["prior"]}
    assert all(text in [one.words for one in chart.texts] for text in ("Act now", "Watch", "On track"))


def test_a_spark_starts_at_zero_and_leaves_gaps():
    chart = Drawn(spark_columns([10.0, None, 20.0, -20.0], CANVAS).svg("a < b"))

    assert [bar.height for bar in chart.bars] == pytest.approx([5.5, 11, 11])
    assert chart.bars[2].top == pytest.approx(chart.bars[0].bottom)
    assert chart.title == "a < b"


def test_a_spark_of_one_level_is_full_and_one_of_nothing_is_a_line():
    assert [bar.height for bar in Drawn(spark_columns([7.0, 7.0], CANVAS).svg("")).bars] == [22, 22]
    assert [bar.height for bar in Drawn(spark_columns([0.0, 0.0], CANVAS).svg("")).bars] == [0.5, 0.5]


def test_a_difference_lies_on_the_side_of_its_sign_and_has_the_colour_of_its_effect():
    (worse,) = Drawn(variance_bar(-50.0, 100.0, "bad", CANVAS).svg("")).bars
    (better,) = Drawn(variance_bar(25.0, 100.0, "good", CANVAS).svg("")).bars

    assert (worse.colour, better.colour) == ("bad", "good")
    assert worse.right == better.left == 32
    assert worse.right - worse.left == pytest.approx(2 * (better.right - better.left))


def test_the_claim_is_the_first_child_for_those_who_do_not_see_the_chart():
    svg = column_chart([Column("Oct", 1.0, "1")], CANVAS).svg('Revenue < plan & "falling"')

    assert svg.index("<title>Revenue &lt; plan &amp; &quot;falling&quot;</title>") == svg.index(">") + 1


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_is_only_text_and_stays_inside(text):
    spots = [Spot(text, 100.0, 60.0, "act", (text, "Revenue: €1")), Spot("Other", 50.0, 20.0, "watch")]
    telling = Canvas(PAINT, FONTS, tells=True)
    for canvas in (CANVAS, telling):
        svg = risk_map(spots, 40.0, WORDS, canvas).svg(text)
        chart = Drawn(svg)  # which is well-formed
        assert {element.tag.rpartition("}")[2] for element in chart.root.iter()} <= ELEMENTS
        assert not any(name.startswith("on") for element in chart.root.iter() for name in element.attrib)
        assert chart.outside() == [] and len(svg) < 40_000
    drawn = visible_text(svg)
    assert "\u202e" not in drawn and "\x00" not in drawn
    bridge_chart(Step(text, 1.0, "1"), [Step(text, 1.0, "+1", "good")], Step(text, 2.0, "2"), CANVAS).svg(text)


def test_a_picture_of_foreign_text_can_be_made():
    for text in HOSTILE:
        png = risk_map([Spot(text, 100.0, 60.0, "act")], 40.0, WORDS, Canvas(PAINT, FONTS, splits=True)).png("paper")
        assert png.startswith(b"\x89PNG")


def test_chinese_in_a_picture_is_set_in_the_chinese_font():
    canvas = Canvas(PAINT, FONTS, splits=True)
    sheet = canvas.sheet(200, 20)
    sheet.text(100, 12, "至25年10月", anchor="middle")
    pieces = list(Drawn(sheet.svg("")).root.iter(SVG + "text"))

    assert [(piece.text, piece.get("font-family")) for piece in pieces] == [
        ("至", "Noto Sans SC"),
        ("25", None),
        ("年", "Noto Sans SC"),
        ("10", None),
        ("月", "Noto Sans SC"),
    ]


def test_a_long_text_is_cut_to_its_room_and_says_so():
    lettering = Lettering(FONTS)

    assert lettering.shortened("Meridian", 200, LABEL) == "Meridian"
    cut = lettering.shortened("Meridian Foodservice of the North", 60, LABEL)
    assert cut.endswith("…") and lettering.width(cut, LABEL) <= 60


def test_a_text_breaks_at_blanks_and_chinese_anywhere_but_after_its_number():
    lettering = Lettering(FONTS)

    assert lettering.wrapped("Year to Oct 25", 40, 9.3) == ["Year to", "Oct 25"]
    assert lettering.wrapped("至25年10月", 38, 9.3) == ["至25年", "10月"]


def test_a_label_is_one_line_without_marks_that_turn_the_direction():
    assert clean("a\u202eb\n c\x00d") == "a b c d"


def test_a_chart_has_the_same_bytes_in_every_process():
    code = (
        "import sys, hashlib; from tests.editions import test_charts as t; from rapport.editions.charts.drawing import Canvas;"
        "canvas = Canvas(t.PAINT, t.FONTS, splits=True); sheet = t.column_chart(t.months(), canvas);"
        "more = t.risk_map(t.crowd(30), 40.0, t.WORDS, canvas);"
        "print(hashlib.sha256(sheet.svg('x').encode() + sheet.png('paper') + more.png('paper')).hexdigest())"
    )
    runs = {subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in range(2)}

    assert len(runs) == 1 and len(next(iter(runs))) == 65
