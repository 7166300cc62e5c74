"""Two warehouses, table by table."""

from pathlib import Path

import duckdb


def differences(left: Path, right: Path) -> dict[str, int]:
    """Rows that only one of two warehouses has, by table; tables without any are left out.

    Floating point numbers are compared to six decimals: sums of them depend on the order of the rows.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{left}' as a (read_only); attach '{right}' as b (read_only)")
        tables = connection.execute(
            "select schema_name || '.' || table_name, "
            "string_agg(if(data_type = 'DOUBLE', 'round(\"' || column_name || '\", 6)', '\"' || column_name || '\"'), ', ') "
            "from duckdb_columns() where database_name = 'b' and schema_name in ('core', 'marts', 'staging') group by all"
        ).fetchall()
        assert len(tables) > 20
        found = {}
        for table, columns in tables:
            one, other = (f"select {columns} from {side}.{table}" for side in "ab")
            either = f"({one} except all {other}) union all ({other} except all {one})"
            (rows,) = connection.execute(f"select count(*) from ({either})").fetchone()
            if rows:
                found[table] = rows
        return found
