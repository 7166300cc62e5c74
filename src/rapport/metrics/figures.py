"""Figures: a metric's value for a period and members, with all that is needed to print it honestly and to ask for it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import quote

from rapport.metrics.conditions import Condition
from rapport.metrics.counts import Counts
from rapport.metrics.periods import Period
from rapport.metrics.reason import Reason

# Digits after the point at which a value of a unit is given and printed.
SCALES = {
    "currency": 2,
    "percent": 1,
    "fraction": 3,
    "percentage_points": 1,
    "points": 1,
    "count": 0,
    "days": 1,
    "minutes": 1,
    "hours": 1,
    "ratio": 3,
    "times": 1,
    "per_thousand": 1,
    "score": 2,
}
UNKNOWN = "(unknown)"  # in ids, the member that is null; brackets in a value are always encoded, so nothing else looks like it


@dataclass(frozen=True)
class Joint:
    """Two values that compare with each other where a figure and its comparison alone do not.

    Args:
        period: what the values are of; the other's is a year before.
        reason: why they stand in the place of the figures, or why there are none.
    """

    period: Period
    value: Decimal | None
    other: Decimal | None
    reason: str


@dataclass(frozen=True)
class Measurement:
    """How a figure was measured: what to ask to get it, or the records behind it, again.

    Args:
        metric: the metric measured; `plan` for a figure's plan.
        grain: the kind of period; period marts are asked by it.
        attributes_on: the day whose customer attributes held.
        filters: MetricFlow templates of the metric's use in another one, such as a ratio's denominator.
        first_end: the first period end, where a period mart is asked for several at once.
    """

    metric: str
    start: date
    end: date
    grain: str
    conditions: tuple[Condition, ...]
    attributes_on: date
    filters: tuple[str, ...] = ()
    first_end: date | None = None


@dataclass(frozen=True)
class Figure:
    """One number that may be printed.

    Args:
        id: `metric@period[#dim=value,…][~window][~comparison]`, values percent-encoded; conditions stand there like members.
        period: the days that were measured; of a comparison the other period.
        by: dimension → member, for each dimension asked by; the unknown member is None.
        comparison: previous_period, previous_year, plan or a window, when it is another figure's comparison.
        value: at the scale of its unit; percent and points are 0–100; None when there is a reason instead.
        n: how many facts or answers a rate or score rests on.
        numerator, denominator: the parts of a ratio.
        interval: 95 % confidence interval, at the value's scale.
        reason: why there is no value; or, beside a value, what it cannot contain.
        joint: of a comparison, what to compare instead.
        counted: what there is to count where it rests on too few.
    """

    id: str
    metric: str
    period: Period
    by: dict[str, object]
    comparison: str | None
    value: Decimal | None
    unit: str
    currency: str | None = None
    n: int | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    interval: tuple[Decimal, Decimal] | None = None
    reason: str | None = None
    joint: Joint | None = None
    counted: Counts | None = field(default=None, repr=False, compare=False)
    measurement: Measurement | None = field(default=None, repr=False, compare=False)

    @property
    def counts(self) -> Counts | None:
        """What is printed in place of a rate or score that rests on too few."""
        return self.counted if isinstance(self.reason, Reason) and self.reason.key == "too_few" else None

    def as_json(self) -> dict[str, object]:
        """What `--json` prints; decimals keep their scale. Counts that stand in a value's place are there only then."""
        told = {"counts": dict(self.counts.numbers)} if self.counts else {}
        return {
            "id": self.id,
            "metric": self.metric,
            "period": self.period.text,
            "by": self.by,
            "value": self.value,
            "unit": self.unit,
            "currency": self.currency,
            "n": self.n,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "interval": list(self.interval) if self.interval else None,
            "reason": self.reason,
            **told,
        }


def rounded(value: Decimal | None, unit: str) -> Decimal | None:
    """A value at the scale of its unit, half up; as it is where the unit has no scale."""
    if value is None or unit not in SCALES:
        return value
    return value.quantize(Decimal(1).scaleb(-SCALES[unit]), rounding=ROUND_HALF_UP)


def figure_id(
    metric: str, period: Period, by: Mapping[str, object], conditions: tuple[Condition, ...] = (), suffix: str | None = None
) -> str:
    """The id of a figure; the same question has the same id whether a member was asked by or filtered for.

    >>> figure_id("net_revenue", parse_period("2026-10"), {"channel": "web shop"}, suffix="plan")
    'net_revenue@2026-10#channel=web%20shop~plan'
    """
    parts = {f"{name}={UNKNOWN if member is None else _encoded(member)}" for name, member in by.items()}
    parts |= {
        f"{one.dimension}{quote(one.operator, safe='=!<>')}{'|'.join(_encoded(value) for value in sorted(one.values))}"
        for one in conditions
    }
    members = f"#{','.join(sorted(parts))}" if parts else ""
    return f"{metric}@{period.text}{members}{f'~{suffix}' if suffix else ''}"


def _encoded(value: object) -> str:
    return quote(str(value), safe="").replace("~", "%7E")
