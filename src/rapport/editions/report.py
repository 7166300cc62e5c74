"""Reports: one folder each, found by being there, declared in its report.yml."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from rapport.errors import UsageError
from rapport.metrics.windows import COMPARISONS, WINDOW
from rapport.settings import Settings
from rapport.yaml_text import parse_yaml

Comparison = Annotated[str, Field(pattern=rf"^({'|'.join(COMPARISONS)}|{WINDOW})$")]
Unit = Literal[
    "currency", "percent", "percentage_points", "fraction", "points", "count", "days",
    "minutes", "hours", "ratio", "times", "per_thousand", "score",
]  # fmt: skip
Model = TypeVar("Model", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Due(_Strict):
    """When a period's report is due: at `at` company time on the nth business day after the period has ended."""

    business_day: int = Field(ge=1, le=20)
    at: time


class MetricFigure(_Strict):
    """A metric of the report's period, what it is compared with, and how many periods of trend lead up to it.

    With `window` it is measured to date or rolling, and so is what it is compared with; among `compare`, a window is another
    value beside it, from which no change is computed. `beside` names other figures of the report without which this one should
    not be read, such as the share of revenue whose costs are known beside a margin: cards print them with it.
    """

    metric: str
    window: str = Field(default="", pattern=rf"^({WINDOW})?$")  # e.g. year_to_date, rolling_12m
    compare: list[Comparison] = []
    trend: int = Field(default=0, ge=0, le=60)
    compare_trend: bool = False  # compare each period of the trend, too, as a chart of columns needs it
    where: list[str] = []  # as in `rapport metric --where`
    beside: list[str] = []


class Column(_Strict):
    """A column of a query that holds numbers, and whether the page prints their total.

    A cell may be a list of numbers: then they are told apart by their position, or by the texts of the column `keyed_by`, a
    list of the same length; `unit` may then be one per key. A column of changes says with `good` which direction is welcome.
    """

    unit: Unit | dict[str, Unit]
    total: bool = False
    keyed_by: str | None = None
    good: Literal["up", "down"] | None = None

    @model_validator(mode="after")
    def _units_have_keys(self) -> "Column":
        if isinstance(self.unit, dict) and not self.keyed_by:
            raise ValueError("a unit per key needs `keyed_by`, the column that holds the keys")
        if self.total and self.keyed_by:
            raise ValueError("lists have no total")
        return self

    def unit_of(self, key: str) -> str:
        """The unit of a keyed number; a key without one is a plain ratio."""
        return self.unit.get(key, "ratio") if isinstance(self.unit, dict) else self.unit


class QueryFigure(_Strict):
    """Rows that a query selects from marts, told apart by their first column.

    Count and totals are of all rows; the first `show` are printed. Columns that are not declared hold text.
    """

    query: str
    columns: dict[str, Column] = {}
    parameters: dict[str, int | float | str] = {}
    show: int = Field(default=40, ge=1, le=40)
    in_workbook: bool = True  # a list that only feeds a sentence or a chart needs no sheet of its own


class Breakdown(_Strict):
    """Metrics by the members of one dimension: a row for each member, a column for each metric.

    With `compare`, each metric has two more columns: what it is compared with, `<metric>_<comparison>`, and the change,
    `<metric>_on_<comparison>`. Members come in the order of `order`, then by their first metric, the largest first.
    """

    metrics: list[str] = Field(min_length=1)
    by: str
    compare: Comparison | None = None
    where: list[str] = []
    order: list[str] = []
    total: bool = False  # the whole company beside its parts
    show: int = Field(default=12, ge=1, le=40)
    in_workbook: bool = True


class Subject(_Strict):
    """Sections that belong together under one claim, the slot `<subject>_claim`; they begin a page."""

    subject: str
    sections: list[str | dict[str, list[str]]]


@dataclass(frozen=True)
class Placed:
    """A section in its place: the figures that the report gives it, and the subject that it belongs to, if any."""

    section: str
    figures: list[str]
    subject: str | None = None


class Report(_Strict):
    """report.yml, validated."""

    name: str
    title: dict[str, str]
    period: Literal["day", "week", "month", "quarter", "year"]
    due: Due
    recipients: str
    figures: dict[str, MetricFigure | QueryFigure | Breakdown]
    sections: list[str | Subject | dict[str, list[str]]]  # each with the names of the figures that it shows

    @model_validator(mode="after")
    def _names_are_usable(self) -> "Report":
        wrong = [name for name in self.figures if not name.isidentifier()]
        if wrong:
            raise ValueError(f"figures are named like Python variables, not {', '.join(wrong)}")
        if "en" not in self.title:
            raise ValueError("title needs at least `en`")
        return self

    def placed(self) -> Iterator[Placed]:
        """The sections in order."""
        for entry in self.sections:
            if isinstance(entry, Subject):
                yield from (one for inner in entry.sections for one in _placed(inner, entry.subject))
            else:
                yield from _placed(entry, None)


def _placed(entry: str | dict[str, list[str]], subject: str | None) -> Iterator[Placed]:
    for name, figures in ({entry: []} if isinstance(entry, str) else entry).items():
        yield Placed(name, figures, subject)


def report_names(settings: Settings) -> list[str]:
    """The reports there are: every folder of reports/ that holds a report.yml."""
    return sorted(file.parent.name for file in settings.reports.glob("*/report.yml"))


def read_report(settings: Settings, name: str) -> Report:
    """Read and validate a report's report.yml.

    Raises:
        UsageError: there is no such report, its file is not YAML, or an entry is wrong; every wrong entry is named.
    """
    if name not in report_names(settings):
        raise UsageError(
            f"There is no report called {name!r}.",
            where=str(settings.reports),
            fix=f"Choose one of: {', '.join(report_names(settings)) or 'none yet; make a folder with a report.yml'}.",
        )
    file = settings.reports / name / "report.yml"
    return validated(Report, {"name": name, **read_yaml(file)}, file)


def read_yaml(file: Path) -> dict:
    """Read a YAML file that must hold a mapping."""
    import yaml

    try:
        content = parse_yaml(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError("A file of the reports is missing.", where=str(file), fix="Restore it, or name another.") from None
    except yaml.YAMLError as error:
        raise UsageError("A file of the reports is not YAML.", where=f"{file}: {error}", fix="Mend the line named.") from None
    if not isinstance(content, dict):
        raise UsageError("A file of the reports is not a mapping.", where=str(file), fix="Write `name: value` lines.")
    return content


def validated(model: type[Model], content: dict, file: Path) -> Model:
    """Validate what a file says; every wrong entry is named."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
        raise UsageError("A file of the reports has wrong entries.", where=f"{file}: {wrong}", fix="Mend them.") from None
