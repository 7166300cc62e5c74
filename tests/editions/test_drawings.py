"""Drawings: figures become charts for a page, for print, for a mail; the printer writes every number on them."""

import base64
import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace

import pytest

from rapport.editions.charts.scale import one_scale
from rapport.editions.drawings import Drawings
from rapport.editions.figures import Answer, FigureSet, Point
from rapport.editions.printer import Printer
from rapport.editions.theme import read_theme
from rapport.editions.words import read_catalogue
from tests.editions.drawn import Drawn
from tests.editions.fakes import OCTOBER, a_figure, a_metric
from tests.editions.test_charts import HOSTILE
from tests.editions.test_theme import PNG, SVG, themed

BRIDGE = ("base", "new", "reactivated", "expansion", "contraction", "lost", "other", "current")


@pytest.fixture(params=["en", "zh"])
def printer(settings, request):
    return Printer(FigureSet({}, {}, {}), read_catalogue(settings, request.param))


def drawings(settings, printer, medium="print") -> Drawings:
    return Drawings(settings, printer, read_theme(settings), medium)


def in_language(settings, language: str) -> Printer:
    return Printer(FigureSet({}, {}, {}), read_catalogue(settings, language))


def revenue() -> Answer:
    """Thirteen months from 12.00 M on, 0.07 M more each; the year before is 11 M and the plan 12.42 M."""
    points = []
    for place, period in enumerate(OCTOBER.trailing(13)):
        compared = {
            name: a_figure("net_revenue", value, period=period, comparison=name)
            for name, value in (("previous_year", "11000000"), ("plan", "12420000"))
        }
        value = 12_000_000 + 70_000 * place
        change = a_figure(
            "net_revenue", f"{(value / 12_420_000 - 1) * 100:.1f}", "percent", period=period, comparison="on_plan"
        )
        points.append(Point(period, a_figure("net_revenue", str(value), period=period), compared, {"plan": change}))
    last = points[-1]
    return Answer(a_metric("net_revenue"), last.figure, last.compared, last.changes, points, {})


def bridge(**values: str | None) -> list[Answer]:
    found = []
    for name in BRIDGE:
        metric = replace(a_metric("net_revenue"), name=f"bridge_{name}")
        figure = replace(a_figure("net_revenue", values.get(name, "0")), id=f"bridge_{name}@2026-10", metric=metric.name)
        found.append(Answer(metric, figure, {}, {}, [], {}))
    return found


def listing(*rows: tuple) -> SimpleNamespace:
    made = [
        {
            "customer_name": name,
            "revenue_12m": replace(a_figure("net_revenue", revenue), id=f"r{place}"),
            "churn_risk": replace(a_figure("customers_at_risk", risk), id=f"c{place}"),
            "status": status,
        }
        for place, (name, revenue, risk, status) in enumerate(rows)
    ]
    return SimpleNamespace(rows=made)


MAP = {"x": "revenue_12m", "y": "churn_risk", "label": "customer_name", "status": "status"}
THRESHOLD = a_figure("customers_at_risk", "40")


def words(svg: str) -> list[str]:
    return [text.words for text in Drawn(svg).texts]


def test_all_columns_are_in_one_scale_that_is_named_once(settings):
    english = words(drawings(settings, in_language(settings, "en")).column_chart(revenue(), "plan", "A claim"))
    chinese = words(drawings(settings, in_language(settings, "zh")).column_chart(revenue(), "plan", "主张"))

    # 12,000,000 + 70,000 n, to three places that count, and in units of ten thousand
    assert [text for text in english if re.fullmatch(r"\d\d\.\d", text)] == (
        ["12.0", "12.1", "12.1", "12.2", "12.3", "12.4", "12.4", "12.5", "12.6", "12.6", "12.7", "12.8", "12.8"]
    )
    assert [text for text in chinese if re.fullmatch(r"1,\d{3}", text)] == (
        ["1,200", "1,207", "1,214", "1,221", "1,228", "1,235", "1,242", "1,249", "1,256", "1,263", "1,270", "1,277", "1,284"]
    )
    assert english.count("€M") == 1 and chinese.count("€万") == 1


def test_a_claim_is_the_alternative_text_in_print_and_on_a_page(settings, printer):
    claim = 'Revenue is "3.0%" above plan'

    assert Drawn(drawings(settings, printer).column_chart(revenue(), "plan", claim)).title == claim
    page = drawings(settings, printer, "page").column_chart(revenue(), "plan", claim)
    assert page.count('aria-label="Revenue is &quot;3.0%&quot; above plan"') == 2  # wide and narrow


