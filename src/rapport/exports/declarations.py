"""Declarations: what each export is, read from the `config.meta` of dbt's own source YAML."""

import codecs
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from rapport.errors import UsageError
from rapport.settings import Settings
from rapport.yaml_text import parse_yaml

TYPING = 1  # raise it when the loader types the same text differently: every file is then typed again

ISO_DATE = ("%Y-%m-%d",)
ISO_TIMESTAMP = tuple(
    f"%Y-%m-%d{separator}%H:%M{seconds}{zone}" for separator in " T" for seconds in ("", ":%S", ":%S.%f") for zone in ("", "%z")
)
_DATA_TYPE = re.compile(r"varchar|integer|bigint|double|boolean|date|timestamptz|decimal\((\d+),(\d+)\)")
SUFFIXES = {
    ".csv": "csv",
    ".json": "json_lines",
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
}
_COLUMN_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DIRECTIVES = set("YymdbBHIMSfpzj")


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str | bool | int | float) else value


Format = Literal["csv", "json_lines", "xlsx", "parquet"]
Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
"""One text or a list of them; YAML's own yes, no and numbers must be quoted to be texts."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _known_formats(formats: tuple[str, ...] | None) -> tuple[str, ...] | None:
    for pattern in formats or ():
        directives = re.findall(r"%(.)", pattern)
        if not directives or not set(directives) <= _DIRECTIVES:
            raise ValueError(f"{pattern!r} is not a date format of %{', %'.join(sorted(_DIRECTIVES))}")
    return formats


def _known_zone(zone: str | None) -> str | None:
    try:
        ZoneInfo(zone or "UTC")  # available_timezones() walks a folder of hundreds of files
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError(f"{zone!r} is not an IANA time zone such as Europe/Berlin") from None
    return zone


class ExportedAt(_Strict):
    """When a file was exported, told by its name: the day (or instant) that the group of `name` holds.

    Attributes:
        name: regular expression with one group, searched in the file's name.
        format: strptime format of the group.
        at: time of day when the format has none, `HH:MM`.
        else_modified: a name without such a part is no mistake; the file is of when it was last modified.
    """

    name: str
    format: str = "%Y-%m-%d"
    at: str = Field(default="00:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    else_modified: bool = False

    @field_validator("name")
    @classmethod
    def _one_group(cls, value: str) -> str:
        try:
            groups = re.compile(value).groups
        except re.error as error:
            raise ValueError(f"{value!r} is not a regular expression: {error}") from None
        if groups != 1:
            raise ValueError(f"{value!r} needs exactly one group, around the date")
        return value

    @field_validator("format")
    @classmethod
    def _format(cls, value: str) -> str:
        _known_formats((value,))
        return value


class Column(_Strict):
    """One declared column.

    Attributes:
        name: its name in the lake.
        data_type: varchar, integer, bigint, double, decimal(p,s), boolean, date or timestamptz.
        header: names it may have in the file, best first; its own name when none is declared.
        required: a record without a value is rejected, and a file without the column refused; keys are always required.
        key: part of what identifies a record in the system.
        format: strptime formats, tried in order, in place of the export's.
        zone: IANA zone of times without an offset, in place of the export's.
        nulls: words for "no value", in place of the export's.
        personal: whether it holds personal data.
        values: text in the file → text to be typed; another text is rejected.
    """

    name: str
    data_type: str
    header: Texts = ()
    required: bool = False
    key: bool = False
    format: Texts | None = None
    zone: str | None = None
    nulls: Texts | None = None
    personal: bool = False
    values: dict[str, str] | None = None

    _formats = field_validator("format")(_known_formats)
    _zone = field_validator("zone")(_known_zone)

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

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if self.format and self.data_type not in ("date", "timestamptz"):
            raise ValueError(f"`format` is for date and timestamptz, not for {self.data_type}")
        if self.zone and self.data_type != "timestamptz":
            raise ValueError(f"`zone` is for timestamptz, not for {self.data_type}")
        return self

    @property
    def headers(self) -> tuple[str, ...]:
        """Names it may have in the file."""
        return self.header or (self.name,)

    @property
    def must_have_value(self) -> bool:
        """Whether a record without a value is rejected."""
        return self.required or self.key


class Export(_Strict):
    """One declared export: where a table's files are and how they are to be read.

    Attributes:
        format: what its files are; of several, a file's suffix tells which.
        core_table: the one core table that its files already are; a company that feeds this from elsewhere expects none.
    """

    system: str
    table: str
    files: Texts = Field(min_length=1)
    load: Literal["snapshot", "append", "upsert"]
    format: Format | Annotated[tuple[Format, ...], Field(min_length=1)] = "csv"
    encoding: str = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', max_length=1)
    header_at: int = Field(default=1, ge=1)
    sheet: str | int | None = None
    decimal_mark: Literal[".", ","] = "."
    date_format: Texts = ISO_DATE
    timestamp_format: Texts = ISO_TIMESTAMP
    zone: str
    nulls: Texts = ("",)
    skip: dict[str, Texts] = {}
    exported_at: ExportedAt | None = None
    core_table: str | None = None
    columns: tuple[Column, ...] = Field(min_length=1)

    _formats = field_validator("date_format", "timestamp_format")(_known_formats)
    _zone = field_validator("zone")(_known_zone)

    @field_validator("exported_at", mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        return {"name": value} if isinstance(value, str) else value

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            return codecs.lookup(value).name
        except LookupError:
            raise ValueError(f"{value!r} is not an encoding that Python knows, such as utf-8, gb18030 or cp1252") from None

    @model_validator(mode="after")
    def _columns_are_told_apart(self) -> Self:
        headers = [header.casefold() for column in self.columns for header in column.headers]
        twice = sorted({header for header in headers if headers.count(header) > 1})
        if twice:
            raise ValueError(f"two columns claim the header {', '.join(map(repr, twice))}")
        unknown = set(self.skip) - {column.name for column in self.columns}
        if unknown:
            raise ValueError(f"`skip` names columns that are not declared: {', '.join(sorted(unknown))}")
        if self.quote == self.delimiter:
            raise ValueError("`quote` and `delimiter` are the same character")
        return self

    def covers(self, name: str) -> bool:
        """Whether a dropped file of this name (relative to the drop) belongs to this export.

        A pattern without `/` is matched against the last part of the name only.
        """
        return any(fnmatchcase(name if "/" in pattern else PurePosixPath(name).name, pattern) for pattern in self.files)

    @property
    def formats(self) -> tuple[Format, ...]:
        """What its files may be."""
        return (self.format,) if isinstance(self.format, str) else self.format

    def format_of(self, name: str) -> Format | None:
        """What a file of this name is; None when its suffix says none of several formats."""
        if isinstance(self.format, str):
            return self.format
        told = SUFFIXES.get(PurePosixPath(name).suffix.lower())
        return told if told in self.format else None

    def is_expected(self, feeds: Mapping[str, Sequence[str]]) -> bool:
        """Whether files of it are to come, by what the company's systems feed (core table: systems)."""
        return self.core_table is None or self.system in feeds.get(self.core_table, ())

    @cached_property
    def hash(self) -> str:
        """16 hex digits of everything that decides what a file's records become in the lake."""
        content = self.model_dump(mode="json", exclude={"files", "load", "exported_at", "core_table"})
        for column in content["columns"]:
            del column["personal"]
        text = json.dumps([TYPING, content], sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_declarations(settings: Settings) -> dict[tuple[str, str], Export]:
    """Read the declared exports of the company's systems.

    Returns:
        (system, table) → export, in the order of company.yml and of the source files.

    Raises:
        UsageError: a file is missing or is not YAML, or a declaration has a mistake; the file and the table are named.
    """
    exports: dict[tuple[str, str], Export] = {}
    for system in settings.company.systems:
        file = settings.dbt_project / "models" / "systems" / system / f"_{system}__sources.yml"
        for table in _tables(file, system):
            export = _export(file, system, table, settings.company.timezone)
            exports[system, export.table] = export
    return exports


def _tables(file: Path, system: str) -> list[dict]:
    import yaml

    try:
        content = parse_yaml(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(
            f"The system {system} has no declarations.",
            where=str(file),
            fix="Write that file, or take the system out of company.yml.",
        ) from None
    except yaml.YAMLError as error:
        raise UsageError("A file of declarations is not YAML.", where=f"{file}: {error}", fix="Mend the line named.") from None
    try:
        sources = content["sources"]
        names = [source["name"] for source in sources]
        tables = [table for source in sources for table in source["tables"]]
    except (KeyError, TypeError):
        raise UsageError("A file of declarations has no `sources` with `tables`.", where=str(file), fix=_SEE) from None
    if names != [system]:
        raise UsageError(
            f"A system's file declares one source of its own name, not {', '.join(map(str, names))}.",
            where=str(file),
            fix=f"Name the source {system}.",
        )
    return tables


_SEE = "See docs/analysts/declare-an-export.md."


def _export(file: Path, system: str, table: dict, company_zone: str) -> Export:
    name = str(table.get("name"))
    where = f"{file}, table {name}"
    declared = _meta(table).get("export")
    if not isinstance(declared, dict):
        raise UsageError("A table does not say what its export is: `config.meta.export` is missing.", where=where, fix=_SEE)
    columns = [
        {"name": column.get("name"), "data_type": column.get("data_type"), **_meta(column)}
        for column in table.get("columns") or ()
    ]
    given = {"zone": company_zone, **declared, "system": system, "table": name, "columns": tuple(columns)}
    try:
        return Export.model_validate(_lists_as_tuples(given))
    except ValidationError as error:
        mistakes = [e for e in error.errors() if not (columns and e["type"] == "too_short")]  # follows from a bad column
        wrong = "; ".join(f"{_place(e['loc'], columns)}: {_mistake(e)}" for e in mistakes)
        raise UsageError("The declaration of an export has mistakes.", where=f"{where}: {wrong}", fix=_SEE) from None


def _meta(node: dict) -> dict:
    return (node.get("config") or {}).get("meta") or {}


def _lists_as_tuples(value: object) -> object:
    """Frozen models hold tuples, YAML gives lists, and strict validation would not take one for the other."""
    match value:
        case dict():
            return {key: _lists_as_tuples(item) for key, item in value.items()}
        case list() | tuple():
            return tuple(_lists_as_tuples(item) for item in value)
    return value


def _place(location: tuple, columns: list[dict]) -> str:
    if len(location) >= 2 and location[0] == "columns":
        return ".".join([f"column {columns[location[1]].get('name')}", *map(str, location[2:])])
    return ".".join(map(str, location)) or "export"


def _mistake(error: dict) -> str:
    if error["type"] == "extra_forbidden":
        return "is not a key of declarations"
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "string_type" and isinstance(error["input"], bool | int | float):
        return f"must be a text; quote it, YAML takes it for {error['input']}"
    return error["msg"].removeprefix("Value error, ")
