"""What must hold between marts whatever the data: asked of published snapshots and of the warehouse that they come from.

Each identity is a query that finds what breaks it, and a mart in which there is something to look at.
"""

import json
from dataclasses import dataclass

import duckdb

from tests.whole_way.conftest import Home


@dataclass(frozen=True)
class Identity:
    """Something that always holds.

    Attributes:
        about: the mart that must not be empty, or there was nothing to see.
        broken: a query for what breaks it, over `marts` and `core` of the warehouse.
    """

    about: str
    broken: str


SALES = {
    "every line of core is counted or left out with a reason, by number and amount": Identity(
        "marts.sales_lines",
        """
        select * from
            (select count(*) as n, coalesce(sum(net_amount), 0) as amount from core.order_lines) as core,
            (
                select count(*) as n, coalesce(sum(original_amount), 0) as amount from staging.order_lines_considered
            ) as considered
        where (core.n, core.amount) != (considered.n, considered.amount)
        """,
    ),
    "sales lines, returns and credits are the lines that are not left out": Identity(
        "marts.sales_lines",
        """
        select * from (
            select (select coalesce(sum(amount), 0) from marts.sales_lines) as mart,
                (select coalesce(sum(amount), 0) from staging.order_lines_considered where left_out_because is null) as taken
            union all
            select (select coalesce(sum(amount), 0) from marts.sales_returns),
                (select coalesce(sum(amount), 0) from staging.returns_considered where left_out_because is null)
            union all
            select (select coalesce(sum(amount), 0) from marts.sales_credits),
                (select coalesce(sum(amount), 0) from staging.credits_considered where left_out_because is null)
        ) as sums where mart != taken
        """,
    ),
    "the days of customers hold what linked lines less returns and credits hold": Identity(
        "marts.customer_revenue_days",
        """
        select * from (
            select (select coalesce(sum(amount), 0) from marts.customer_revenue_days) as days,
                (select coalesce(sum(amount), 0) from marts.sales_lines where customer_id is not null)
                - (select coalesce(sum(amount), 0) from marts.sales_returns where customer_id is not null)
                - (select coalesce(sum(amount), 0) from marts.sales_credits where customer_id is not null) as facts
        ) as sums where days != facts
        """,
    ),
    "from file to mart nothing is lost without a reason": Identity(
        "marts.control_totals",
        "select * from marts.control_totals where reason = 'unexplained' and (records != 0 or amount != 0)",
    ),
    "every accepted record of a file is in the lake": Identity(
        "rapport.lake_files",
        "select * from rapport.lake_files where rows_in_file != rows_good + rows_rejected + rows_skipped",
    ),
}
CUSTOMERS = {
    "the bridge closes to the last digit, for every customer": Identity(
        "marts.revenue_bridge",
        """
        select * from marts.revenue_bridge
        where base_amount + new_amount + reactivated_amount + expansion_amount + contraction_amount + lost_amount + other_amount
            != current_amount
        """,
    ),
    "the bridge ends in the company's net revenue of twelve months": Identity(
        "marts.revenue_bridge",
        """
        with periods as (select period_end, sum(current_amount) as amount from marts.revenue_bridge group by period_end)
        select periods.period_end, periods.amount, sum(moves.amount)
        from periods
        left join staging.revenue_movements as moves
            on moves.day < periods.period_end and moves.day >= periods.period_end - interval 12 month
        group by all having coalesce(sum(moves.amount), 0) != periods.amount
        """,
    ),
    "what leads from one year's revenue to the next adds up, by volume, mix, price and currency": Identity(
        "marts.revenue_effects",
        """
        select grain, period_end from marts.revenue_effects group by all
        having sum(base_amount + volume_effect + mix_effect + price_effect + currency_effect + deductions_effect)
            != sum(current_amount)
        """,
    ),
    "what is retained with growth is never less than without, and neither more than there is": Identity(
        "marts.revenue_retention",
        """
        select * from marts.revenue_retention
        where retained_amount < retained_without_growth_amount or retained_without_growth_amount > base_amount
            or retained_without_growth_amount < 0 or base_amount <= 0
        """,
    ),
    "shares of revenue add up to one": Identity(
        "marts.revenue_ranks",
        "select grain, period_end, sum(share) from marts.revenue_ranks group by all having abs(sum(share) - 1) > 1e-9",
    ),
    "segments, classes, tiers and stages part the customers, and their revenue is the total": Identity(
        "marts.customer_segments",
        """
        with windows as (
            select segments.grain, segments.period_end, segments.customer_id, segments.revenue_365,
                coalesce(sum(days.amount), 0) as amount
            from marts.customer_segments as segments
            left join marts.customer_revenue_days as days
                on segments.customer_id = days.customer_id and days.day < segments.period_end
                    and days.day >= segments.period_end - interval 365 day
            group by all
        )
        select * from windows where revenue_365 != amount
        union all
        select grain, period_end, customer_id, count(*), null from marts.customer_segments group by all having count(*) > 1
        union all
        select grain, period_end, customer_id, null, null from marts.customer_segments
        where segment is null or lifecycle_stage is null
        """,
    ),
    "segments hold the revenue of a year of all customers that anything is booked for, and of no others": Identity(
        "marts.customer_segments",
        """
        with told as (
            select period_end, sum(revenue_365) as amount from marts.customer_segments where grain = 'month' group by period_end
        )
        select told.*, coalesce(sum(moves.amount), 0) as booked from told
        left join staging.revenue_movements as moves
            on moves.customer_id is not null and moves.day < told.period_end and moves.day >= told.period_end - interval 365 day
        group by all having booked != told.amount
        """,
    ),
    "each month's cohort are its new customers, and every closed month with new customers has one": Identity(
        "marts.customer_cohorts",
        """
        with newcomers as (
            select date_trunc('month', ordered_on)::date as month, count(*) as n from marts.order_days
            where is_new and ordered_on < (select date_trunc('month', as_of_on) from rapport.this_build)
            group by 1
        ),
        cohorts as (
            select cohort_month::date as month, sum(customers) as n from marts.customer_cohorts
            where months_since_first = 0 group by 1
        )
        select * from newcomers full join cohorts using (month) where newcomers.n is distinct from cohorts.n
        """,
    ),
}
SERVICE = {
    "opened less solved is the change of the backlog": Identity(
        "marts.backlog_tickets",
        """
        with backlog as (
            select periods.grain, periods.period_start, periods.period_end, count(backlog.ticket_id) as n
            from marts.closed_periods as periods
            left join marts.backlog_tickets as backlog using (grain, period_end)
            where periods.grain = 'month' group by all
        ),
        changes as (select *, n - lag(n) over (order by period_end) as change from backlog)
        select changes.*, opened.n as opened, solved.n as solved
        from changes
        cross join lateral (
            select count(*) as n from marts.service_tickets
            where opened_on >= changes.period_start and opened_on < changes.period_end
        ) as opened
        cross join lateral (
            select count(*) as n from marts.service_tickets
            where solved_on >= changes.period_start and solved_on < changes.period_end
        ) as solved
        where change is not null and change != opened.n - solved.n
        """,
    ),
}
LOYALTY = {
    "points outstanding are the sum of the ledger, by member and by month of issue": Identity(
        "marts.member_points",
        """
        with ends as (
            select period_end, sum(outstanding_points) as points from marts.member_points
            where grain = 'month' group by period_end
        )
        select ends.*, ledger.points, cohorts.points
        from ends
        cross join lateral (
            select coalesce(sum(points), 0) as points from marts.points_entries where entry_on < ends.period_end
        ) as ledger
        cross join lateral (
            select coalesce(sum(outstanding_points), 0) as points from marts.points_cohorts
            where grain = 'month' and points_cohorts.period_end = ends.period_end
        ) as cohorts
        where ends.points != ledger.points or ends.points != cohorts.points
        """,
    ),
    "points outstanding are the balances that the programme states, but for the differences that are told": Identity(
        "marts.member_points",
        """
        select period_end, sum(outstanding_points), sum(stated_points), sum(stated_difference) from marts.member_points
        where grain = 'month' group by period_end
        having sum(stated_points) != sum(outstanding_points) + sum(stated_difference)
        """,
    ),
    "what became of the points of a month is what was given": Identity(
        "marts.points_cohorts",
        """
        select * from marts.points_cohorts
        where issued_points != redeemed_points + expired_points + deducted_points + outstanding_points
        """,
    ),
}
EVERY = {**SALES, **CUSTOMERS, **SERVICE, **LOYALTY}


