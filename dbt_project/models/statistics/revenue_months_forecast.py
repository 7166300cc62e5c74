"""What net revenue was forecast at the end of each month for the twelve after it."""


def model(dbt, session):
    from rapport.statistics.forecasts import back_test
    from rapport.statistics.tables import table_of_rows

    closed = dbt.ref("closed_periods").filter("grain = 'month'").order("period_start")
    booked = dbt.ref("revenue_movements").aggregate("cast(date_trunc('month', day) as date) as month, sum(amount) as amount")
    months, amounts = closed.project("period_start, period_end").fetchall(), dict(booked.fetchall())
    values = [float(amounts.get(start, 0)) for start, _ in months]
    made = [
        (months[one.origin][1], one.lead, one.value, one.low, one.high, one.naive, one.method)
        for one in back_test(values, leads=12)
    ]
    types = {"made_on": "date", "lead": "integer", "forecast": "double", "low": "double", "high": "double", "naive": "double"}
    return table_of_rows(session, made, types | {"method": "varchar"})
