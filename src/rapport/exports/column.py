"""A declared column: its type, its names in the file, and how its texts are to be understood."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

_DATA_TYPE = re.compile(r"varchar|integer|bigint|double|boolean|date|timestamptz|decimal\((\d+),(\d+)\)")
_COLUMN_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DIRECTIVES = set("YymdbBHIMSfpzj")

PersonalData = Literal["name", "email", "phone", "address", "identifier", "birth_date", "free_text"]
"""What kind of personal data a column holds: whose it is, how they are reached, what tells them apart, or words of theirs."""

DecimalMark = Literal[".", ","]
ThousandsMark = Literal[",", ".", "'", "\u2019", " ", "\u00a0", "\u202f", "_"]


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str | bool | int | float) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
"""One text or a list of them; YAML's own yes, no and numbers must be quoted to be texts."""


class Strict(BaseModel):
    """A part of a declaration: an unknown key is a mistake, and a text is no number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def known_formats(formats: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Check strptime formats.

    Raises:
        ValueError: one of them has an unknown directive, or none.
    """
    for pattern in formats or ():
        directives = re.findall(r"%(.)", pattern)
        if not directives or not set(directives) <= _DIRECTIVES:
            raise ValueError(f"{pattern!r} is not a date format of %{', %'.join(sorted(_DIRECTIVES))}")
    return formats


def known_zone(zone: str | None) -> str | None:
    """Check the name of a time zone.

    Raises:
        ValueError: IANA does not know it.
    """
    try:
        ZoneInfo(zone or "UTC")  # available_timezones() walks a folder of hundreds of files
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError(f"{zone!r} is not an IANA time zone such as Europe/Berlin") from None
    return zone


class Column(Strict):
    """One declared column.

    Attributes:
        name: its name in the lake.
        data_type: varchar, integer, bigint, double, decimal(p,s), boolean, date or timestamptz.
        header: names it may have in the file, best first; its own name when none is declared.
        nth: which of several columns of one name it is, the first is 1.
        position: its place in a file without a header, the first is 1.
        at: first character (1 is the first) and number of characters, in a file of fixed width.
        required: a record without a value is rejected, and a file without the column refused; keys are always required.
        key: part of what identifies a record in the system.
        format: strptime formats, tried in order, in place of the export's.
        zone: IANA zone of times without an offset, in place of the export's.
        nulls: words for "no value", in place of the export's.
        decimal_mark, thousands_mark: in place of the export's.
        remove: texts that mean nothing within a number, such as a currency's sign.
        unit: a power of ten by which numbers in the file are multiplied: 1000 when they are thousands, 0.01 when cents.
        personal: what kind of personal data it holds, if any.
        values: text in the file → text to be typed; another text is rejected.
    """

    name: str
    data_type: str
    header: Texts = ()
    nth: int = Field(default=1, ge=1)
    position: int | None = Field(default=None, ge=1)
    at: tuple[int, int] | None = None
    required: bool = False
    key: bool = False
    format: Texts | None = None
    zone: str | None = None
    nulls: Texts | None = None
    decimal_mark: DecimalMark | None = None
    thousands_mark: ThousandsMark | None = None
    remove: Texts = ()
    unit: int | float = 1
    personal: PersonalData | None = None
    values: dict[str, str] | None = None

    _formats = field_validator("format")(known_formats)
    _zone = field_validator("zone")(known_zone)

    @field_validator("name")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        if not _COLUMN_NAME.fullmatch(value):
            raise ValueError(
                f"{value!r} is not a column name: small letters, digits and _, a letter first (`_…` is the loader's)"
            )
        return value

    @field_validator("data_type")
    @classmethod
    def _known_type(cls, value: str) -> str:
        value = value.lower().replace(" ", "")
        match = _DATA_TYPE.fullmatch(value)
        if match is None:
            raise ValueError(f"{value!r} is none of varchar, integer, bigint, double, decimal(p,s), boolean, date, timestamptz")
        if match[1] and not 0 <= int(match[2]) <= int(match[1]) <= 38:
            raise ValueError(f"{value!r} needs at most 38 digits, and not more decimals than digits")
        return value

    @field_validator("values", mode="before")
    @classmethod
    def _texts(cls, value: object) -> object:
        """`true`, `false` and numbers on the right side are meant as their texts."""
        if not isinstance(value, dict):
            return value
        return {key: str(text).lower() if isinstance(text, bool | int | float) else text for key, text in value.items()}

    @field_validator("at")
    @classmethod
    def _within_a_line(cls, value: tuple[int, int] | None) -> tuple[int, int] | None:
        if value and min(value) < 1:
            raise ValueError("`at` is [first character, number of characters], both at least 1")
        return value

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if self.format and self.data_type not in ("date", "timestamptz"):
            raise ValueError(f"`format` is for date and timestamptz, not for {self.data_type}")
        if self.zone and self.data_type != "timestamptz":
            raise ValueError(f"`zone` is for timestamptz, not for {self.data_type}")
        numeric = {"decimal_mark": self.decimal_mark, "thousands_mark": self.thousands_mark, "remove": self.remove}
        for key in [key for key, value in numeric.items() if value]:
            if not self.is_number:
                raise ValueError(f"`{key}` is for numbers, not for {self.data_type}")
        if self.unit != 1 and not self.data_type.startswith("decimal"):
            raise ValueError(f"`unit` is for decimal(p,s), not for {self.data_type}")
        if self.shift is None:
            raise ValueError(f"`unit` is a power of ten such as 1000 or 0.01, not {self.unit}")
        if self.unit != 1 and int(self.data_type[:-1].split(",")[1]) + self.shift < 0:
            raise ValueError(f"{self.data_type} has too few decimals for a `unit` of {self.unit}")
        return self

    @property
    def headers(self) -> tuple[str, ...]:
        """Names it may have in the file."""
        return self.header or (self.name,)

    @property
    def must_have_value(self) -> bool:
        """Whether a record without a value is rejected."""
        return self.required or self.key

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers."""
        return self.data_type in ("integer", "bigint", "double") or self.data_type.startswith("decimal")

    @property
    def shift(self) -> int | None:
        """By how many places `unit` moves the decimal mark to the right; None when it is no power of ten."""
        sign, digits, exponent = Decimal(str(self.unit)).normalize().as_tuple()
        return exponent if (sign, digits) == (0, (1,)) else None


def claimed_twice(columns: Iterable[Column]) -> list[str]:
    """Headers that two columns claim, without case; of a doubled header each column takes another `nth`."""
    claims = [(header.strip().casefold(), column.nth) for column in columns for header in column.headers]
    return sorted({header for header, nth in claims if claims.count((header, nth)) > 1})
