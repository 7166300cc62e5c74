"""Builds made by hand, without dbt: what publishing needs, in milliseconds."""

import json
from datetime import UTC, datetime

import duckdb
from sqlalchemy import insert

from rapport.state.tables import builds, verdicts

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)


def finished_build(settings, state, amounts, *, as_of=AS_OF, gates=(True, True), status="finished", backwards=False) -> int:
    """A warehouse as a build leaves it, with one published mart of these amounts and one core table that is not published.

    Args:
        amounts: the amounts of the mart's rows, in this order.
        backwards: write the same rows in the opposite order.
        gates: what the raw and the marts gate said; None for "was not asked".
    """
    with state.write("test.build") as connection:
        number = connection.execute(
            insert(builds).values(
                status=status,
                as_of=as_of,
                from_sequence=0,
                to_sequence=1,
                lake_hash="lake",
                fingerprint="f",
                full_refresh=False,
                counts={},
                started_at=as_of,
                finished_at=as_of,
            )
        ).inserted_primary_key[0]
        for gate, about, is_open in (
            ("raw", {"lake_hash": "lake"}, gates[0]),
            ("marts", {"build_number": number}, gates[1]),
        ):
            if is_open is not None:
                row = {"gate": gate, "is_open": is_open, "suites": "s", "skipped": [], "checked_at": as_of, **about}
                connection.execute(insert(verdicts).values(row))
    settings.home.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.warehouse_file)) as connection:
        for schema in ("marts", "core", "rapport"):
            connection.execute(f"create schema if not exists {schema}")
        connection.execute(
            "create or replace table marts.sales_lines as "
            "select 'L' || i as order_line_id, a::decimal(18, 4) as amount, date '2026-10-01' + i::int as ordered_on, "
            "'f' as _file_id, i as _row, now() as _loaded_at "
            "from (select unnest(range(len($amounts))) as i, unnest($amounts) as a) order by if($backwards, -i, i)",
            {"amounts": [str(amount) for amount in amounts], "backwards": backwards},
        )
        connection.execute("create or replace table core.orders as select 1 as order_id")
        connection.execute(
            "create or replace table rapport.lake_files as select 'shop' as system, 'f' as file_id, 1 as sequence, "
            "now() as loaded_at"
        )
        connection.execute(
            "create or replace table rapport.this_build as select ? as number, ?::timestamptz as as_of, ?::date as as_of_on, "
            "0 as from_sequence, 1 as to_sequence",
            [number, as_of, as_of.date()],
        )
    target = settings.home / "dbt" / "target"
    target.mkdir(parents=True, exist_ok=True)
    (target / "manifest.json").write_text(
        json.dumps({"nodes": {"a": _node("marts", "sales_lines"), "b": _node("core", "orders")}})
    )
    (target / "semantic_manifest.json").write_text("{}")
    return number


def _node(schema: str, name: str) -> dict:
    meta = {"published": schema == "marts"}
    return {"resource_type": "model", "schema": schema, "alias": name, "config": {"meta": meta}}


def readable_amounts(settings) -> list[str]:
    """What a reader of the current snapshot sees, in the order of the first column, which is the key."""
    from rapport.warehouse.connections import open_published

    with open_published(settings) as connection:
        rows = connection.execute("select amount::varchar from (from warehouse.marts.sales_lines order by 1)").fetchall()
    return [amount for (amount,) in rows]
