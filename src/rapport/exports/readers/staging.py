"""Staging: records that Python has taken apart, handed to DuckDB through a scratch file that cannot be misread."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rapport.exports.sql import glob_safe, literal


def write_rows(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write rows to a file in which every value is quoted and a missing one is not."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        for row in rows:
            line = '","'.join([value if type(value) is str else str(value) for value in row])
            if None in row or line.count('"') > 2 * (len(row) - 1):  # else nothing is missing, and no value has a quote
                quoted = ("" if value is None else '"' + str(value).replace('"', '""') + '"' for value in row)
                file.write(",".join(quoted) + "\n")
            else:
                file.write(f'"{line}"\n')


def read_rows(path: Path, columns: dict[str, str]) -> str:
    """SQL that reads what `write_rows` has written; `columns` are name → type."""
    spec = ", ".join(f"{literal(name)}: {literal(data_type)}" for name, data_type in columns.items())
    options = (
        f"auto_detect = false, header = false, columns = {{{spec}}}, delim = ',', quote = '\"', escape = '\"', nullstr = '',"
        " allow_quoted_nulls = false, new_line = '\\n', max_line_size = 16000000, parallel = false"
    )
    return f"read_csv({literal(glob_safe(path))}, {options})"
