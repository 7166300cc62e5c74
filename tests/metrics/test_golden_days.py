"""Twenty golden days: what the calendar says of each, looked up by hand (ISO 8601, Olson's time zones, published holidays)."""

import re
from datetime import date
from itertools import pairwise

import pytest

from rapport.metrics.calendars import FiscalCalendar
from rapport.metrics.periods import parse_period, period_of
from tests.conftest import PROJECT

RETAIL = FiscalCalendar(2, "4-5-4", 6)  # the National Retail Federation's: its year 2023 is FY2024 here, named after its end
WEEKS = FiscalCalendar(1, "4-4-5", 0)  # weeks from Monday, the year from the Monday nearest to 1 January
APRIL = FiscalCalendar(4)


@pytest.mark.parametrize(
    ("day", "week", "calendar", "fiscal_month", "year_before"),
    [
        (date(2026, 12, 28), "2026-W53", WEEKS, "FY2026-P12", "2025-12-28"),  # 1: Monday of week 53 of 2026
        (date(2027, 1, 3), "2026-W53", WEEKS, "FY2026-P12", "2026-01-03"),  # 2: its Sunday, in the next calendar year
        (date(2027, 1, 4), "2027-W01", WEEKS, "FY2027-P01", "2026-01-04"),  # 3: the day after
        (date(2025, 12, 29), "2026-W01", WEEKS, "FY2026-P01", "2024-12-29"),  # 4: week 1 starts in the year before
        (date(2021, 1, 1), "2020-W53", WEEKS, "FY2020-P12", "2020-01-01"),  # 5: New Year's Day in week 53 of the year before
        (date(2024, 2, 29), "2024-W09", APRIL, "FY2024-P11", "2023-02-28"),  # 6: leap day
        (date(2024, 3, 31), "2024-W13", APRIL, "FY2024-P12", "2023-03-31"),  # 7: last day of a fiscal year, clocks go forward
        (date(2024, 4, 1), "2024-W14", APRIL, "FY2025-P01", "2023-04-01"),  # 8: the first of the next
        (date(2024, 2, 3), "2024-W05", RETAIL, "FY2024-P12", "2023-02-03"),  # 9: Saturday of the 53rd week of retail 2023
        (date(2024, 2, 4), "2024-W05", RETAIL, "FY2025-P01", "2023-02-04"),  # 10: the Sunday on which the next year starts
    ],
)
def test_a_day_lies_in_its_week_and_its_fiscal_month(day, week, calendar, fiscal_month, year_before):
    assert period_of("week", day).text == week
    assert period_of("fiscal_month", day, calendar).text == fiscal_month
    assert parse_period(fiscal_month, calendar=calendar).start <= day < parse_period(fiscal_month, calendar=calendar).end
    assert period_of("day", day).previous_year().text == year_before


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        ("2026-03-29 00:59:59+00", "Europe/Berlin", "2026-03-29"),  # 11: a second before clocks go forward at 02:00
        ("2026-03-28 23:00:00+00", "Europe/Berlin", "2026-03-29"),  # midnight, in winter time
        ("2026-03-29 22:00:00+00", "Europe/Berlin", "2026-03-30"),  # midnight, in summer time, 23 hours later
        ("2026-10-24 22:00:00+00", "Europe/Berlin", "2026-10-25"),  # 12: the day of 25 hours begins
        ("2026-10-25 22:59:59+00", "Europe/Berlin", "2026-10-25"),  # and ends
        ("2026-10-25 23:00:00+00", "Europe/Berlin", "2026-10-26"),
        ("2026-01-31 23:30:00+00", "Europe/Berlin", "2026-02-01"),  # 13: a month's end that is none there
        ("2026-12-31 16:00:00+00", "Asia/Shanghai", "2027-01-01"),  # 14: a year's end, eight hours earlier
        ("2024-02-29 15:59:59+00", "Asia/Shanghai", "2024-02-29"),  # 15: the last second of a leap day
        ("2026-03-08 07:30:00+00", "America/New_York", "2026-03-08"),  # 16: another continent's clocks change on another day
        ("2026-11-01 04:30:00+00", "America/New_York", "2026-11-01"),
    ],
)
def test_an_instant_lies_on_the_day_of_the_companys_time_zone(instant, zone, day):
    import duckdb
    from jinja2 import Template

    date_of, time_of = (
        (PROJECT / f"dbt_project/macros/{name}.sql").read_text("utf-8") for name in ("local_date", "local_time")
    )
    of_this_engine = time_of[time_of.index("{% macro default__local_time") :].partition("{%- endmacro %}")
    macros = "".join(of_this_engine[:2]).replace("default__local_time", "local_time") + date_of
    sql = Template(macros + "{{ local_date('instant') }}").render(var=lambda _name: zone)
    with duckdb.connect() as connection:
        (found,) = connection.execute(f"select {sql} from (select cast(? as timestamptz) as instant)", [instant]).fetchone()

    assert found.isoformat() == day