def broken(home: Home, identity: Identity) -> list[tuple]:
    """The first rows that break an identity.

    Raises:
        AssertionError: there is nothing to see in this home.
    """
    with duckdb.connect(str(home.path / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        there = connection.execute(f"select 1 from {identity.about} limit 1").fetchall()
        assert there, f"{identity.about} is empty, so nothing was shown"
        return connection.execute(identity.broken).fetchmany(5)


def lost_rows(home: Home) -> tuple[int, dict[str, list[tuple]]]:
    """How many core tables are fed, and of each that is not what its systems bring: what is wrong, and keys.

    A key that comes in any row without a fault is in core once, as its newest row has it, and core has no other; so what is
    called replaced by a newer record has been.
    """
    manifest = (home.path / "published/current").resolve().with_suffix("") / "manifest.json"
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    keys = {node["name"]: ", ".join(node["config"]["meta"]["key"]) for node in nodes if node["schema"] == "core"}
    broken, fed = {}, 0
    with duckdb.connect(str(home.path / "warehouse.duckdb"), read_only=True) as connection:
        views = [
            name
            for (name,) in connection.execute("select view_name from duckdb_views() where schema_name = 'staging'").fetchall()
        ]
        for table, key in keys.items():
            feeding = [name for name in views if name.startswith("core_") and name.endswith(f"__{table}")]
            if not feeding:
                continue
            fed += 1
            newest = f"{key}, max((_exported_at, _load, _row)) as newest"
            rows = connection.execute(f"""
                with accepted as (
                    select * from ({" union all by name ".join(f"from staging.{name}" for name in feeding)}) as fed
                    where (_file_id, _row) not in (
                        select (_file_id, _row) from marts.refused_rows where core_table = '{table}' and rule = 'no value'
                    )
                )
                (select 'lost' as what, * from (select {newest} from accepted group by {key} except all
                    select {key}, (_exported_at, _load, _row) from core.{table}))
                union all
                (select 'not fed' as what, * from (select {key}, (_exported_at, _load, _row) from core.{table} except all
                    select {newest} from accepted group by {key}))
                limit 5
            """).fetchall()
            if rows:
                broken[table] = rows
    return fed, broken
