"""Dates: the formats that all values of a column fit, by the loader's own casts; day or month first is proved or asked."""

import re
from dataclasses import dataclass, field
from functools import cache

from rapport.exports.profiling.findings import Question
from rapport.exports.profiling.trial import Trial
from rapport.exports.sql import literal

_DAY_FIRST = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d/%m/%y", "%d-%m-%y", "%d.%m.%y")
_MONTH_FIRST = tuple(pattern.replace("%d", "%X").replace("%m", "%d").replace("%X", "%m") for pattern in _DAY_FIRST)
_YEAR_FIRST_SHORT = ("%y/%m/%d", "%y-%m-%d", "%y.%m.%d")
_PLAIN = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"),
    *("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y"),
)
_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", "T%H:%M", "T%H:%M:%S", "T%H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
_ZONED = tuple(f"%Y-%m-%d{t}%z" for t in ("T%H:%M:%S", "T%H:%M:%S.%f", " %H:%M:%S", " %H:%M:%S.%f", "T%H:%M", " %H:%M"))
_LOOKS = {"%Y": r"\d{4}", "%f": r"\d{1,6}", "%z": r"(Z|[+-]\d.*)", "%b": r"[^\W\d_]+", "%B": r"[^\W\d_]+", "%p": "[AaPp][Mm]"}
_LOOKED_AT = 40  # values by which formats are chosen that are then asked of all
_MIDNIGHT = r".*[ T](0?0:00(:00(\.0+)?)?|12:00(:00)? AM)"
FAMILIES = {"day first": _DAY_FIRST, "month first": _MONTH_FIRST, "year first": _YEAR_FIRST_SHORT}


@dataclass
class Dates:
    """What a column of dates is: date or timestamptz, in `formats`; none when they are the loader's own (ISO)."""

    data_type: str
    formats: tuple[str, ...]
    evidence: list[str] = field(default_factory=list)
    question: Question | None = None


def dates_of(trial: Trial, name: str, nulls: tuple[str, ...], is_called_date: bool, first: str | None) -> Dates | None:
    """Tell the formats of a column's dates; None when some value has none.

    Args:
        is_called_date: whether the header speaks of a day or time; only then is 20261031 a date.
        first: `day first` or `month first`, as a person has said; None when nobody has.
    """
    unlike = (
        "length(value) not between 6 and 35 or regexp_matches(value, '[^\\pL\\d/.:, +-]') or not regexp_matches(value, '\\d')"
    )
    not_null = f"value not in ({', '.join(map(literal, nulls))})"
    if trial.ask(f"({unlike}) and {not_null}")[0]:
        return None
    candidates = _candidates(trial, not_null, is_called_date)
    if not candidates:
        return None
    patterns = _patterns(trial, candidates, not_null)
    covers = {family: _cover(patterns, candidates, family) for family in FAMILIES}
    covers = {family: cover for family, cover in covers.items() if cover}
    if not covers:
        return None
    needed = {family: cover for family, cover in covers.items() if set(map(_day, cover)) & set(FAMILIES[family])}
    if not needed:  # no format in it depends on what comes first
        return _told(trial, next(iter(covers.values())), nulls, [])
    if len(needed) == 1:
        ((family, cover),) = needed.items()
        return _told(trial, cover, nulls, [_proof(patterns, candidates, family)])
    if first in needed:
        return _told(trial, needed[first], nulls, [f"{first}: said by a person; the samples fit {' and '.join(needed)}"])
    dates = _told(trial, next(iter(needed.values())), nulls, [])
    value, row = trial.ask(not_null)[1:]
    dates.question = Question(
        name,
        "format",
        f"Is {value} (record {row:,}) {' or '.join(needed)}? All {trial.values:,} values fit {' and '.join(needed)}.",
        {family: {"format": one_or_list(_told(trial, cover, nulls, []).formats)} for family, cover in needed.items()},
    )
    return dates


def _candidates(trial: Trial, not_null: str, is_called_date: bool) -> list[str]:
    days = (*_PLAIN, *_DAY_FIRST, *_MONTH_FIRST, *_YEAR_FIRST_SHORT)
    every = [day + time for day in days for time in _TIMES if day != "%Y%m%d" or (is_called_date and not time)]
    every += _ZONED
    # One value of each look, where digits are and how many; the casts, asked of all values later, are dear to plan.
    looks = trial.engine.execute(
        f"select arg_min(value, first_row) from {trial.table} where {not_null}"
        f" group by regexp_replace(value, '\\d', '9', 'g') order by sum(times) desc limit {_LOOKED_AT}"
    ).fetchall()
    return [pattern for pattern in every if any(_look(pattern).fullmatch(value) for (value,) in looks)]