def test_a_page_draws_with_variables_so_that_dark_screens_turn_every_colour(settings, printer):
    drawn = drawings(settings, printer, "page")
    charts = [
        drawn.column_chart(revenue(), "plan", ""),
        drawn.bridge_chart(bridge(base="100", new="20", current="120"), ""),
        drawn.risk_map(listing(("A", "10", "50", "act")), "", threshold=THRESHOLD, **MAP),
        drawn.spark_of([point.figure for point in revenue().trend], ""),
        drawn.variance_bar(a_figure("net_revenue", "-5"), 10),
    ]

    colours = {value for chart in charts for value in re.findall(r'(?:fill|stroke)="([^"]*)"', chart)} - {"none"}
    assert colours and all(re.fullmatch(r"var\(--[a-z]+\)", colour) for colour in colours)
    assert "var(" not in drawings(settings, printer).column_chart(revenue(), "plan", "")


def test_a_pointer_is_told_the_figures_in_full_words_and_print_tells_nothing(settings):
    english = in_language(settings, "en")
    page = drawings(settings, english, "page").column_chart(revenue(), "plan", "")
    told = re.findall(r'<g class="told"><title>(.*?)</title>', page, flags=re.DOTALL)

    assert len(told) == 26  # thirteen months, wide and narrow
    lines = told[12].split("\n")
    assert lines[0] == "October 2026"
    assert [line.partition(": ")[2] for line in lines[1:]] == ["€12.8M", "€11.0M", "€12.4M", "+3.4%"]
    assert "told" not in drawings(settings, english).column_chart(revenue(), "plan", "")


def test_a_bridge_leaves_out_steps_of_zero_and_without_value(settings):
    drawn = drawings(settings, in_language(settings, "en"))
    svg = drawn.bridge_chart(
        bridge(base="130000000", new="12000000", expansion="20500000", contraction="-10000000", lost=None, current="152500000"),
        "",
    )

    printed = [text for text in words(svg) if re.fullmatch(r"[+−]?\d+\.\d", text)]
    assert printed == ["130.0", "+12.0", "+20.5", "−10.0", "152.5"]
    assert "Left" not in words(svg) and "Other" not in words(svg)


def test_a_bridge_without_one_of_its_totals_is_not_drawn(settings, printer):
    assert drawings(settings, printer).bridge_chart(bridge(base=None, new="5", current="5"), "") == ""


def test_growth_is_good_and_loss_is_bad_on_a_bridge(settings, printer):
    theme = read_theme(settings)
    svg = drawings(settings, printer).bridge_chart(bridge(base="100", new="20", lost="-30", current="90"), "")
    colours = [bar.colour for bar in Drawn(svg).bars]

    assert colours == [theme.light[name] for name in ("prior", "good", "bad", "actual")]


def test_a_risk_map_leaves_out_who_is_not_rated_and_marks_its_axes_with_figures(settings):
    drawn = drawings(settings, in_language(settings, "en"))
    rows = listing(
        ("Meridian", "1510000", "64", "act"), ("Unrated", "900000", None, None), ("Vega", "400000", "12", "on_track")
    )
    texts = words(drawn.risk_map(rows, "", threshold=THRESHOLD, **MAP))

    assert "Meridian" in texts and "Unrated" not in texts and "Vega" not in texts
    assert [text for text in texts if re.search(r"\d", text)] == ["0", "40", "0", "€1.51M"]


def test_a_risk_map_of_nobody_is_not_drawn(settings, printer):
    assert drawings(settings, printer).risk_map(listing(), "", threshold=THRESHOLD, **MAP) == ""


@pytest.mark.parametrize("medium", ["print", "page", "mail"])
def test_hostile_names_stay_text_in_every_medium(settings, printer, medium):
    drawn = drawings(settings, printer, medium)
    for name in HOSTILE:
        markup = drawn.risk_map(listing((name, "1000", "60", "act")), name, threshold=THRESHOLD, **MAP)
        assert "<script" not in markup and len(markup) < 40_000
        assert not re.search(r'<[^>]*\son\w+=["\']', re.sub(r'="[^"]*"', '=""', markup))


def test_a_figure_without_value_has_no_bar_and_a_trend_without_any_no_spark(settings, printer):
    drawn = drawings(settings, printer)

    assert drawn.variance_bar(a_figure("net_revenue", None), 10) == ""
    assert drawn.spark_of([a_figure("net_revenue", None)], "") == "" and drawn.spark_of([], "") == ""


