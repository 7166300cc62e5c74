"""The process that the bench measures: pandas, part by part, typing texts and keeping what does not fit.

It has no decimals; money stays in doubles here.
"""

import sys

from rapport.bench.load.files import COLUMNS


def main(source: str, target: str) -> None:
    """Read a CSV as texts, type its columns, and write the rows that fit and those that do not as pickles."""
    import pandas

    for number, texts in enumerate(pandas.read_csv(source, dtype=str, keep_default_na=False, chunksize=500_000)):
        values = texts.copy()
        for name, kind in COLUMNS.items():
            if kind.startswith(("INTEGER", "DECIMAL")):
                values[name] = pandas.to_numeric(texts[name], errors="coerce")
            elif kind in ("DATE", "TIMESTAMP"):
                form = "%Y-%m-%d" if kind == "DATE" else "%Y-%m-%d %H:%M:%S"
                values[name] = pandas.to_datetime(texts[name], format=form, errors="coerce")
        fits = values.notna().all(axis=1)
        values[fits].to_pickle(f"{target}.{number}")
        texts[~fits].to_pickle(f"{target}.{number}.rejects")


if __name__ == "__main__":
    main(*sys.argv[1:])
