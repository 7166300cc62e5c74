"""Control totals: what a sender says that a file holds, compared with what it does hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rapport.errors import ExportRefused


@dataclass(frozen=True)
class Control:
    """Totals that the sender gave, to be met by the records of the file.

    Attributes:
        rows: number of records, skipped ones left out; None when not told.
        sums: column → sum of its values.
    """

    rows: int | None
    sums: dict[str, Decimal]


def check_control(engine: object, control: Control, rows: int, values: Sequence[str], where: str) -> None:
    """Compare control totals with a file's records.

    Args:
        engine: DuckDB connection.
        rows: records of the file without those that are declared as no data.
        values: queries that together give the typed values of these records, rejected ones included.
        where: the file, for the message.

    Raises:
        ExportRefused: a total is not met; both numbers are named.
    """
    faults = []
    if control.rows is not None and control.rows != rows:
        faults.append(f"{control.rows:,} records are told, {rows:,} are there")
    for column, told in control.sums.items():
        each = " union all ".join(f"select {column} as value from ({query})" for query in values)
        found = engine.execute(f"select coalesce(sum(value::decimal(38, 10)), 0) from ({each})").fetchone()[0]
        if found != told:
            faults.append(f"`{column}` should sum to {told:f}, and sums to {found.normalize():f}")
    if faults:
        raise ExportRefused(
            f"The file does not meet its sender's control totals: {'; '.join(faults)}.",
            where=where,
            fix="Ask for the export again; records are missing or changed. If the totals are wrong, ask for right ones.",
        )
