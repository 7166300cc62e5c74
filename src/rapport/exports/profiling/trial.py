"""Trials: whether a column's values fit a type, asked of the loader's own casts over all of its different values."""

from dataclasses import dataclass

from rapport.exports.column import Column
from rapport.exports.export import Export
from rapport.exports.typing_query import TypingQuery


@dataclass(frozen=True)
class Outcome:
    """How many values a type takes.

    Attributes:
        values: that are there, null words aside; `fitting` of them have the type.
        misfit: a value that has not, and the record where it first stands; None when all fit.
    """

    values: int
    fitting: int
    misfit: tuple[str, int] | None

    @property
    def fits(self) -> bool:
        """Whether the column can have the type."""
        return self.values > 0 and self.fitting == self.values


class Trial:
    """One column of the samples.

    Args:
        engine: DuckDB connection with the table `samples`.
        text: the column's name there.
    """

    def __init__(self, engine: object, text: str) -> None:
        self.engine = engine
        self.table = f"values_{text}"
        # Blanks around a value are none of it, as for the loader.
        engine.execute(
            f"create or replace temp table {self.table} as"
            f" select trim({text}, ' \t\r\n\u00a0\u3000') as value, count(*) as times, min(_row) as first_row"
            f" from samples where _fault is null and {text} is not null group by 1 having value <> ''"
        )
        self.values, self.different = engine.execute(
            f"select coalesce(sum(times), 0)::bigint, count(*) from {self.table}"
        ).fetchone()

    def ask(self, condition: str, parameters: list | None = None) -> tuple[int, str | None, int | None]:
        """How many values meet a SQL condition on `value`, and the first of them with its record number."""
        return self.engine.execute(
            "select coalesce(sum(times), 0)::bigint, arg_min(value, first_row), min(first_row)"
            f" from {self.table} where {condition}",
            parameters or [],
        ).fetchone()

    def words(self, words: tuple[str, ...]) -> dict[str, int]:
        """Which of these words are among the values, and how often, in the order given."""
        found = dict(self.engine.execute(f"select value, times from {self.table} where value in ?", [list(words)]).fetchall())
        return {word: int(found[word]) for word in words if word in found}

    def outcome(self, data_type: str, nulls: tuple[str, ...] = ("",), **keys: object) -> Outcome:
        """How the loader would type the values.

        Args:
            keys: of the column's declaration; `decimal_mark` is tried as the export's.
        """
        of_export = {"decimal_mark": keys.pop("decimal_mark")} if "decimal_mark" in keys else {}
        column = Column(name="tried", data_type=data_type, **keys)
        export = Export(
            system="s", table="t", files=("*",), load="append", zone="UTC", nulls=nulls, columns=(column,), **of_export
        )
        query = TypingQuery(export)
        records = f"(select 0 as _file, null::varchar as _fault, value as t0, times, first_row from {self.table})"
        values, fitting, misfit, row = self.engine.execute(
            "select coalesce(sum(times) filter (is_there), 0)::bigint, coalesce(sum(times) filter (v0 is not null), 0)::bigint,"
            " arg_min(t0, first_row) filter (is_there and v0 is null), min(first_row) filter (is_there and v0 is null)"
            f" from (select *, {query.filled}[1] as is_there from {query.over(records)})"
        ).fetchone()
        return Outcome(values, fitting, None if misfit is None else (misfit, row))
