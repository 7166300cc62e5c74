"""The process that the bench measures: polars, reading texts, typing them without loss, and keeping what does not fit."""

import sys

from rapport.bench.load.files import COLUMNS


def main(source: str, target: str) -> None:
    """Read a CSV as texts, type its columns, and write the rows that fit and those that do not."""
    import polars

    def typed(name: str, kind: str):
        text = polars.col(name)
        match kind.split("(")[0]:
            case "INTEGER":
                return text.cast(polars.Int32, strict=False)
            case "DECIMAL":
                return text.cast(polars.Decimal(18, 4), strict=False)
            case "DATE":
                return text.str.to_date("%Y-%m-%d", strict=False)
            case "TIMESTAMP":
                return text.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
        return text

    texts = polars.scan_csv(source, infer_schema=False)
    values = texts.with_columns(**{f"_{name}": typed(name, kind) for name, kind in COLUMNS.items()}).collect()
    fits = polars.all_horizontal([polars.col(f"_{name}").is_not_null() for name in COLUMNS])
    good = values.filter(fits).select([polars.col(f"_{name}").alias(name) for name in COLUMNS])
    good.write_parquet(target)
    values.filter(~fits).select(list(COLUMNS)).write_parquet(f"{target}.rejects")


if __name__ == "__main__":
    main(*sys.argv[1:])
