"""The profile of an export: samples read, columns decided one by one, and what they have in common told once."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rapport.exports.parquet import open_engine
from rapport.exports.profiling.findings import ColumnFinding, Findings
from rapport.exports.profiling.keys import key_candidates
from rapport.exports.profiling.kinds import NULLS, decide
from rapport.exports.profiling.names import column_names, files_pattern, table_name
from rapport.exports.profiling.personal import personal_class
from rapport.exports.profiling.samples import read_samples
from rapport.exports.profiling.trial import Trial
from rapport.exports.scratch import scratch_folder
from rapport.settings import Settings


def profile(
    settings: Settings, files: Sequence[Path], system: str, table: str | None = None, first: str | None = None
) -> Findings:
    """Profile sample files of one table.

    Args:
        table: its name; made from the files' names when None.
        first: `day first` or `month first` where samples fit both; None leaves a question.

    Raises:
        UsageError: the samples cannot be read, or are laid out in different ways.
    """
    with scratch_folder(settings.scratch) as home:
        apart = settings.model_copy(update={"home": home, "archive": home / "archive", "lake": home / "lake"})
        with open_engine(apart) as engine:
            return _profile(engine, _within_reach(files, apart.archive), apart.scratch, system, table, first)


def _within_reach(files: Sequence[Path], folder: Path) -> list[Path]:
    """Copies where the engine may read, each in a folder of its own, so that names stay."""
    import shutil

    copies = []
    for number, path in enumerate(files):
        (folder / str(number)).mkdir(parents=True)
        copies.append(Path(shutil.copyfile(path, folder / str(number) / path.name)))
    return copies


def _profile(
    engine: object, files: Sequence[Path], scratch: Path, system: str, table: str | None, first: str | None
) -> Findings:
    samples = read_samples(engine, files, scratch)
    names = [path.name for path in files]
    pattern, exported_at = files_pattern(names)
    export: dict[str, object] = {"files": pattern, "load": "append", **samples.export}
    evidence = {"files": f"covers the {len(names)} sample(s)", **samples.evidence}
    if exported_at:
        export["exported_at"], evidence["exported_at"] = exported_at, "the name has a day"
    named = column_names([header for header, _ in samples.headers])
    columns = [
        ColumnFinding(place, header, nth, name, evidence=[said] if said else [])
        for place, ((header, nth), (name, said)) in enumerate(zip(samples.headers, named, strict=True), start=1)
    ]
    findings = Findings(system, table or table_name(names), export, evidence, columns, samples.records, samples.faulty)
    nulls: Counter[str] = Counter()
    for column in columns:
        trial = Trial(engine, f"t{column.place - 1}")
        if question := decide(trial, column, first):
            findings.questions.append(question)
        if personal := personal_class(engine, trial.table, column.header, column.name, column.data_type):
            column.meta["personal"] = personal[0]
            column.evidence.append(personal[1])
        nulls.update(trial.words(NULLS))
        column.facts = _facts(trial, samples.records - samples.faulty)
    _in_common(findings, nulls)
    _choose_key(engine, findings)
    return findings


def _facts(trial: Trial, records: int) -> str:
    values, different = trial.engine.execute(
        f"select coalesce(sum(times), 0), count(*) from {trial.table} where value not in ?", [list(NULLS)]
    ).fetchone()
    empty = 100 * (records - values) / records if records else 0
    filled = "never empty" if not empty else "always empty" if empty == 100 else f"{max(empty, 0.1):.1f} % empty"
    return f"{different:,} different values, {filled}"


def _in_common(findings: Findings, nulls: Counter[str]) -> None:
    """Put on the export what most columns share: null words, the decimal mark, date and time formats."""
    if nulls:
        findings.export["nulls"] = ["", *nulls]
        findings.evidence["nulls"] = ", ".join(f"{word!r} {times:,} times" for word, times in nulls.items())
        for column in findings.columns:
            if "nulls" in column.meta:
                column.meta["nulls"] = ["", *nulls, *column.meta["nulls"][1:]]
    asked = {(question.column, question.key) for question in findings.questions}
    marks = Counter(
        column.meta["decimal_mark"]
        for column in findings.columns
        if "decimal_mark" in column.meta and (column.name, "decimal_mark") not in asked
    )
    usual = marks.most_common(1)[0][0] if marks else "."
    if marks:
        numbers = f"{marks[usual]} columns of numbers have it"
        findings.export |= {"decimal_mark": usual} if usual != "." else {}
        findings.evidence["decimal_mark"] = numbers
    for column in findings.columns:
        if (column.name, "decimal_mark") in asked or column.meta.get("decimal_mark") == usual:
            column.meta.pop("decimal_mark", None)


def _choose_key(engine: object, findings: Findings) -> None:
    candidates = key_candidates(engine, findings.columns)
    if not candidates:
        findings.evidence["key"] = "no column, nor pair of ids, is unique and complete: say what identifies a record"
        return
    for column in candidates[0]:
        column.meta = {"key": True, **column.meta}
        column.evidence.append("unique and complete" if len(candidates[0]) == 1 else "unique and complete as a pair")
    others = [" + ".join(column.name for column in candidate) for candidate in candidates[1:6]]
    findings.evidence["key"] = " + ".join(column.name for column in candidates[0]) + (
        f"; as unique in the samples: {', '.join(others)}" if others else ""
    )
