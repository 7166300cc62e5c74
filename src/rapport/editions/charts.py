"""Charts in IBCS notation: actual solid dark, prior year light, plan outlined; the axis starts at zero."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from rapport.editions.theme import FAMILY

_FULL = 100.0  # percent


@dataclass(frozen=True)
class Column:
    """One period of a column chart: what is drawn, and what is written about it."""

    label: str  # unique among the columns
    actual: float | None
    printed: str
    prior: float | None = None
    plan: float | None = None
    change: float | None = None  # in percent of what it is compared with
    change_printed: str = ""
    effect: str = "none"  # good, bad, none


def column_chart(columns: Sequence[Column], theme: dict[str, str], fonts: Path, title: str) -> str:
    """Draw periods as columns, with the changes as pins above.

    Args:
        title: the chart's claim; it is the SVG's first child, which readers and PDF/UA take as its alternative text.

    Returns:
        An SVG element for inlining.
    """
    labels = [column.label for column in columns]
    if len(set(labels)) != len(labels):
        raise ValueError(f"two columns have one label, and would be stacked: {labels}")
    import altair as alt

    _register_fonts(fonts)
    width = 660
    step = width / len(columns)
    band = min(24.0, step * 0.42)
    shift = band * 0.36
    data = alt.Data(
        values=[
            {
                "label": column.label,
                "actual": column.actual,
                "prior": column.prior,
                "plan": column.plan,
                "top": max(value for value in (column.actual, column.prior, column.plan, 0) if value is not None),
                "printed": column.printed,
                "change": column.change,
                "change_printed": column.change_printed,
                "effect": column.effect,
                "is_up": (column.change or 0) >= 0,
            }
            for column in columns
        ]
    )
    # the same places in both panels, also for periods without a change: else pins would stand above other periods' columns
    places = alt.Scale(domain=labels, paddingInner=0, paddingOuter=0)
    across = alt.X("label:N", sort=labels, axis=None, scale=places)
    below = alt.X(
        "label:N",
        sort=labels,
        scale=places,
        axis=alt.Axis(title=None, labelAngle=0, ticks=False, domainColor=theme["actual"], labelPadding=6),
    )

    def height(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(zero=True))

    base = alt.Chart(data)
    bars = []
    if any(column.prior is not None for column in columns):
        bars.append(base.mark_bar(size=band, xOffset=-shift, color=theme["prior"]).encode(x=below, y=height("prior")))
    if any(column.plan is not None for column in columns):
        bars.append(
            base.mark_bar(size=band, xOffset=shift, fill=theme["plan"], stroke=theme["actual"], strokeWidth=1).encode(
                x=below, y=height("plan")
            )
        )
    bars.append(base.mark_bar(size=band, color=theme["actual"]).encode(x=below, y=height("actual")))
    bars.append(
        base.mark_text(dy=-6, fontWeight=600, fontSize=10, color=theme["ink"]).encode(
            x=below, y=height("top"), text="printed:N"
        )
    )
    main = alt.layer(*bars).properties(width=width, height=150)
    panels = [main]
    if any(column.change is not None for column in columns):
        panels.insert(0, _pins(base, across, columns, theme, width))
    chart = (
        alt.vconcat(*panels, spacing=6)
        .configure(font=FAMILY, background="transparent", padding=0)
        .configure_view(stroke=None)
        .configure_axis(labelFont=FAMILY, labelFontSize=10, labelColor=theme["muted"])
        .configure_text(font=FAMILY)
    )
    return _titled(_svg(chart.to_json()), title)


def _pins(base, across, columns: Sequence[Column], theme: dict[str, str], width: int):
    import altair as alt

    colour = alt.Color(
        "effect:N",
        legend=None,
        scale=alt.Scale(domain=["good", "bad", "none"], range=[theme["good"], theme["bad"], theme["muted"]]),
    )
    # a pin longer than the whole would dwarf all others: it is drawn at full height, and its label says how much
    changes = [max(-_FULL, min(_FULL, column.change)) for column in columns if column.change is not None]
    level = alt.Y(
        "change:Q", axis=None, scale=alt.Scale(domain=[min(0, *changes, -1), max(0, *changes, 1)], clamp=True, padding=16)
    )
    known = base.transform_filter("isValid(datum.change)")
    line = base.mark_rule(color=theme["actual"], strokeWidth=1).encode(y=alt.YDatum(0, axis=None))
    stems = known.mark_bar(size=2).encode(x=across, y=level, color=colour)
    heads = known.mark_point(shape="square", size=34, filled=True, opacity=1).encode(x=across, y=level, color=colour)
    words = [
        known.transform_filter("datum.is_up" if up else "!datum.is_up")
        .mark_text(dy=-10 if up else 12, fontSize=9.5)
        .encode(x=across, y=level, text="change_printed:N", color=colour)
        for up in (True, False)
    ]
    return alt.layer(line, stems, heads, *words).properties(width=width, height=64)


@cache
def _register_fonts(folder: Path) -> None:
    import vl_convert

    vl_convert.register_font_directory(str(folder))


def _svg(specification: str) -> str:
    import vl_convert

    return vl_convert.vegalite_to_svg(specification)


def _titled(svg: str, title: str) -> str:
    """Put the claim first, and let the page decide the width."""
    size = re.search(r'<svg[^>]*\swidth="([\d.]+)"[^>]*\sheight="([\d.]+)"', svg)
    opening = f'<svg class="chart" role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[1]} {size[2]}">'
    return re.sub(r"^.*?<svg[^>]*>", lambda _: f"{opening}<title>{escape(title)}</title>", svg, count=1, flags=re.DOTALL)


def spark_columns(values: Sequence[float | None], theme: dict[str, str], title: str) -> str:
    """A trend as small columns from zero, the last one dark: no axis is cut, and negative values hang below.

    Args:
        values: oldest first; None leaves a gap.
        title: what it shows, for those who do not see it.
    """
    width, height, gap = 130.0, 22.0, 2.0
    known = [value for value in values if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    scale = height / (high - low) if high > low else 0.0
    each = width / max(len(values), 1)
    bars = []
    for position, value in enumerate(values):
        if value is None:
            continue
        top = (high - max(value, 0.0)) * scale
        colour = theme["actual"] if position == len(values) - 1 else theme["prior"]
        bars.append(
            f'<rect x="{position * each:.2f}" y="{top:.2f}" width="{each - gap:.2f}" '
            f'height="{max(abs(value) * scale, 0.5):.2f}" fill="{colour}"/>'
        )
    return (
        f'<svg class="spark" role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'preserveAspectRatio="none"><title>{escape(title)}</title>{"".join(bars)}</svg>'
    )
