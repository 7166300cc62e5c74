"""The market around Nordhaven Supply, as an association tells it month by month."""

from datetime import date

from rapport.demo import story
from rapport.demo.days import Window, first_of, last_of, stream
from rapport.demo.records import ExportFile, Record, Table, merged

SERIES = Table("canonical", "market_series", ("series", "period_start", "value", "source"))

GROWTH = {"wholesale index": 1.06, "Hansekontor revenue": 1.14}
"""Series → growth a year; the trade as a whole grows steadily, also in years in which Nordhaven Supply does not."""
_LEVEL = {"wholesale index": 100.0, "Hansekontor revenue": 8.4}
_SOURCE = {"wholesale index": "trade association", "Hansekontor revenue": "published accounts"}


def value_of(seed: int, series: str, month: int) -> float:
    """A month's value, two digits: level, growth since 2022, season, and a little noise."""
    years = (first_of(month) - date(2022, 1, 1)).days / 365.25
    noise = 1 + stream(seed, "market", series, month).uniform(-0.01, 0.01)
    return round(_LEVEL[series] * GROWTH[series] ** years * story.season(month) * noise, 2)


def market_files(seed: int, window: Window) -> list[ExportFile]:
    """The series of each month, told by quarter."""
    records = (
        Record(
            last_of(month),
            f"{series} {month}",
            (series, f"{first_of(month)}", f"{value_of(seed, series, month):.2f}", _SOURCE[series]),
        )
        for month in window.months
        for series in GROWTH
    )  # fmt: skip
    return merged(SERIES, records, window, period="quarterly")
