"""Real purchases: CDNOW's, which lie beside the project and are not part of it."""

import duckdb
import pytest

from tests.conftest import data_of


@pytest.fixture(scope="session")
def cdnow() -> duckdb.DuckDBPyConnection:
    """`order_days` (customer, day, value) of the 2,357 customers of CDNOW's sample: a day's orders are one."""
    connection = duckdb.connect()
    connection.execute(f"""
        create table order_days as
        select part[2] as customer, strptime(part[3], '%Y%m%d')::date as day, sum(part[5]::double) as value
        from (
            select regexp_split_to_array(trim(line), '\\s+') as part
            from read_csv('{data_of("cdnow") / "CDNOW_sample.txt"}', header = false, columns = {{line: varchar}}, delim = '|')
        )
        group by all
    """)
    return connection


@pytest.fixture(scope="session")
def superstore() -> duckdb.DuckDBPyConnection:
    """`lines` of the Superstore sample, as its Parquet file has them."""
    connection = duckdb.connect()
    connection.execute(f"create table lines as from '{data_of('superstore') / 'superstore.parquet'}'")
    return connection
