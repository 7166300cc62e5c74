"""The process that the bench measures: DuckDB's own typed reader, to Parquet, with its default settings and its own rejects."""

import sys

from rapport.bench.load.files import COLUMNS


def main(source: str, target: str, memory_limit: str) -> None:
    """Read a CSV with declared types and write the rows that fit."""
    import duckdb

    types = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
    with duckdb.connect(config={"threads": 2, "memory_limit": memory_limit}) as connection:
        connection.execute(
            f"copy (select * from read_csv('{source}', header = true, delim = ',', quote = '\"', escape = '\"',"
            f" auto_detect = false, columns = {{{types}}}, store_rejects = true)) to '{target}' (format parquet)"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
