"""Numbers: whole or with decimals, and which mark is which; where both readings fit, a person is asked."""

from dataclasses import dataclass, field
from itertools import product

from rapport.exports.profiling.findings import Question
from rapport.exports.profiling.trial import Trial

_THOUSANDS = (None, ",", ".", "'", "\u2019", " ", "\u00a0", "\u202f")
_CURRENCIES = ("€", "$", "£", "¥", "￥", "US$", "R$", "EUR", "USD", "CHF", "RMB", "元", "%")


@dataclass
class Number:
    """What a column of numbers is.

    Attributes:
        keys: of the column's declaration, its decimal mark among them.
        question: which of two readings is meant; the type fits either.
    """

    data_type: str
    keys: dict[str, object]
    evidence: list[str] = field(default_factory=list)
    question: Question | None = None


def number_of(trial: Trial, name: str, nulls: tuple[str, ...]) -> Number | None:
    """Tell what numbers a column holds; None when it holds other texts, too."""
    if trial.ask("not regexp_matches(value, '\\d')" + _and_not(nulls), list(nulls))[0]:
        return None
    has_others = trial.ask("not regexp_full_match(value, '[+-]?\\d+')" + _and_not(nulls), list(nulls))[0]
    for data_type in ("integer", "bigint"):
        if not has_others and trial.outcome(data_type, nulls).fits:
            return Number(data_type, {}, ["whole numbers"])
    each = ", ".join("coalesce(bool_or(contains(value, ?)), false)" for _ in _CURRENCIES)
    found = trial.engine.execute(f"select {each} from {trial.table}", list(_CURRENCIES)).fetchone()
    removed = tuple(sign for sign, is_there in zip(_CURRENCIES, found, strict=True) if is_there)
    readings = [
        (mark, thousands)
        for mark, thousands in product((".", ","), _THOUSANDS)
        if mark != thousands and _reads(trial, mark, thousands, removed, nulls)
    ]
    if not readings:
        return _fraction(trial, nulls)
    told = [_typed(trial, mark, thousands, removed, nulls) for mark, thousands in readings]
    fitting = [number for number in told if number]
    if not fitting:
        return None
    number = fitting[0]
    if len({mark for mark, _ in readings}) > 1:
        example = trial.ask("regexp_matches(value, '[.,]')")
        number.question = Question(
            name,
            "decimal_mark",
            f"Is {example[1]} (record {example[2]:,}) a number with decimals, or are its last three digits thousands?"
            " The samples fit both.",
            {
                f"decimal mark {mark}": {"decimal_mark": mark} | ({"thousands_mark": thousands} if thousands else {})
                for mark, thousands in readings
            },
        )
    return number


def _and_not(nulls: tuple[str, ...]) -> str:
    return f" and value not in ({', '.join('?' for _ in nulls)})"


def _reads(trial: Trial, mark: str, thousands: str | None, removed: tuple[str, ...], nulls: tuple[str, ...]) -> bool:
    """Whether all values are numbers in this reading, and its marks occur: 1.5 says nothing of a thousands mark."""
    if thousands and not trial.ask("contains(value, ?)" + _and_not(nulls), [thousands, *nulls])[0]:
        return False
    groups = rf"|\d{{1,3}}(\Q{thousands}\E\d{{3}})+" if thousands else ""
    signs = "|".join(rf"\Q{sign}\E" for sign in removed)
    around = rf"(\s*({signs})\s*)?" if removed else ""
    pattern = rf"{around}[+-]?{around}((\d+{groups})(\Q{mark}\E\d*)?|\Q{mark}\E\d+){around}"
    other = trial.ask("not regexp_full_match(value, ?)" + _and_not(nulls), [pattern, *nulls])[0]
    if other:
        return False
    if thousands:
        return True
    return trial.ask("contains(value, ?)" + _and_not(nulls), [mark, *nulls])[0] > 0 or (mark == "." and bool(removed))


def _typed(trial: Trial, mark: str, thousands: str | None, removed: tuple[str, ...], nulls: tuple[str, ...]) -> Number | None:
    scale, digits = trial.engine.execute(
        f"select max(length(regexp_extract(value, ?, 1))), max(length(regexp_replace(split_part(value, ?, 1), '\\D', '', 'g')))"
        f" from {trial.table} where value not in ({', '.join('?' for _ in nulls)})",
        [rf"\Q{mark}\E(\d+)\D*$", mark, *nulls],
    ).fetchone()
    scale, digits = scale or 0, digits or 1
    keys: dict[str, object] = {"decimal_mark": mark}
    if thousands:
        keys["thousands_mark"] = thousands
    if removed:
        keys["remove"] = removed
    data_type = "decimal(18,4)" if scale <= 4 and digits <= 14 else f"decimal(38,{scale})" if scale + digits <= 38 else "double"
    if not trial.outcome(data_type, nulls, **keys).fits:
        return None
    evidence = [f"up to {scale} decimals and {digits} digits before {mark!r}"]
    if thousands:
        evidence.append(f"groups of three digits between {thousands!r}")
    return Number(data_type, keys, evidence)


def _fraction(trial: Trial, nulls: tuple[str, ...]) -> Number | None:
    if trial.outcome("double", nulls).fits:
        return Number("double", {}, ["numbers with an exponent"])
    return None
