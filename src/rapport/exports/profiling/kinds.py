"""Kinds: what type a column has, by its values first and by its header where values alone would mislead."""

import re

from rapport.exports.profiling.dates import dates_of, one_or_list
from rapport.exports.profiling.findings import ColumnFinding, Question
from rapport.exports.profiling.numbers import number_of
from rapport.exports.profiling.trial import Trial

NULLS = ("NULL", "null", "Null", "\\N", "#N/A", "#NULL!", "(null)", "<NULL>", "<null>")  # never a value
_PERHAPS = ("NA", "N/A", "n/a", "-", "--", "—", "–", "nan", "NaN", "None", "none", "无", "空", "暂无", "?", ".", "n.a.")
_TRUTHS = (
    ("yes", "no"),
    ("y", "n"),
    ("true", "false"),
    ("t", "f"),
    ("ja", "nein"),
    ("是", "否"),
    ("sim", "não"),
    ("oui", "non"),
)
_IDS = r"(^|[ _])(id|no|nr|number|code|key|uuid|guid|sku|zip|postal|postcode|phone|mobile|fax|tel|iban|vat|ean|isbn)([ _]|$)"
_CHINESE_IDS = r"编号|编码|号码|单号|邮编|邮政编码|电话|手机|传真|证号"
_NEARLY = 0.8
_DATE_WORDS = r"(^|[ _])(date|day|time|at|on|birth|dob|created|updated)([ _]|$)|日期|时间|生日"


def decide(trial: Trial, column: ColumnFinding, first: str | None) -> Question | None:
    """Give a column its type, keys and evidence.

    Args:
        trial: of its values.
        first: `day first` or `month first`, as a person has said.

    Returns:
        What only a person can decide.
    """
    if not trial.values:
        column.evidence.append("no value in the samples: a text until one is seen")
        return None
    nulls = ("", *NULLS)
    if reason := _is_name(trial, column):
        column.evidence.append(reason)
        _mention_words(trial, column)
        return None
    words = " ".join([column.name.replace("_", " "), column.header]).casefold()
    for spare in dict.fromkeys((nulls, (*nulls, *_perhaps(trial)))):
        question = _typed(trial, column, spare, re.search(_DATE_WORDS, words) is not None, first)
        if column.data_type != "varchar":
            _spare_words(trial, column, spare[len(nulls) :])
            return question
    _mention_words(trial, column)
    _nearly(trial, column, nulls)
    return None


def is_id(column: ColumnFinding) -> bool:
    """Whether its header calls it an id, a number that names something, or a code."""
    words = column.name.replace("_", " ")
    return re.search(_IDS, words) is not None or re.search(_CHINESE_IDS, column.header) is not None


def _is_name(trial: Trial, column: ColumnFinding) -> str | None:
    """Why digits are a name here and no number."""
    count, value, row = trial.ask("regexp_full_match(value, '0\\d+')")
    if count and not re.search(_DATE_WORDS, column.name.replace("_", " ")):
        return f"leading zeros count: {value!r} in record {row:,}"
    count, value, row = trial.ask("regexp_full_match(value, '\\d{16,}')")
    if count:
        return f"more than 15 digits, which spreadsheets do not keep: {value!r} in record {row:,}"
    if is_id(column) and trial.ask("not regexp_full_match(value, '[+-]?\\d+')")[0] == 0:
        return "digits that name something are a text: nobody adds them up"
    return None


def _typed(
    trial: Trial, column: ColumnFinding, nulls: tuple[str, ...], is_called_date: bool, first: str | None
) -> Question | None:
    if values := _truth(trial, nulls):
        column.data_type, column.meta["values"] = "boolean", values
        column.evidence.append(f"only {' and '.join(values)}")
        return None
    dates = dates_of(trial, column.name, nulls, is_called_date, first)
    if dates:
        column.data_type = dates.data_type
        if dates.formats and not dates.question:
            column.meta["format"] = one_or_list(dates.formats)
        column.evidence += dates.evidence or [
            f"all {trial.values:,} values are such {'days' if dates.data_type == 'date' else 'times'}"
        ]
        return dates.question
    number = number_of(trial, column.name, nulls)
    if number:
        column.data_type = number.data_type
        column.meta |= number.keys
        column.evidence += number.evidence
        if number.data_type == "integer" and trial.ask("value not in ('0', '1')")[0] == 0:
            column.evidence.append("only 0 and 1: boolean, if they mean no and yes")
        return number.question
    return None


def _truth(trial: Trial, nulls: tuple[str, ...]) -> dict[str, bool] | None:
    if trial.different > 6:
        return None
    seen = [value for (value,) in trial.engine.execute(f"select value from {trial.table} order by first_row").fetchall()]
    seen = [value for value in seen if value not in nulls]
    for yes, no in _TRUTHS:
        if seen and {value.casefold() for value in seen} <= {yes, no}:
            other = {yes: no, no: yes}
            styled = seen if len(seen) > 1 else [seen[0], _styled(other[seen[0].casefold()], seen[0])]
            return {value: value.casefold() == yes for value in sorted(styled, key=lambda v: v.casefold() != yes)}
    return None


def _styled(word: str, like: str) -> str:
    return word.upper() if like.isupper() and len(like) > 1 else word.capitalize() if like[:1].isupper() else word


def _perhaps(trial: Trial) -> tuple[str, ...]:
    return tuple(trial.words(_PERHAPS))


def _spare_words(trial: Trial, column: ColumnFinding, words: tuple[str, ...]) -> None:
    if words:
        column.meta["nulls"] = ["", *words]
        told = ", ".join(f"{word!r} ({times:,} times)" for word, times in trial.words(words).items())
        column.evidence.append(f"null words {told}: all other values have the type")


def _mention_words(trial: Trial, column: ColumnFinding) -> None:
    for word, times in trial.words(_PERHAPS).items():
        column.evidence.append(f"holds {word!r} {times:,} times: a null word? (then `nulls`)")


def _nearly(trial: Trial, column: ColumnFinding, nulls: tuple[str, ...]) -> None:
    """Say when most values would have another type, and which do not."""
    if trial.ask("regexp_matches(value, '^[+-]?[.,]?\\d')")[0] < _NEARLY * trial.values:
        return
    for data_type, what in (("double", "numbers"), ("date", "days"), ("timestamptz", "times")):
        outcome = trial.outcome(data_type, nulls)
        if outcome.values and _NEARLY <= outcome.fitting / outcome.values < 1:
            value, row = outcome.misfit
            share = 100 * outcome.fitting / outcome.values
            column.evidence.append(f"{share:.0f} % are {what}, but {value[:30]!r} in record {row:,} is none")