@pytest.mark.parametrize(
    ("day", "in_china", "in_germany"),
    [
        ("2026-02-17", False, True),  # 17: a Tuesday, the first day of the year of the horse
        ("2026-02-28", True, False),  # 18: a Saturday that is worked in China in place of a day of that holiday
        ("2026-03-01", False, False),  # 19: a Sunday like others
        ("2026-03-02", True, True),  # the Monday after
        ("2026-04-03", True, False),  # Good Friday
        ("2026-10-07", False, True),  # a Wednesday, the last day of China's national holiday
    ],
)
def test_a_day_is_worked_as_its_country_has_it(calendar, day, in_china, in_germany):
    assert (calendar["CN"][day], calendar["DE"][day], calendar["own"][day]) == (in_china, in_germany, in_germany)


@pytest.fixture(scope="module")
def calendar() -> dict[str, dict[str, bool]]:
    """Country, or the company's own calendar → day → whether it is a business day, by the models, from what was announced."""
    import duckdb

    off = [f"2026-02-{day}" for day in range(15, 24)] + [f"2026-10-0{day}" for day in range(1, 8)]
    announced = [("CN", day, False) for day in off] + [("CN", "2026-02-14", True), ("CN", "2026-02-28", True)]
    announced += [("DE", "2026-04-03", False), ("DE", "2026-10-03", False)]
    with duckdb.connect() as connection:
        connection.execute("create table calendar (country varchar, day date, is_business_day boolean, name varchar)")
        connection.executemany("insert into calendar values (?, ?, ?, null)", announced)
        connection.execute("create table this_build as select date '2026-11-20' as as_of_on")
        seed = PROJECT / "dbt_project/seeds/office_hours.csv"
        connection.execute(f"create table office_hours as from read_csv('{seed}')")
        for model in ("calendar_days", "country_days"):
            connection.execute(f"create table {model} as {_sql_of(model)}")
        rows = connection.execute("""
            select country, day::varchar, is_business_day from country_days
            union all
            select 'own', day::varchar, is_business_day from calendar_days
        """).fetchall()
    found: dict[str, dict[str, bool]] = {}
    for country, day, is_business_day in rows:
        found.setdefault(country, {})[day] = is_business_day
    return found


def _sql_of(model: str) -> str:
    """A calendar's model with the project's macros, as dbt renders it for DuckDB."""
    from jinja2 import Environment

    class Dbt:
        @staticmethod
        def dateadd(part: str, number: int, day: str) -> str:
            return f"({day} + interval ({number}) {part})"

        @staticmethod
        def datediff(first: str, second: str, part: str) -> str:
            return f"date_diff('{part}', {first}, {second})"

    folder = PROJECT / "dbt_project/macros"
    macros = "".join((folder / f"{name}.sql").read_text("utf-8") for name in ("day_after", "is_weekday"))
    for name in ("every_day", "local_time"):
        macros += (folder / f"{name}.sql").read_text("utf-8").replace(" default__", " of_duckdb__")
    macros = re.sub(r"{{ return\(adapter.dispatch\('(\w+)', 'rapport'\)\((.*?)\)\) }}", r"{{ of_duckdb__\1(\2) }}", macros)
    values = {"history_starts_on": "2025-01-01", "country": "DE", "timezone": "Europe/Berlin"}
    sql = (PROJECT / f"dbt_project/models/marts/shared/{model}.sql").read_text("utf-8")
    return (
        Environment()
        .from_string(macros + sql)
        .render(dbt=Dbt, var=values.__getitem__, ref=lambda name: name, source=lambda _schema, name: name)
    )


def test_month_ends_stay_month_ends():
    """20: 28 February 2025, the year after a leap year."""
    to_date = parse_period("2025-02").to_date("year")

    assert (to_date.last_day, to_date.previous_year().last_day) == (date(2025, 2, 28), date(2024, 2, 29))
    assert parse_period("2025-02-28").previous_year().text == "2024-02-28"


def test_a_fiscal_calendar_of_weeks_has_no_gap_in_thirty_years():
    for pattern in ("4-4-5", "4-5-4", "5-4-4"):
        for starts, week_starts in ((1, 0), (2, 6), (10, 5)):
            calendar = FiscalCalendar(starts, pattern, week_starts)
            lengths = []
            for year in range(2010, 2040):
                months = calendar.starts_of(year, 1)
                assert all(start.weekday() == week_starts for start in months)
                assert months[-1] == calendar.first_day(year + 1)
                assert abs((months[0] - date(year - (starts > 1), starts, 1)).days) <= 3
                weeks = [(after - start).days // 7 for start, after in pairwise(months)]
                assert weeks[:11] == [int(number) for number in pattern.split("-") * 4][:11]
                lengths.append(sum(weeks))
            assert set(lengths) == {52, 53}
            assert 4 <= lengths.count(53) <= 6
