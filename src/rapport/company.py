"""The company: one YAML file that says who it is, which systems it has and what feeds what."""

import re
from datetime import date
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from rapport.errors import UsageError
from rapport.logo import Mark, read_mark
from rapport.metrics.calendars import WEEKDAYS, FiscalCalendar
from rapport.yaml_text import parse_yaml


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class System(_Strict):
    """Where one system drops its exports; `connection` names RAPPORT_CONN_<NAME> or an Airflow connection."""

    drops: str
    connection: str | None = None


class Mail(_Strict):
    """How reports leave: `server` is `mailbox` (the development mail server) or the name of a connection."""

    sender: str
    server: str = "mailbox"


class Logo(_Strict):
    """The company's mark; on dark screens `dark`, else `light` on a light plate."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    light: Mark
    dark: Mark | None = None

    @field_validator("light", "dark", mode="before")
    @classmethod
    def _read(cls, value: object, info: ValidationInfo) -> object:
        return read_mark((info.context or {}).get("folder", Path()) / str(value)) if value is not None else None


class Theme(_Strict):
    """The company's own look, over reports/layout/theme.yml.

    Args:
        light, dark: token → colour, for paper and light screens, and for dark screens.
        good_is: the colour of what is better; in China red.
        confidential: language → the line at the foot of each page.
    """

    logo: Logo | None = None
    light: dict[str, str] = {}
    dark: dict[str, str] = {}
    good_is: Literal["green", "red"] = "green"
    confidential: dict[str, str] = {}

    @field_validator("logo", mode="before")
    @classmethod
    def _one_logo_for_both(cls, value: object) -> object:
        return {"light": value} if isinstance(value, str) else value

    @field_validator("light", "dark", mode="before")
    @classmethod
    def _are_colours(cls, value: dict[str, object]) -> dict[str, object]:
        wrong = [f"{name}: {colour}" for name, colour in value.items() if not re.fullmatch("#[0-9A-Fa-f]{6}", str(colour))]
        if wrong:  # without quotes, YAML takes # for the start of a comment and the value for missing
            raise ValueError(f'not a colour such as "#0B5C7A", in quotes: {", ".join(wrong)}')
        return value


class Company(_Strict):
    """company.yml, validated."""

    name: dict[str, str]
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    timezone: str
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    fiscal_year_starts: int = Field(default=1, ge=1, le=12)
    fiscal_calendar: Literal["months", "4-4-5", "4-5-4", "5-4-4"] = "months"
    week_starts: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    languages: list[str] = ["en"]
    revenue_basis: Literal["ordered", "delivered", "invoiced"] = "ordered"
    history_starts_on: date
    as_of: date | None = None
    systems: dict[str, System]
    feeds: dict[str, list[str]]
    shared_ids: list[str] = []
    mail: Mail
    theme: Theme = Theme()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is not an IANA time zone such as Europe/Berlin")
        return value

    @model_validator(mode="after")
    def _feeds_name_known_systems(self) -> "Company":
        unknown = {system for systems in self.feeds.values() for system in systems} - set(self.systems)
        if unknown:
            raise ValueError(f"feeds name systems that `systems` does not list: {', '.join(sorted(unknown))}")
        return self

    @property
    def fiscal(self) -> FiscalCalendar:
        """The calendar of its fiscal years; `week_starts` matters to those of weeks only, as ISO weeks start on Mondays."""
        return FiscalCalendar(self.fiscal_year_starts, self.fiscal_calendar, WEEKDAYS.index(self.week_starts))

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return ZoneInfo(self.timezone)


def read_company(file: Path) -> Company:
    """Read and validate company.yml.

    Raises:
        UsageError: the file is missing, is not YAML, or a setting is wrong; every wrong setting is named.
    """
    import yaml

    try:
        content = parse_yaml(file.read_text(encoding="utf-8"))
        return Company.model_validate(content, context={"folder": file.parent})
    except FileNotFoundError:
        raise UsageError(
            "There is no company file.", where=str(file), fix="Write one, or name it with --company or RAPPORT_COMPANY."
        ) from None
    except yaml.YAMLError as error:
        raise UsageError("The company file is not YAML.", where=f"{file}: {error}", fix="Mend the line named.") from None
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
        raise UsageError("The company file has wrong settings.", where=f"{file}: {wrong}", fix="Mend them.") from None
