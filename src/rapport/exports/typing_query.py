"""The query that types records: in layers, so that each step is computed once and only where the one before was not enough."""

from functools import cached_property

from rapport.exports.casts import Cast, Names, cast_of, is_one_of
from rapport.exports.export import Export
from rapport.exports.readers import SKIPPED
from rapport.exports.sql import literal


class TypingQuery:
    """SQL that types the records of one export."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self._names = [Names.numbered(position) for position in range(len(export.columns))]

    @cached_property
    def _casts(self) -> list[Cast]:
        deleted = "_is_deleted" if self._export.deleted_when else "false"
        return [
            cast_of(self._export, column, names, deleted)
            for column, names in zip(self._export.columns, self._names, strict=True)
        ]

    @property
    def texts(self) -> list[str]:
        """Names of the raw texts, one a column."""
        return [names.raw for names in self._names]

    def over(self, records: str) -> str:
        """SQL of every record of a relation (_file, _row, _fault, t0, …) with _is_skipped, _is_good and v0, … (typed)."""
        raw_names = {column.name: names.raw for column, names in zip(self._export.columns, self._names, strict=True)}
        skipped = is_one_of(self._export, self._export.skip, raw_names)
        if skipped != "false" or self._export.skip_lines or self._export.repeats_header:
            skipped = f"coalesce(_fault = {literal(SKIPPED)}, false) or {skipped}"
        flags = f"{skipped} as _is_skipped"
        if self._export.deleted_when:
            flags += f", {is_one_of(self._export, self._export.deleted_when, raw_names)} as _is_deleted"
        query = f"(select *, {flags} from {records})"
        for step in ("quick", "is_plain", "trimmed", "text", "value"):
            made = [
                f"{expression} as {getattr(names, step)}"
                for names, cast in zip(self._names, self._casts, strict=True)
                if (expression := getattr(cast, step)) is not None
            ]
            query = f"(select *, {', '.join(made)} from {query})" if made else query
        fits = ["_fault is null", "not _is_skipped", *(cast.fits for cast in self._casts if cast.fits)]
        return f"(select *, {' and '.join(fits)} as _is_good from {query})"

    @property
    def reasons(self) -> str:
        """SQL: of a record that is not good, one reason per column that does not fit, or its structural fault."""
        each = ", ".join(
            f"case when {cast.fault} is not null"
            f" then {{'column': {literal(column.name)}, 'rule': {cast.fault}, 'value': {names.raw}}} end"
            for names, column, cast in zip(self._names, self._export.columns, self._casts, strict=True)
        )
        whole = "{'column': null::varchar, 'rule': _fault, 'value': null::varchar}"
        return f"case when _fault is not null then [{whole}] else list_filter([{each}], lambda reason: reason is not null) end"

    @property
    def filled(self) -> str:
        """SQL: a list of whether each column has a text, null words aside."""
        each = (f"({names.value} is not null or {names.text} is not null)" for names in self._names)
        return f"[{', '.join(each)}]"

    @property
    def values(self) -> str:
        """SQL: the typed values under their columns' names."""
        return ", ".join(
            f"{names.value}::{column.data_type} as {column.name}"
            for names, column in zip(self._names, self._export.columns, strict=True)
        )

    @property
    def marks(self) -> str:
        """SQL: what the lake keeps of a record beside its values, and a comma; only the loader sees the texts that tell."""
        return "_is_deleted, " if self._export.deleted_when else ""

    def value_of(self, column: str) -> str:
        """Name of a column's typed value."""
        return next(n.value for n, c in zip(self._names, self._export.columns, strict=True) if c.name == column)
