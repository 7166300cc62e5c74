"""Declarations: the exports of the company's systems, read from the `config.meta` of dbt's own source YAML."""

from pathlib import Path

from pydantic import ValidationError

from rapport.errors import UsageError
from rapport.exports.export import Export
from rapport.settings import Settings
from rapport.yaml_text import parse_yaml


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
    _refuse_unfinished(declared, columns, where)
    given = {"zone": company_zone, **declared, "system": system, "table": name, "columns": tuple(columns)}
    try:
        return Export.of(given)
    except ValidationError as error:
        mistakes = [e for e in error.errors() if not (columns and e["type"] == "too_short")]  # follows from a bad column
        wrong = "; ".join(f"{_place(e['loc'], columns)}: {_mistake(e)}" for e in mistakes)
        raise UsageError("The declaration of an export has mistakes.", where=f"{where}: {wrong}", fix=_SEE) from None


def _refuse_unfinished(declared: dict, columns: list[dict], where: str) -> None:
    """What `rapport source new` could not decide is left as a text that begins with TODO."""
    places = [("export", declared), *((f"column {column.get('name')}", column) for column in columns)]
    for place, keys in places:
        for key, value in keys.items():
            if isinstance(value, str) and value.startswith("TODO"):
                raise UsageError(
                    "The declaration is not finished: a question is open that the samples could not decide.",
                    where=f"{where}: {place}, {key}: {value.removeprefix('TODO').lstrip(': ')}",
                    fix="Ask whoever knows the system, and write the answer in place of the text that begins with TODO.",
                )


def _meta(node: dict) -> dict:
    return (node.get("config") or {}).get("meta") or {}


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
