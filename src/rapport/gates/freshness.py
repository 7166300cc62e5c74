"""How old an export may be: dbt's own `freshness` of its source, read by the raw gate."""

from dataclasses import dataclass
from typing import Any

from rapport.errors import UsageError
from rapport.settings import Settings
from rapport.yaml_text import parse_yaml

_HOURS = {"minute": 1 / 60, "hour": 1, "day": 24}


@dataclass(frozen=True)
class Freshness:
    """Age of the newest delivery, in hours, above which the gate warns, and above which it closes; None says never."""

    warn_after_hours: float | None = None
    error_after_hours: float | None = None


def read_freshness(settings: Settings) -> dict[tuple[str, str], Freshness]:
    """Read `config.freshness` of the exports of the company's systems: (system, table) → how old it may be.

    A source's own freshness holds for its tables, a table's `null` lifts it, as in dbt. An export of a core table that the
    company feeds from elsewhere is not waited for, and not there.

    Raises:
        UsageError: an age is not written as dbt wants it; the file and the table are named.
    """
    ages: dict[tuple[str, str], Freshness] = {}
    for system in settings.company.systems:
        file = settings.dbt_project / "models" / "systems" / system / f"_{system}__sources.yml"
        content = parse_yaml(file.read_text(encoding="utf-8"))
        for source in content["sources"]:
            common = (source.get("config") or {}).get("freshness")
            for table in source["tables"]:
                if not _is_expected(settings, system, table):
                    continue
                declared = (table.get("config") or {}).get("freshness", common) or {}
                try:
                    ages[system, table["name"]] = Freshness(*(_age(declared.get(key)) for key in ("warn_after", "error_after")))
                except (KeyError, TypeError):
                    raise UsageError(
                        "A freshness is not written as dbt wants it.",
                        where=f"{file}, table {table['name']}: {declared}",
                        fix="Write e.g. `freshness: {warn_after: {count: 2, period: day}}`; error_after likewise.",
                    ) from None
    return ages


def _is_expected(settings: Settings, system: str, table: dict[str, Any]) -> bool:
    core_table = (((table.get("config") or {}).get("meta") or {}).get("export") or {}).get("core_table")
    return core_table is None or system in settings.company.feeds.get(core_table, ())


def _age(declared: dict[str, Any] | None) -> float | None:
    return declared["count"] * _HOURS[declared["period"]] if declared else None
