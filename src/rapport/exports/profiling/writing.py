"""Writing findings down: the declaration in dbt's source YAML, and the staging model, in the style of the other systems."""

import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from rapport.errors import UsageError
from rapport.exports.profiling.findings import ColumnFinding, Findings, Question

_GROUPS = (
    ("ids", lambda c, is_id: is_id(c)),
    ("strings", lambda c, _: c.data_type == "varchar"),
    ("numbers", lambda c, _: c.data_type in ("integer", "bigint", "double") or c.data_type.startswith("decimal")),
    ("booleans", lambda c, _: c.data_type == "boolean"),
    ("dates", lambda c, _: c.data_type == "date"),
    ("times", lambda c, _: c.data_type == "timestamptz"),
)
_DEFAULTS = {"encoding": "utf-8", "delimiter": ",", "quote": '"', "header_at": 1, "format": "csv", "decimal_mark": "."}
_LOADS = ("# snapshot: each file is the whole truth | append: each adds | upsert: a later version of a key wins",)


def write(findings: Findings, folder: Path, *, force: bool) -> list[Path]:
    """Write the declaration and the staging model into a system's folder.

    Args:
        folder: `dbt_project/models/systems/<system>`.
        force: replace what is there of this table; other tables of the system stay.

    Returns:
        The files that were written.

    Raises:
        UsageError: the table is declared or modelled already.
    """
    sources = folder / f"_{findings.system}__sources.yml"
    model = f"stg_{findings.system}__{findings.table}"
    files = {
        sources: _with_table(sources, findings, force),
        folder / f"{model}.sql": staging_sql(findings),
        folder / f"{model}.yml": staging_yaml(findings),
    }
    if not force and (there := [path for path in list(files)[1:] if path.exists()]):
        raise UsageError(
            "The staging model exists.", where=str(there[0]), fix="Give --force to replace it, or another --table."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return list(files)


def _with_table(file: Path, findings: Findings, force: bool) -> str:
    """The system's file of declarations with this table at its end, or in place of the one of its name."""
    block = table_yaml(findings)
    if not file.exists():
        return source_yaml(findings.system) + block
    text = file.read_text(encoding="utf-8")
    if not text.endswith("\n"):
        text += "\n"
    own = re.compile(rf"^      - name: {re.escape(_flow(findings.table))}\n(?:(?!      - )(?:      .*)?\n)*", re.MULTILINE)
    if own.search(text):
        if not force:
            fix = "Give --force to replace it, or another --table."
            raise UsageError(f"The table {findings.table} is declared already.", where=str(file), fix=fix)
        text = own.sub(lambda _match: block, text, count=1)
    else:
        text += block
    try:
        tables = [table["name"] for source in yaml.safe_load(text)["sources"] for table in source["tables"]]
    except (yaml.YAMLError, KeyError, TypeError):
        tables = []
    if tables.count(findings.table) != 1:
        raise UsageError(
            "The table cannot be added to the file of declarations, which is laid out in another way than this command writes.",
            where=str(file),
            fix="Write it into another folder with --to, and copy the table from there.",
        )
    return text


def source_yaml(system: str) -> str:
    """The head of a system's file of declarations."""
    return (
        "sources:\n"
        f"  - name: {system}\n"
        "    description: To be described; what the system is, what it owns, and when it exports.\n"
        "    database: warehouse\n"
        f"    schema: {system}\n"
        "    tables:\n"
    )


def table_yaml(findings: Findings) -> str:
    """One declared table, with the evidence of each decision that a person should look at as a comment."""
    lines = [
        f"- name: {_flow(findings.table)}",
        f"  description: To be described; one row per what? {findings.records:,} records in the samples.",
    ]
    lines += ["  config:", "    loaded_at_field: _loaded_at", "    meta:", "      export:"]
    export = {key: value for key, value in findings.export.items() if _DEFAULTS.get(key) != value}
    for question in findings.questions:
        if not question.column:
            export[question.key] = _todo(question)
    for key, value in export.items():
        if key == "load":
            lines += [f"        {_LOADS[0]}"]
        if key in ("encoding", "decimal_mark", "nulls", "header_at") and key in findings.evidence:
            lines += [f"        # {findings.evidence[key]}"]
        lines += [f"        {key}: {_flow(value)}"]
    if findings.evidence.get("key", "").startswith("no "):
        lines += [f"  # key: {findings.evidence['key']}"]
    lines += ["  columns:"]
    for column in findings.columns:
        lines += _column_lines(column, findings)
    return "".join(f"      {line}\n" for line in lines)


def _column_lines(column: ColumnFinding, findings: Findings) -> Iterable[str]:
    meta: dict[str, object] = {}
    if findings.export.get("header_at") == 0:
        meta["position"] = column.place
    elif column.header != column.name:
        meta["header"] = column.header
    if column.nth > 1 and findings.export.get("header_at") != 0:
        meta["nth"] = column.nth
    meta |= column.meta
    for question in findings.questions:
        if question.column == column.name:
            meta[question.key] = _todo(question)
    description = f"To be described; {column.facts}."
    yield from (f"    # {_without_values(evidence)}" for evidence in column.evidence if _is_worth_reading(evidence))
    yield f"    - name: {_flow(column.name)}"
    yield f"      description: {_flow(description)}"
    yield f"      data_type: {column.data_type}"
    if meta:
        yield f"      config: {{meta: {_flow(meta)}}}"


def _is_worth_reading(evidence: str) -> bool:
    says_itself = evidence.startswith(("all ", "whole numbers")) or re.fullmatch("only [^:]*", evidence)
    return not says_itself  # what the declaration says itself


def _without_values(evidence: str) -> str:
    """Evidence without the values that it quotes, which may be customers' data; the record's number stays."""
    return re.sub(r""",? ?:? ?(['"])(?:(?!\1).)*\1 in record""", " in record", evidence)


def _todo(question: Question) -> str:
    return f"TODO: {question.text} Write {' or '.join(map(_written, question.choices.values()))}."


def _written(keys: dict[str, object]) -> str:
    return _flow(keys)[1:-1]


def _flow(value: object) -> str:
    """A value as YAML on one line."""
    plain = _lists(value)
    text = yaml.safe_dump(plain, default_flow_style=True, allow_unicode=True, width=1 << 20, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...").strip()


def _lists(value: object) -> object:
    match value:
        case tuple() | list():
            return [_lists(item) for item in value]
        case dict():
            return {key: _lists(item) for key, item in value.items()}
    return value


def staging_sql(findings: Findings) -> str:
    """A staging model that takes every column as it is, grouped by kind."""
    from rapport.exports.profiling.kinds import is_id

    left, parts = list(findings.columns), []
    for title, belongs in _GROUPS:
        group = [column for column in left if belongs(column, is_id)]
        left = [column for column in left if column not in group]
        if group:
            parts.append("\n".join([f"        -- {title}", *(f"        {column.name}," for column in group)]))
    parts.append("        -- provenance\n        {{ provenance() }}")
    columns = "\n\n".join(parts)
    source = f"{{{{ source('{findings.system}', '{findings.table}') }}}}"
    return (
        f"with\n\nsource as (\n\n    select * from {source}\n\n),\n\n"
        f"renamed as (\n\n    select\n{columns}\n\n    from source\n\n)\n\nselect * from renamed\n"
    )


def staging_yaml(findings: Findings) -> str:
    """The staging model's YAML: its grain to be told, its key tested."""
    keys = [column.name for column in findings.columns if column.meta.get("key")]
    lines = ["models:", f"  - name: stg_{findings.system}__{findings.table}"]
    lines += ["    description: To be described; begin with the grain, e.g. One row per order and file.", "    columns:"]
    for column in findings.columns:
        lines += [f"      - name: {_flow(column.name)}", f"        description: {_flow(f'To be described; {column.facts}.')}"]
        if column.name in keys:
            lines += ["        data_tests: [not_null]"]
    return "\n".join(lines) + "\n"
