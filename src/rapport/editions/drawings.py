"""Drawings: the charts of one edition in one language, from its figures; the numbers on them are written by the printer."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup

from rapport.editions.changes import effect
from rapport.editions.charts.drawing import Canvas, Sheet, as_png
from rapport.editions.charts.scale import Scale, one_scale
from rapport.editions.figures import Answer, Point
from rapport.editions.fonts import font_folder
from rapport.editions.printer import Printer
from rapport.editions.theme import Theme
from rapport.settings import Settings

if TYPE_CHECKING:
    from rapport.editions.charts.columns import Column
    from rapport.editions.listings import Listing
    from rapport.metrics.figures import Figure

Draw = Callable[[Canvas], Sheet]
Medium = Literal["page", "print", "mail", "text"]

_MAIL = 544  # pixels across a mail
_LOGO = 28  # pixels high in a mail
_STATUSES = ("act", "watch", "on_track")


class Drawings:
    """What templates may draw, bound to one edition, one language and one medium.

    Attributes:
        images: what a mail refers to by `cid:<name>`: name → PNG, light and dark.
    """

    def __init__(self, settings: Settings, printer: Printer, theme: Theme, medium: Medium) -> None:
        self._printer, self._theme, self._medium = printer, theme, medium
        self._fonts = font_folder(settings)
        self._company = printer.own(settings.company.name)
        self.images: dict[str, bytes] = {}

    def for_templates(self) -> dict[str, object]:
        """The functions by the names that templates use."""
        return {
            "spark": self.spark,
            "spark_of": self.spark_of,
            "column_chart": self.column_chart,
            "bridge_chart": self.bridge_chart,
            "risk_map": self.risk_map,
            "bar_chart": self.bar_chart,
            "matrix_chart": self.matrix_chart,
            "small_columns": self.small_columns,
            "variance_bar": self.variance_bar,
            "theme": {"logo": self.logo(), "confidential": self.confidential},
        }

    @property
    def confidential(self) -> str:
        """The company's own line of confidentiality in this language; empty when the catalogue's holds."""
        return self._theme.confidential.get(self._printer.language, "")

    def logo(self) -> Markup:
        """The company's logo; empty when it has none."""
        mark, medium = self._theme.logo, self._medium
        if mark is None or medium == "text":
            return Markup()
        dark = mark.dark or mark.light
        if medium == "mail":
            self.images |= {"logo.png": as_png(mark.light, self._fonts), "logo-dark.png": as_png(dark, self._fonts)}
            plate = "" if mark.dark else f"background:{self._theme.light['paper']};padding:4px;"  # a dark mark on dark is none
            size = f'height="{_LOGO}" style="{{}}height:{_LOGO}px;width:auto;border:0"'
            return _pair_of_images("logo", self._company, size, plate)
        alone = Markup('<img class="logo" src="{}" alt="{}">').format(mark.light.uri, self._company)
        if medium == "print" or mark.dark is None:
            return alone
        source = Markup('<source media="(prefers-color-scheme: dark)" srcset="{}">').format(dark.uri)
        return Markup("<picture>{}{}</picture>").format(source, alone)

    def spark(self, answer: Answer) -> Markup:
        """A figure's trend, for a card."""
        first, last = answer.trend[0], answer.trend[-1]
        title = self._printer.plain(
            "cards.trend",
            label=self._printer.own(answer.metric.label),
            first=self._printer.text(first.figure),
            first_period=self._printer.period(first.period, "short"),
            last=self._printer.text(last.figure),
            last_period=self._printer.period(last.period, "short"),
        )
        return self._small(lambda canvas: _sparks().spark_columns([_drawn(one.figure) for one in answer.trend], canvas), title)

    def spark_of(self, figures: "Sequence[Figure]", title: str) -> Markup:
        """A trend in a table cell, from figures, oldest first."""
        values = [_drawn(figure) for figure in figures or ()]
        if not any(value is not None for value in values):
            return Markup()
        return self._small(lambda canvas: _sparks().spark_columns(values, canvas, _sparks().CELL), title)

    def variance_bar(self, figure: "Figure", largest: "Figure | Decimal | float", good: str = "up") -> Markup:
        """A difference as a bar in a table cell, beside its number.

        Args:
            largest: the difference that fills a side; bars of one column share it.
            good: up, down or none.
        """
        value = _drawn(figure)
        if value is None:
            return Markup()
        filled = abs(float(getattr(largest, "value", largest) or 0))
        effect_of = effect(figure, good, Decimal(0))
        return self._small(
            lambda canvas: _sparks().variance_bar(value, filled, effect_of, canvas), self._printer.text(figure), kind="variance"
        )

    def column_chart(self, answer: Answer, against: str, title: str) -> Markup:
        """The trend of a figure with its year before and its plan, and the changes `against` one of them."""
        from rapport.editions.charts.columns import BETWEEN, NARROW, WIDE, column_chart

        points = answer.trend
        known = [figure for point in points for figure in (point.figure, *point.compared.values())]
        scale = one_scale(known, self._printer)
        columns = [
            self._column(point, before, answer, against, scale) for before, point in zip([None, *points], points, strict=False)
        ]
        names = {"scale_name": scale.name, "change_name": self._printer.word(f"charts.against.{against}")}

        def draw(width: float) -> Draw:
            return lambda canvas: column_chart(columns, canvas, width=width, **names)

        return self._large("trend", title, draw(WIDE), narrow=draw(NARROW), mail=draw(BETWEEN))

    def bridge_chart(self, answers: Sequence[Answer], title: str) -> Markup:
        """How signed steps lead from the first total to the last; steps without value or of zero are left out."""
        from rapport.editions.charts.bridge import Step, bridge_chart

        answers = list(answers)
        known = [answer for answer in answers[1:-1] if answer.figure.value]
        if len(answers) < 2 or answers[0].figure.value is None or answers[-1].figure.value is None:
            return Markup()
        steps_only = [answer.figure for answer in known]
        scale = one_scale([answers[0].figure, *steps_only, answers[-1].figure], self._printer, parts=steps_only)

        def step(answer: Answer, is_total: bool) -> Step:
            figure = answer.figure
            period = figure.period.previous_year() if answer is answers[0] else figure.period
            label = self._printer.plain(f"charts.bridge.{answer.metric.name}", period=self._printer.period(period, "short"))
            told = (label, self._printer.text(figure))
            judged = "none" if is_total else effect(figure, answer.metric.good, Decimal(0))
            return Step(label, float(figure.value), scale.text(figure, signed=not is_total), judged, told)

        base, current = step(answers[0], True), step(answers[-1], True)
        steps = [step(answer, False) for answer in known]
        return self._large("bridge", title, lambda canvas: bridge_chart(base, steps, current, canvas, scale_name=scale.name))

    def risk_map(
        self,
        listing: "Listing",
        title: str,
        *,
        x: str,
        y: str,
        label: str,
        status: str,
        threshold: "Figure",
    ) -> Markup:
        """Customers by money and risk points; rows that lack either are left out.

        Args:
            x, y, label, status: columns of the listing.
            threshold: the points from which on somebody must act.
        """
        from rapport.editions.charts.risk_map import Spot, Words, risk_map

        rows = [row for row in listing.rows if _drawn(row[x]) is not None and _drawn(row[y]) is not None]
        if not rows or threshold.value is None:
            return Markup()
        legend = {name: self._printer.word(f"charts.status.{name}") for name in _STATUSES}
        axes = {name: self._printer.word(f"charts.axis.{name}", otherwise=name) for name in (x, y)}

        def spot(row: dict) -> Spot:
            told = [self._pair(axes[name], self._printer.text(row[name])) for name in (x, y)]
            state = str(row[status])
            return Spot(
                label=str(row[label]),
                x=_drawn(row[x]),
                y=_drawn(row[y]),
                status=state,
                told=(str(row[label]), *told, *([legend[state]] if state in legend else [])),
            )

        spots = [spot(row) for row in rows]
        largest = max((row[x] for row in rows), key=lambda figure: figure.value)
        words = Words(
            x=axes[x],
            y=axes[y],
            zero=self._printer.text(replace(threshold, value=Decimal(0))),
            threshold=self._printer.text(threshold),
            largest=self._printer.text(largest),
            zone=self._printer.word("charts.zone"),
            legend=legend,
        )
        at = float(threshold.value)
        return self._large("risk-map", title, lambda canvas: risk_map(spots, at, words, canvas))

    def bar_chart(self, listing: "Listing", title: str, *, is_wide: bool = False) -> Markup:
        """Members of a listing by the first column of numbers, with what that is compared with where the listing has it."""
        from rapport.editions.charts.bars import HALF, WHOLE, Bar, bar_chart

        label, measured, *_ = listing.columns
        prior = next((name for name in listing.columns if name.startswith(f"{measured}_previous")), None)
        change = next((name for name in listing.columns if name.startswith(f"{measured}_on_")), None)
        against = change.removeprefix(f"{measured}_on_") if change else None
        rows = [row for row in listing.rows if _is_known(row[measured])]
        if not rows:
            return Markup()
        scale = one_scale([row[name] for row in rows for name in (measured, prior) if name], self._printer)
        good = listing.good.get(change, "none")
        material = Decimal(str((listing.metrics.get(measured) and listing.metrics[measured].material) or 0))

        def bar(row: dict) -> Bar:
            name = self._printer.member(label, row[label])
            told = [name, self._pair("charts.actual", row[measured])]
            if prior and _is_known(row[prior]):
                told.append(self._pair(f"charts.{against}", row[prior]))
            changed = row[change] if change and _is_known(row[change]) else None
            return Bar(
                label=name,
                value=_drawn(row[measured]),
                printed=scale.text(row[measured]),
                prior=_drawn(row[prior]) if prior else None,
                change_printed=self._printer.text(changed, "signed") if changed else "",
                effect=effect(changed, good, material) if changed else "none",
                told=tuple(told),
            )

        bars = [bar(row) for row in rows]
        name = self._printer.word(f"charts.changed.{against}") if against else ""

        def draw(width: float) -> Draw:
            return lambda canvas: bar_chart(bars, canvas, width=width, scale_name=scale.name, change_name=name)

        if is_wide:
            return self._large("bars", title, draw(WHOLE), narrow=draw(HALF), mail=draw(WHOLE))
        return self._large("bars", title, draw(HALF))

    def matrix_chart(self, listing: "Listing", title: str, *, is_wide: bool = False) -> Markup:
        """A listing whose second and third columns name a row and a column, and whose fourth has the number of that crossing.

        The first column tells the rows apart; rows and columns stand in the order in which the catalogue names their members.
        Cells are shaded by their share of the largest one.
        """
        from rapport.editions.charts.matrix import HALF, WHOLE, Cell, matrix_chart

        _, down, across, measured, *_ = listing.columns or [""] * 4
        rows = self._printer.in_order(down, [str(row[down]) for row in listing.rows]) if measured else []
        columns = self._printer.in_order(across, [str(row[across]) for row in listing.rows]) if measured else []
        known = [row for row in listing.rows if measured and _is_known(row[measured])]
        if not known:
            return Markup()
        most = max(abs(float(row[measured].value)) for row in known) or 1.0
        named = {name: self._printer.member(down, name) for name in rows}
        across_named = {name: self._printer.member(across, name) for name in columns}
        cells = {
            (rows.index(str(row[down])), columns.index(str(row[across]))): Cell(
                self._printer.text(row[measured]),
                abs(float(row[measured].value)) / most,
                (f"{named[str(row[down])]} → {across_named[str(row[across])]}", self._printer.text(row[measured])),
            )
            for row in known
        }
        axes = {name: self._printer.word(f"charts.axis.{name}", otherwise=name) for name in (down, across)}

        def draw(width: float) -> Draw:
            return lambda canvas: matrix_chart(
                list(named.values()), list(across_named.values()), cells, canvas, width=width,
                row_name=axes[down], column_name=axes[across],
            )  # fmt: skip

        if is_wide:
            return self._large("matrix", title, draw(WHOLE), narrow=draw(HALF), mail=draw(WHOLE))
        return self._large("matrix", title, draw(HALF))

    def small_columns(self, answer: Answer, title: str) -> Markup:
        """The trend of a figure as columns, half a page wide; with the year before where it is asked for each period."""
        from rapport.editions.charts.bars import HALF
        from rapport.editions.charts.columns import column_chart

        points = answer.trend
        known = [figure for point in points for figure in (point.figure, *point.compared.values())]
        scale = one_scale(known, self._printer)
        if not all(point.compared for point in points):  # a year before the last month only would be drawn for one
            points = [replace(point, compared={}) for point in points]
        columns = [
            self._column(point, before, answer, "", scale) for before, point in zip([None, *points], points, strict=False)
        ]
        return self._large("months", title, lambda canvas: column_chart(columns, canvas, width=HALF, scale_name=scale.name))

    def _column(self, point: Point, before: Point | None, answer: Answer, against: str, scale: Scale) -> "Column":
        from rapport.editions.charts.columns import Column

        changed = point.changes.get(against)
        prior, plan = point.compared.get("previous_year"), point.compared.get("plan")
        told = [self._printer.period(point.period), self._pair("charts.actual", point.figure)]
        told += [
            self._pair(f"charts.{name}", one) for name, one in (("previous_year", prior), ("plan", plan)) if _is_known(one)
        ]
        if _is_known(changed):
            told.append(self._pair(f"charts.against.{against}", changed, "signed"))
        return Column(
            label=self._printer.period(point.period, "brief"),
            label_below=self._year(point, before),
            actual=_drawn(point.figure),
            printed=scale.text(point.figure),
            prior=_drawn(prior),
            plan=_drawn(plan),
            change=_drawn(changed),
            change_printed=self._printer.text(changed, "signed") if _is_known(changed) else "",
            effect=effect(changed, answer.metric.good, Decimal(0)) if changed else "none",
            told=tuple(told),
        )

    def _year(self, point: Point, before: Point | None) -> str:
        """The year, below the first month and below each in which a year begins."""
        from babel.dates import format_skeleton

        if point.period.kind != "month" or (before and before.period.start.year == point.period.start.year):
            return ""
        return format_skeleton("y", point.period.start, locale=self._printer.language)

    def _pair(self, name: str, value: "Figure | str", form: str = "compact") -> str:
        """A line such as `Plan: €12.5M`; `name` is a text, or the key of one."""
        words = self._printer.word(name) if name.startswith("charts.") else name
        written = value if isinstance(value, str) else self._printer.text(value, form)
        return self._printer.plain("charts.pair", name=words, value=written)

    def _small(self, draw: Draw, title: str, kind: str = "spark") -> Markup:
        if self._medium in ("mail", "text"):
            return Markup()
        return Markup(draw(self._canvas(tells=False)).svg(title, kind))

    def _large(self, name: str, title: str, draw: Draw, narrow: Draw | None = None, mail: Draw | None = None) -> Markup:
        """A chart for the medium.

        Args:
            narrow: draws it for telephones, where it is not the same.
            mail: draws it for mails, where it is not the same.
        """
        if self._medium == "text":
            return Markup()
        if self._medium == "print":
            return Markup(draw(self._canvas()).svg(title))
        if self._medium == "mail":
            return self._as_images(name, title, mail or draw)
        kinds = {"wide": draw, "narrow": narrow} if narrow else {"whole": draw}
        drawn = "".join(one(self._canvas(tells=True)).svg(title, kind) for kind, one in kinds.items())
        return Markup(f'<figure class="chart {name}">{drawn}</figure>')

    def _as_images(self, name: str, title: str, draw: Draw) -> Markup:
        """A picture for light and one for dark mails; the style sheet of the mail shows one of `.light` and `.dark`."""
        count = sum(one.startswith(name) for one in self.images) // 2
        name = f"{name}-{count + 1}" if count else name
        for file, paint in ((f"{name}.png", self._theme.light), (f"{name}-dark.png", self._theme.dark)):
            sheet = draw(Canvas(paint, self._fonts, splits=True))
            self.images[file] = sheet.png("paper", scale=2 * _MAIL / sheet.width)
        return _pair_of_images(name, title, f'width="{_MAIL}" style="{{}}width:100%;max-width:{_MAIL}px;height:auto;border:0"')

    def _canvas(self, *, tells: bool = False) -> Canvas:
        paint = {token: f"var(--{token})" for token in self._theme.light} if self._medium == "page" else self._theme.light
        return Canvas(paint, self._fonts, tells=tells)


def _pair_of_images(name: str, title: str, size: str, dark_style: str = "") -> Markup:
    """A picture for light mails and one for dark ones; the mail's style sheet shows one of `.light` and `.dark`.

    Args:
        size: attributes, with a place at the start of the style.
        dark_style: more style of the dark one.
    """
    tag = '<img class="{}" src="cid:{}" alt="{}" ' + size + ">"
    light = Markup(tag).format("light", f"{name}.png", title, "")
    dark = Markup(tag).format("dark", f"{name}-dark.png", title, f"display:none;{dark_style}")
    # Outlook on Windows reads no style sheet: it must not see the second picture
    return light + Markup("<!--[if !mso]><!-->") + dark + Markup("<!--<![endif]-->")


def _sparks():
    from rapport.editions.charts import sparks

    return sparks


def _drawn(figure: "Figure | None") -> float | None:
    return None if figure is None or figure.value is None else float(figure.value)


def _is_known(figure: "Figure | None") -> bool:
    return figure is not None and figure.value is not None
