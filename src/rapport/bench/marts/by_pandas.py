"""The process that the bench measures: what pandas does of the shared set, from the files to revenue by customer and day."""

import sys
from pathlib import Path


def main(drops: Path, target: Path) -> None:
    """Read orders and lines, convert, sum by customer and day, and by product and day, and write both."""
    import pandas

    def read(table: str, **types: str):
        return pandas.concat(
            pandas.read_csv(file, usecols=list(types), dtype=types) for file in sorted(drops.glob(f"{table}_*.csv"))
        )

    orders = read("orders", order_id="str", customer_id="str", ordered_on="str", status="str")
    rates = read("fx_rates", from_currency="str", rate_on="str", rate="float64")
    lines = read("order_lines", order_id="str", product_id="str", net_amount="float64", currency="str")
    lines = lines.merge(orders[orders.status != "cancelled"], on="order_id")
    lines = lines.merge(rates, left_on=["currency", "ordered_on"], right_on=["from_currency", "rate_on"], how="left")
    lines["amount"] = (lines.net_amount * lines.rate.fillna(1)).round(4)
    for name, keys in (("customer_days", ["customer_id", "ordered_on"]), ("product_days", ["product_id", "ordered_on"])):
        lines.groupby(keys, as_index=False).amount.sum().to_csv(target / f"{name}.csv", index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
