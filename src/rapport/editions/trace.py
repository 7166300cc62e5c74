"""Tracing: from a printed number to its definition, SQL, models, checks, and the records of the files that it adds up."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import groupby
from pathlib import Path

from sqlalchemy import select

from rapport.editions.proof import Row, read_rows
from rapport.editions.store import Edition, find_edition
from rapport.errors import UsageError
from rapport.settings import Settings
from rapport.state import State, open_state
from rapport.state.tables import deliveries

_ABOUT_ALL_EXPORTS = {"lake.files", "lake.exports"}


@dataclass(frozen=True)
class FileRows:
    """What one export file adds to a figure.

    Args:
        file_id: SHA-256 of its content; the archive keeps it under this name.
        names: under which it was delivered, each as system, table, name.
        rows: record numbers, from 1, and amounts.
    """

    file_id: str
    names: list[str]
    rows: list[tuple[int, Decimal]]

    @property
    def total(self) -> Decimal:
        """What its rows add up to."""
        return sum((amount for _, amount in self.rows), Decimal(0))


@dataclass(frozen=True)
class Trace:
    """Where one figure of an edition comes from.

    Args:
        figure: as figures.json has it.
        meaning: label, definition, unit and version of its metric; empty for figures that a report's own query gave.
        sql: what gave it, pretty; empty for a change, which is made of its parts.
        parts: the figures that it is made of, a ratio's or a change's, each with how many records of how many files it adds up.
        models: the dbt models that lead to it, marts first, exports last.
        checks: what the gates asked about those models and exports, and about all exports together.
        files: the records that add up to it, by file; empty where a figure is no sum of records.
    """

    edition: Edition
    figure: dict
    meaning: dict
    sql: str
    parts: list[dict]
    models: list[str]
    checks: list[dict]
    files: list[FileRows]

    @property
    def total(self) -> Decimal:
        """What all rows add up to."""
        return sum((file.total for file in self.files), Decimal(0))

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {
            "edition": self.edition.edition_id,
            "figure": self.figure,
            "metric": self.figure["metric"],
            **{name: self.meaning.get(name) for name in ("label", "definition", "version")},
            "sql": self.sql,
            "parts": self.parts,
            "models": self.models,
            "checks": self.checks,
            "files": [
                {
                    "sha256": file.file_id,
                    "names": file.names,
                    "rows": [{"record": row, "amount": amount} for row, amount in file.rows],
                    "total": file.total,
                }
                for file in self.files
            ],
            "total": self.total if self.files else None,
        }


def trace(settings: Settings, edition_id: str, figure: str) -> Trace:
    """Trace a figure of an edition, from the edition's own files.

    Args:
        figure: its id; `net_revenue` is short for `net_revenue@<the edition's period>`.

    Raises:
        UsageError: there is no such edition, or it prints no such figure.
    """
    state = open_state(settings.state_url)
    edition = find_edition(settings, state, edition_id)
    proof = _read(edition.folder / "proof.json")
    figures = {entry["id"]: entry for entry in _read(edition.folder / "figures.json")["figures"]}
    rows_of = partial(read_rows, settings, edition.folder / "rows.parquet")
    unprinted = partial(_unprinted, settings, edition, proof, rows_of)
    found = figures.get(figure) or figures.get(f"{figure}@{edition.period}") or unprinted(figure)
    if found is None:
        raise UsageError(
            f"{edition_id} has no figure {figure!r}.",
            where=str(edition.folder / "figures.json"),
            fix=f"The ids stand in {edition.folder / 'figures.json'}, and in the page where a pointer rests on a number.",
        )
    asked = proof["queries"].get(found["id"]) or proof["queries"].get(found["metric"].partition(".")[0], {})
    meaning = proof["metrics"].get(asked.get("metric", found["metric"]), {})
    models = meaning.get("models", [])
    return Trace(
        edition=edition,
        figure=found,
        meaning={name: value for name, value in meaning.items() if name != "models"},
        sql=_pretty(asked.get("sql", "")),
        parts=[_counted(figures.get(name) or unprinted(name), rows_of(name)) for name in _parts(found, asked)],
        models=models,
        checks=[check for check in _read(edition.folder / "manifest.json")["checks"] if _is_about(check, models)],
        files=_files(state, rows_of(found["id"])),
    )


def _read(file: Path) -> dict:
    return json.loads(file.read_text(encoding="utf-8"))


def _unprinted(
    settings: Settings, edition: Edition, proof: dict, rows_of: Callable[[str], list[Row]], name: str
) -> dict | None:
    """A part of a ratio, which no page prints: it is known by its id and its rows."""
    from rapport.metrics.figures import rounded

    if name not in proof["queries"]:
        return None
    metric = proof["queries"][name]["metric"]
    unit = proof["metrics"].get(metric, {}).get("unit", "")
    rows = rows_of(name)
    return {
        "id": name,
        "metric": metric,
        "period": edition.period,
        "value": f"{rounded(sum((row.amount for row in rows), Decimal(0)), unit):f}" if rows else None,
        "unit": unit,
        "currency": settings.company.currency if unit == "currency" else None,
        "reason": None,
    }


def _counted(figure: dict, rows: list[Row]) -> dict:
    return {**figure, "records": len(rows), "files": len({row.file_id for row in rows})}


def _parts(figure: dict, asked: dict) -> list[str]:
    """A ratio's parts, or what a change compares: `x~on_plan` is made of `x` and `x~plan`."""
    comparison = figure.get("comparison") or ""
    if comparison.startswith("on_"):
        base = figure["id"].removesuffix(f"~{comparison}")
        return [base, f"{base}~{comparison.removeprefix('on_')}"]
    return asked.get("parts", [])


def _pretty(sql: str) -> str:
    if not sql:
        return ""
    import sqlglot

    return sqlglot.parse_one(sql, dialect="duckdb").sql(dialect="duckdb", pretty=True)


def _is_about(check: dict, models: list[str]) -> bool:
    """Whether a check's table is among the models and sources of a figure, or is about every export.

    Tables are named as suites name them: marts.sales_lines, shop.order_lines, lake.shop.orders, lake.crm.customers (latest).
    """
    table = check["table_name"].partition(" (")[0]
    if table in _ABOUT_ALL_EXPORTS:
        return True
    schema, _, name = table.removeprefix("lake.").partition(".")
    return f"model {name}" in models if schema == "marts" else f"source {schema}.{name}" in models


def _files(state: State, rows: list[Row]) -> list[FileRows]:
    names = delivered_names(state)
    return [
        FileRows(file_id, names.get(file_id, []), [(row.row, row.amount) for row in group])
        for file_id, group in groupby(rows, key=lambda row: row.file_id)
    ]


def delivered_names(state: State) -> dict[str, list[str]]:
    """The names under which each file was delivered, by its SHA-256: system, table and name, oldest first."""
    query = select(deliveries.c.file_id, deliveries.c.system, deliveries.c.table_name, deliveries.c.name).order_by(
        deliveries.c.delivery_id
    )
    names: dict[str, list[str]] = {}
    with state.read() as connection:
        for file_id, system, table, name in connection.execute(query):
            words = f"{system}.{table} {name}"
            if words not in names.setdefault(file_id, []):
                names[file_id].append(words)
    return names
