"""Suites: one YAML file per table says what its data must look like to be believed."""

import hashlib
import json
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from rapport.errors import UsageError
from rapport.yaml_text import parse_yaml

Severity = Literal["critical", "warning"]


class Expectation(BaseModel):
    """One entry of a suite; whatever is not named here goes to the Great Expectations class as it stands.

    `description` is English, or `{en: …, zh: …}` where reports may have to say it: a warning travels into them.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    expect: str = Field(pattern=r"^[A-Z]\w+$")
    severity: Severity
    description: str = Field(min_length=1)
    name: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]*$")
    closes: Literal["all"] | list[str] = "all"
    rows: Literal["all", "latest", "rejects"] = (
        "all"  # raw only: every current row, the newest delivery's, or what was rejected
    )
    descriptions: dict[str, str] = {}  # by language
    against_previous: bool = False  # marts only: compares with the last published snapshot, so it waits for one

    @model_validator(mode="before")
    @classmethod
    def _one_language_or_several(cls, content: dict) -> dict:
        said = content.get("description")
        if isinstance(said, dict):
            return {**content, "description": said.get("en", ""), "descriptions": said}
        return {**content, "descriptions": {"en": said or ""}}

    @property
    def arguments(self) -> dict[str, Any]:
        """What Great Expectations is given: column, bounds, query…"""
        return dict(self.model_extra or {})

    @property
    def column(self) -> str | None:
        """The column or columns it is about."""
        given = self.arguments
        pair = [given[key] for key in ("column_A", "column_B") if key in given]
        columns = given.get("column") or given.get("column_list") or pair
        return columns if isinstance(columns, str) else ",".join(columns) or None

    @property
    def label(self) -> str:
        """Its name within the suite: the given one, else expectation, rows and column."""
        if self.name:
            return self.name
        words = self.expect if self.rows == "all" else f"{self.expect}@{self.rows}"
        return f"{words}:{self.column}" if self.column else words


class Suite(BaseModel):
    """The expectations of one table.

    `table` is `lake.<system>.<table>` or a view of the gate (`lake.files`) in raw suites, `<schema>.<table>` in marts suites.
    `needs` names core tables that must be fed: a company without tickets is not asked why it has none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str = Field(pattern=r"^[a-z]\w*(\.[a-z]\w*){1,2}$")
    needs: list[str] = []
    expectations: list[Expectation] = Field(min_length=1)
    gate: Literal["raw", "marts"]
    file: Path

    @model_validator(mode="after")
    def _names_tell_entries_apart(self) -> "Suite":
        for entry in self.expectations:
            if entry.expect != "UnexpectedRowsExpectation":
                continue
            if not entry.name:
                raise ValueError(f"a query needs a `name`: {entry.description!r}")
            if "{batch}" not in entry.arguments.get("unexpected_rows_query", ""):
                raise ValueError(f"{entry.name}: `unexpected_rows_query` must read {{batch}}, the suite's table")
        twice = [label for label, count in Counter(entry.label for entry in self.expectations).items() if count > 1]
        if twice:
            raise ValueError(f"entries need a `name` of their own: {', '.join(twice)}")
        return self

    @property
    def name(self) -> str:
        """Gate and file name, e.g. `raw/shop__orders`."""
        return f"{self.gate}/{self.file.stem}"

    @cached_property
    def relation(self) -> tuple[str, str]:
        """Schema and table in the database that the gate opens."""
        parts = self.table.split(".")
        return (parts[1], parts[2]) if len(parts) == 3 else (parts[0], parts[1])

    def check_name(self, entry: Expectation) -> str:
        """The stable name under which a check is stored and traced."""
        return f"{self.name}/{entry.label}"


def read_suites(folder: Path, gate: Literal["raw", "marts"]) -> list[Suite]:
    """Read and validate the suites of a gate, ordered by file name; Great Expectations itself is not needed for it.

    Args:
        folder: the project's `expectations`.

    Raises:
        UsageError: there is no suite (a gate that asks nothing must not open), or an entry is wrong; file and entry are named.
    """
    files = sorted((folder / gate).glob("*.yml"))
    if not files:
        raise UsageError(
            f"The {gate} gate has no suites.",
            where=str(folder / gate),
            fix="Add one YAML file per table; a gate that asks nothing cannot open.",
        )
    return [_read_suite(file, gate) for file in files]


def descriptions_of_checks(folder: Path) -> dict[str, dict[str, str]]:
    """What each check of both gates asks, by its name and by language; a check that the suites no longer have is not there."""
    suites = [_read_suite(file, gate) for gate in ("raw", "marts") for file in sorted((folder / gate).glob("*.yml"))]
    return {suite.check_name(entry): entry.descriptions for suite in suites for entry in suite.expectations}


def _read_suite(file: Path, gate: str) -> Suite:
    import yaml

    try:
        content = parse_yaml(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise UsageError("A suite is not YAML.", where=f"{file}: {error}", fix="Mend the line named.") from None
    if not isinstance(content, dict):
        raise UsageError("A suite is empty.", where=str(file), fix="Give it `table` and `expectations`.")
    try:
        return Suite.model_validate({**content, "gate": gate, "file": file})
    except ValidationError as error:
        wrong = "; ".join(f"{_place(e['loc'], content)}: {e['msg']}" for e in error.errors())
        raise UsageError("A suite is not written as it must be.", where=f"{file}: {wrong}", fix="Mend the entries.") from None


def _place(location: tuple, content: dict) -> str:
    """`expectations 3 (ExpectColumnToExist).severity`: entries are counted from 1 and named, as a reader would find them."""
    match location:
        case ("expectations", int(position), *rest):
            entry = content["expectations"][position]
            named = f" ({entry['expect']})" if isinstance(entry, dict) and "expect" in entry else ""
            return ".".join([f"entry {position + 1}{named}", *map(str, rest)])
    return ".".join(map(str, location)) or "suite"


def suites_hash(suites: list[Suite], *circumstances: str) -> str:
    """SHA-256 of what is asked, and of the circumstances (day, declared freshness…) that an answer depends on."""
    asked = [suite.model_dump(mode="json", exclude={"file"}) | {"name": suite.name} for suite in suites]
    return hashlib.sha256(json.dumps([asked, circumstances], sort_keys=True).encode()).hexdigest()