def test_a_mail_gets_each_chart_as_a_light_and_a_dark_picture(settings, printer):
    from PIL import Image

    drawn = drawings(settings, printer, "mail")
    markup = drawn.column_chart(revenue(), "plan", 'A "claim"')

    assert re.findall(r'src="cid:([^"]*)" alt="([^"]*)"', markup) == [
        ("trend.png", "A &#34;claim&#34;"),
        ("trend-dark.png", "A &#34;claim&#34;"),
    ]
    corners = {}
    for name, content in drawn.images.items():
        with Image.open(BytesIO(content)) as picture:
            corners[name] = "#{:02X}{:02X}{:02X}".format(*picture.convert("RGB").getpixel((0, 0)))
            assert picture.width == 2 * 544
    theme = read_theme(settings)
    assert corners == {"trend.png": theme.light["paper"], "trend-dark.png": theme.dark["paper"]}
    assert sum(map(len, drawn.images.values())) < 60_000


def test_two_charts_of_one_kind_are_two_pictures(settings, printer):
    drawn = drawings(settings, printer, "mail")
    first, second = (drawn.column_chart(revenue(), "plan", "") for _ in range(2))

    assert len(drawn.images) == 4
    assert set(re.findall('cid:([^"]*)', first)).isdisjoint(re.findall('cid:([^"]*)', second))


def test_a_plain_text_has_no_drawings(settings, printer):
    drawn = drawings(settings, printer, "text")

    assert drawn.column_chart(revenue(), "plan", "") == "" and drawn.spark_of([revenue().figure], "") == ""


def test_the_logo_is_part_of_the_page_and_a_picture_in_the_mail(tmp_path, monkeypatch):
    (tmp_path / "mark.svg").write_text(SVG, encoding="utf-8")
    (tmp_path / "mark.png").write_bytes(PNG)
    settings = themed(tmp_path, "{logo: {light: mark.svg, dark: mark.png}}", monkeypatch)
    english = in_language(settings, "en")
    encoded = base64.b64encode(SVG.encode()).decode()

    assert drawings(settings, english).logo() == (
        f'<img class="logo" src="data:image/svg+xml;base64,{encoded}" alt="Nordhaven Supply">'
    )
    assert "prefers-color-scheme: dark" in drawings(settings, english, "page").logo()
    mail = drawings(settings, english, "mail")
    assert (
        "cid:logo.png" in mail.logo() and mail.images["logo.png"].startswith(b"\x89PNG") and mail.images["logo-dark.png"] == PNG
    )


def test_a_company_without_logo_or_line_prints_neither(settings, printer):
    given = drawings(settings, printer).for_templates()["theme"]

    assert given == {"logo": "", "confidential": ""}


def test_the_line_of_confidentiality_is_in_the_readers_language(tmp_path, monkeypatch):
    settings = themed(tmp_path, "{confidential: {en: For the board, zh: 仅供董事会}}", monkeypatch)

    for language, line in (("en", "For the board"), ("zh", "仅供董事会")):
        assert drawings(settings, in_language(settings, language)).for_templates()["theme"]["confidential"] == line


@pytest.mark.parametrize(
    ("largest", "unit", "language", "name", "printed"),
    [
        ("12840000", "currency", "en", "€M", "12.8"),
        ("128400000", "currency", "en", "€M", "128"),
        ("1284000", "currency", "en", "€M", "1.28"),
        ("99950", "currency", "en", "€K", "100.0"),
        ("812.40", "currency", "en", "€", "812"),
        ("12840000", "currency", "zh", "€万", "1,284"),
        ("128400", "currency", "zh", "€万", "12.8"),
        ("1284000000", "currency", "zh", "€亿", "12.8"),
        ("212", "count", "en", "", "212"),
        ("21200", "count", "zh", "万", "2.12"),
        ("94.2", "percent", "en", "", "94.2%"),
    ],
)
def test_a_scale_shows_three_places_of_the_largest(settings, largest, unit, language, name, printed):
    figure = a_figure("net_revenue", largest, unit)
    figure = replace(figure, currency="EUR" if unit == "currency" else None)
    scale = one_scale([figure, replace(figure, value=Decimal(0))], in_language(settings, language))

    assert (scale.name, scale.text(figure)) == (name, printed)


def test_signs_in_a_scale_are_true_signs_and_nothing_has_none(settings):
    figure = a_figure("net_revenue", "12000000")
    scale = one_scale([figure], in_language(settings, "en"))

    signed = [scale.text(replace(figure, value=Decimal(value)), signed=True) for value in ("1500000", "-1500000", "0", "-1000")]
    assert signed == ["+1.5", "−1.5", "0.0", "0.0"]