@cache
def _look(pattern: str) -> re.Pattern[str]:
    """A regular expression of what a format looks like, somewhat too wide."""
    parts = re.findall(r"%.|[^%]+", pattern)
    return re.compile("".join(_LOOKS.get(part, r"\d{1,2}" if part[0] == "%" else re.escape(part)) for part in parts))


def _patterns(trial: Trial, candidates: list[str], not_null: str) -> list[tuple[tuple[bool, ...], int, str, int]]:
    """Which candidates values fit, by the loader: (fits each, values, the first of them, its record), most frequent first."""
    from rapport.exports.column import Column
    from rapport.exports.export import Export
    from rapport.exports.typing_query import TypingQuery

    tried = tuple(
        Column(name=f"tried_{place}", data_type="timestamptz", format=(pattern,)) for place, pattern in enumerate(candidates)
    )
    query = TypingQuery(Export(system="s", table="t", files=("*",), load="append", zone="UTC", columns=tried))
    texts = ", ".join(f"value as t{place}" for place in range(len(candidates)))
    each = ", ".join(
        f"v{place} is not null" + (" and value between '1900' and '2101'" if pattern == "%Y%m%d" else "")
        for place, pattern in enumerate(candidates)
    )
    records = (
        f"(select 0 as _file, null::varchar as _fault, value, times, first_row, {texts} from {trial.table} where {not_null})"
    )
    return trial.engine.execute(
        f"select [{each}] as fits, sum(times)::bigint, arg_min(value, first_row), min(first_row) from {query.over(records)}"
        " group by 1 order by 2 desc"
    ).fetchall()


def _cover(patterns: list, candidates: list[str], family: str) -> tuple[str, ...]:
    """The fewest formats, without those of other families, that all values fit; none when there are no such."""
    others = {day for other, days in FAMILIES.items() if other != family for day in days}
    allowed = [place for place, pattern in enumerate(candidates) if _day(pattern) not in others]
    left, cover = list(patterns), []
    while left:
        counts = {place: sum(values for fits, values, *_ in left if fits[place]) for place in allowed}
        best = max(counts, key=lambda place: counts[place], default=None)
        if best is None or not counts[best]:
            return ()
        cover.append(candidates[best])
        left = [pattern for pattern in left if not pattern[0][best]]
    return tuple(cover)


def _day(pattern: str) -> str:
    """The day's part of a format."""
    for time in sorted(_TIMES, key=len, reverse=True):
        if time and pattern.endswith(time):
            return pattern.removesuffix(time)
    return pattern


def _proof(patterns: list, candidates: list[str], family: str) -> str:
    """The first value that no format of the other families fits."""
    others = {day for other, days in FAMILIES.items() if other != family for day in days}
    rivals = [place for place, pattern in enumerate(candidates) if _day(pattern) in others]
    proving = [(row, value) for fits, _, value, row in patterns if not any(fits[place] for place in rivals)]
    if not proving:
        return f"{family}: no other order fits all values"
    row, value = min(proving)
    return f"{family}: {value} in record {row:,} can be read in no other order"


def one_or_list(formats: tuple[str, ...]) -> str | list[str]:
    """Formats as a declaration has them."""
    return formats[0] if len(formats) == 1 else list(formats)


def _told(trial: Trial, cover: tuple[str, ...], nulls: tuple[str, ...], evidence: list[str]) -> Dates:
    has_time = any(":" in pattern or "%z" in pattern for pattern in cover)
    not_null = f"value not in ({', '.join(map(literal, nulls))})"
    is_zoned = any("%z" in pattern for pattern in cover)
    is_midnight = (
        has_time and not is_zoned and trial.ask(f"not regexp_full_match(value, ?) and {not_null}", [_MIDNIGHT])[0] == 0
    )
    if is_midnight:
        return Dates("date", cover, [*evidence, "the time is always 0:00, so these are days"])
    if has_time:
        is_default = all(_day(pattern) in ("%Y-%m-%d", pattern) and pattern.startswith("%Y-%m-%d") for pattern in cover)
        formats = () if is_default and trial.outcome("timestamptz", nulls).fits else cover
        offset = "with their offset" if is_zoned else "without an offset: `zone` says where they are meant"
        return Dates("timestamptz", formats, [*evidence, f"times {offset}"])
    return Dates("date", () if cover == ("%Y-%m-%d",) else cover, evidence)
