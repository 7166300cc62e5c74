"""The process that the bench measures: what polars does of the shared set, the same as pandas beside it."""

import sys
from pathlib import Path


def main(drops: Path, target: Path) -> None:
    """Read orders and lines, convert, sum by customer and day, and by product and day, and write both."""
    import polars

    def read(table: str, **types: str):
        return polars.scan_csv(drops / f"{table}_*.csv", schema_overrides=types).select(list(types))

    text, number = polars.String, polars.Float64
    orders = read("orders", order_id=text, customer_id=text, ordered_on=text, status=text)
    rates = read("fx_rates", from_currency=text, rate_on=text, rate=number)
    lines = read("order_lines", order_id=text, product_id=text, net_amount=number, currency=text)
    lines = lines.join(orders.filter(polars.col("status") != "cancelled"), on="order_id")
    lines = lines.join(rates, left_on=["currency", "ordered_on"], right_on=["from_currency", "rate_on"], how="left")
    amount = (polars.col("net_amount") * polars.col("rate").fill_null(1)).round(4).alias("amount")
    lines = lines.with_columns(amount)
    sums = [lines.group_by(key, "ordered_on").agg(polars.col("amount").sum()) for key in ("customer_id", "product_id")]
    for name, days in zip(("customer_days", "product_days"), polars.collect_all(sums), strict=True):
        days.write_csv(target / f"{name}.csv")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
