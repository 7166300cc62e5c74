"""A declared export: where a table's files are, how they are to be read, and what a file of them means."""

import codecs
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from rapport.exports.arrival import Arrival
from rapport.exports.column import (
    Column,
    DecimalMark,
    Strict,
    Texts,
    ThousandsMark,
    claimed_twice,
    known_formats,
    known_zone,
)
from rapport.exports.limits import Limits

TYPING = 3  # raise it when the loader types the same text differently: every file is then typed again

ISO_DATE = ("%Y-%m-%d",)
ISO_TIMESTAMP = tuple(
    f"%Y-%m-%d{separator}%H:%M{seconds}{zone}" for separator in " T" for seconds in ("", ":%S", ":%S.%f") for zone in ("", "%z")
)
Format = Literal["csv", "fixed_width", "json_lines", "json", "xlsx", "xls", "ods", "parquet"]
SUFFIXES: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".json": "json",
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".ods": "ods",
    ".parquet": "parquet",
}
PACKED = {".gz", ".zip", ".zst"}
TEXT_FORMATS = {"csv", "fixed_width", "json_lines", "json"}
WORKBOOKS = {"xlsx", "xls", "ods"}


class ExportedAt(Strict):
    """When a file was exported, told by its name, or a record, told by one of its columns.

    Attributes:
        name: regular expression with one group around the day or instant, searched in the file's name.
        column: a date or timestamptz column by which versions of a record are ordered, in place of the file's time.
        format: strptime format of the group.
        at: time of day when the format has none, `HH:MM`.
        else_modified: a name without such a part is no mistake; the file is of when it was last modified.
    """

    name: str | None = None
    column: str | None = None
    format: str = "%Y-%m-%d"
    at: str = Field(default="00:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    else_modified: bool = False

    @field_validator("name")
    @classmethod
    def _one_group(cls, value: str | None) -> str | None:
        if value is not None and _expression(value).groups != 1:
            raise ValueError(f"{value!r} needs exactly one group, around the date")
        return value

    @field_validator("format")
    @classmethod
    def _format(cls, value: str) -> str:
        known_formats((value,))
        return value

    @model_validator(mode="after")
    def _tells_something(self) -> Self:
        if self.name is None and self.column is None:
            raise ValueError("needs a `name` (of the file) or a `column`")
        return self


def _expression(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from None


class Export(Strict):
    """One declared export: where a table's files are and how they are to be read.

    Attributes:
        files: patterns of their names.
        load: snapshot (each file is the whole truth), append (each adds) or upsert (a later version of a key wins).
        deleted_when: column → texts that mark a record of an upsert as the deletion of its key.
        format: what its files are; of several, a file's suffix tells which.
        member: pattern of the one member to read of a zip that holds several.
        encoding: how its text is encoded; of several, the first that decodes the whole file and fits the declared headers.
        escape: what stands before a quote, delimiter or line end that is text; without it, quotes within quotes are doubled.
        header_at: line (or sheet row) of the header; 0 when there is none; `find` for the first that fits the declaration.
        header_rows: rows that make up the header; the parts of a name are joined by a blank, empty ones inherit from the left.
        repeats_header: whether the header may occur again among the records, where it is skipped.
        skip_lines: regular expressions; a record whose whole text fits one is skipped.
        footer_lines: lines at the end that are no records.
        control_line: regular expression of a line whose groups `rows` and names of columns are totals to be met.
        sheet: name, pattern or number of a workbook's sheet; the first when None.
        records: JSON: path to the records, such as `data.orders[].lines[]`.
        thousands_mark: what separates groups of three digits.
        unwraps_formulas: whether `="00123"`, by which some systems keep Excel from touching digits, means 00123.
        skip: column → texts that mark a record as no data.
        arrival: when a file is complete, which are taken, and what becomes of the original.
        core_table: the one core table that its files already are; a company that feeds this from elsewhere expects none.
        limits: what one file may cost before it is refused.
    """

    system: str
    table: str
    files: Texts = Field(min_length=1)
    load: Literal["snapshot", "append", "upsert"]
    deleted_when: dict[str, Texts] = Field(default={})
    format: Format | Annotated[tuple[Format, ...], Field(min_length=1)] = "csv"
    member: str | None = None
    encoding: Texts = ("utf-8",)
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', max_length=1)
    escape: str = Field(default="", max_length=1)
    header_at: Literal["find"] | Annotated[int, Field(ge=0)] = 1
    header_rows: int = Field(default=1, ge=1, le=9)
    repeats_header: bool = False
    skip_lines: Texts = ()
    footer_lines: int = Field(default=0, ge=0, le=1000)
    control_line: str | None = None
    sheet: str | int | None = None
    records: str | None = None
    decimal_mark: DecimalMark = "."
    thousands_mark: ThousandsMark | None = None
    unwraps_formulas: bool = False
    date_format: Texts = ISO_DATE
    timestamp_format: Texts = ISO_TIMESTAMP
    zone: str
    nulls: Texts = ("",)
    skip: dict[str, Texts] = Field(default={})
    exported_at: ExportedAt | None = None
    arrival: Arrival = Arrival()
    core_table: str | None = None
    limits: Limits = Field(default=Limits())
    columns: tuple[Column, ...] = Field(min_length=1)

    _formats = field_validator("date_format", "timestamp_format")(known_formats)
    _zone = field_validator("zone")(known_zone)

    @field_validator("exported_at", mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        return {"name": value} if isinstance(value, str) else value

    @field_validator("encoding")
    @classmethod
    def _known_encodings(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(_encoding, values))

    @field_validator("skip_lines")
    @classmethod
    def _known_expressions(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            _expression(value)
        return values

    @field_validator("records")
    @classmethod
    def _path_to_lists(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"([^.\[\]]+(\.[^.\[\]]+)*)?\[\](\.[^.\[\]]+(\.[^.\[\]]+)*\[\])*", value):
            raise ValueError(f"{value!r} is not a path to a list, such as data.orders[] or orders[].lines[] or [].lines[]")
        return value

    @model_validator(mode="after")
    def _columns_are_told_apart(self) -> Self:
        if (self.has_header or self.header_at == "find") and (twice := claimed_twice(self.columns)):
            raise ValueError(f"two columns claim the header {', '.join(map(repr, twice))}")
        if not self.quote.isascii():
            raise ValueError("`quote` is not an ASCII character")
        if self.quote == self.delimiter:
            raise ValueError("`quote` and `delimiter` are the same character")
        if self.escape and (not self.escape.isascii() or self.escape.isalnum() or self.escape in "\r\n"):
            raise ValueError("`escape` is not an ASCII character, or a letter, a digit or a line end")
        if self.escape and self.escape in (self.quote, self.delimiter):
            raise ValueError("`escape` is another character than `quote` and `delimiter`; doubled quotes need none")
        if len({self.decimal_mark, self.thousands_mark}) == 1:
            raise ValueError("`decimal_mark` and `thousands_mark` are the same character")
        return self

    @model_validator(mode="after")
    def _columns_are_found(self) -> Self:
        if "fixed_width" in self.formats:
            self._each_has("at", "in a file of fixed width")
        elif not self.has_header:
            self._each_has("position", "in a file without a header (header_at: 0)")
        return self

    def _each_has(self, key: str, where: str) -> None:
        if without := [column.name for column in self.columns if getattr(column, key) is None]:
            raise ValueError(f"{where} each column needs `{key}`; without it: {', '.join(without)}")

    @model_validator(mode="after")
    def _names_declared_columns(self) -> Self:
        names = {column.name for column in self.columns}
        totals = set(_expression(self.control_line).groupindex) - {"rows"} if self.control_line else set()
        version = {self.exported_at.column} - {None} if self.exported_at else set()
        named = {"skip": self.skip, "deleted_when": self.deleted_when, "control_line": totals, "exported_at": version}
        for key, columns in named.items():
            if unknown := set(columns) - names:
                raise ValueError(f"`{key}` names columns that are not declared: {', '.join(sorted(unknown))}")
        if self.deleted_when and self.load != "upsert":
            raise ValueError("`deleted_when` is for `load: upsert`")
        if self.deleted_when and not any(column.key for column in self.columns):
            raise ValueError("`deleted_when` needs the columns that identify a record, marked `key: true`")
        if no_times := [c.name for c in self.columns if c.name in version and c.data_type not in ("date", "timestamptz")]:
            raise ValueError(f"`exported_at` names `{no_times[0]}`, which is neither a date nor a timestamptz")
        return self

    @property
    def has_header(self) -> bool:
        """Whether the file names its columns."""
        return self.header_at != 0 and self.format != "fixed_width"

    @classmethod
    def of(cls, content: dict) -> Self:
        """Validate a declaration as YAML or JSON gives it, with lists.

        Raises:
            pydantic.ValidationError: it has mistakes.
        """
        return cls.model_validate(_lists_as_tuples(content))

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
        path = PurePosixPath(name)
        told = SUFFIXES.get(PurePosixPath(path.stem).suffix.lower() if path.suffix.lower() in PACKED else path.suffix.lower())
        return told if told in self.formats else None

    def is_expected(self, feeds: Mapping[str, Sequence[str]]) -> bool:
        """Whether files of it are to come, by what the company's systems feed (core table: systems)."""
        return self.core_table is None or self.system in feeds.get(self.core_table, ())

    @cached_property
    def hash(self) -> str:
        """16 hex digits of everything that decides what a file's records become in the lake."""
        # deciding which rows stand is the warehouse's
        elsewhere = {"files", "load", "exported_at", "arrival", "core_table", "limits"}
        content = self.model_dump(mode="json", exclude=elsewhere, exclude_defaults=True)
        for column in content["columns"]:
            column.pop("personal", None)
        text = json.dumps([TYPING, content], sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _lists_as_tuples(value: object) -> object:
    """Frozen models hold tuples, YAML and JSON give lists, and strict validation would not take one for the other."""
    match value:
        case dict():
            return {key: _lists_as_tuples(item) for key, item in value.items()}
        case list() | tuple():
            return tuple(_lists_as_tuples(item) for item in value)
    return value


def _encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise ValueError(f"{name!r} is not an encoding that Python knows, such as utf-8, gb18030 or cp1252") from None
