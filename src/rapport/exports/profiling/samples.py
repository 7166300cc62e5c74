"""Samples: files read by the loader's own readers, all columns as texts, into one table of the profiling engine."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rapport.errors import ExportRefused, UsageError
from rapport.exports.column import Column
from rapport.exports.export import SUFFIXES, Export
from rapport.exports.profiling.encodings import encoding_of
from rapport.exports.profiling.shape import shape_of
from rapport.exports.readers import open_reader
from rapport.exports.readers.staging import read_rows, write_rows
from rapport.exports.readers.text import as_utf8
from rapport.exports.sql import glob_safe, literal


@dataclass
class Samples:
    """Samples in the engine, as table `samples`: _file, _row, _fault, t0, t1, … (texts).

    Attributes:
        export: keys of the declaration that say how the files are read.
        evidence: key → why.
        headers: (header, which of several of that name) of each column, in the order in which they come.
        records: in all samples.
    """

    export: dict[str, object]
    evidence: dict[str, str]
    headers: list[tuple[str, int]]
    records: int = 0
    faulty: int = 0


def read_samples(engine: object, files: Sequence[Path], scratch: Path) -> Samples:
    """Read sample files of one table.

    Raises:
        UsageError: they cannot be read, or are laid out in different ways.
    """
    kinds = {SUFFIXES.get(path.suffix.lower()) for path in files}
    if len(kinds) > 1 or kinds & {None, "json", "xls", "ods"}:
        raise UsageError(
            "Samples must be of one kind: delimited text (.csv, .tsv, .txt), .xlsx, .jsonl or .parquet.",
            where=", ".join(path.name for path in files),
            fix="Give the files their true suffix, or declare them by hand (docs/analysts/declare-an-export.md).",
        )
    (kind,) = kinds
    looks = {"csv": _text, "json_lines": _json_lines, "xlsx": _workbook, "parquet": _parquet}
    found = [looks[kind](engine, path, scratch) for path in files]
    export = _agreed(found, files)
    headers = list(dict.fromkeys(header for _, headers, _ in found for header in headers))
    if not headers:
        raise UsageError("The samples have no columns.", where=", ".join(map(str, files)), fix="Give samples with records.")
    samples = Samples(export | ({"format": kind} if kind != "csv" else {}), _evidence(found), headers)
    _stage(engine, samples, files, scratch)
    return samples


def numbered(names: Sequence[str]) -> list[tuple[str, int]]:
    """Each name (blanks around and within it aside) with which of several of that name it is."""
    seen: Counter[str] = Counter()
    result = []
    for name in names:
        plain = " ".join(name.split())
        seen[plain.casefold()] += 1
        result.append((plain, seen[plain.casefold()]))
    return result


def _text(_engine: object, path: Path, scratch: Path) -> tuple[dict, list, dict]:
    if path.stat().st_size == 0:
        raise UsageError("A sample is empty.", where=str(path), fix="Give samples with records.")
    encoding, why = encoding_of(path)
    shape = shape_of(as_utf8(_provisional({"encoding": (encoding,)}, [("x", 1)]), path, path.name, scratch))
    keys: dict[str, object] = {
        "encoding": encoding,
        "delimiter": shape.delimiter,
        "quote": shape.quote,
        "header_at": shape.header_at,
    }
    return (
        keys,
        numbered(shape.header) if shape.header_at else [("", n) for n in range(1, len(shape.header) + 1)],
        {"encoding": why} | shape.evidence,
    )


def _json_lines(_engine: object, path: Path, _scratch: Path) -> tuple[dict, list, dict]:
    import json

    keys: dict[str, None] = {}
    with open(path, encoding="utf-8-sig") as file:
        for line in file:
            if line.strip():
                keys.update(dict.fromkeys(_paths(json.loads(line))))
    return {}, [(key, 1) for key in keys], {"format": "one JSON object per line"}


def _paths(content: dict, above: str = "") -> list[str]:
    paths = []
    for key, value in content.items():
        paths += _paths(value, f"{above}{key}.") if isinstance(value, dict) and value else [above + key]
    return paths


def _workbook(_engine: object, path: Path, _scratch: Path) -> tuple[dict, list, dict]:
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(str(path)) as workbook:
        rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=50)
        sheets = workbook.sheet_names
    width = max((len(row) for row in rows), default=0)
    for place, row in enumerate(rows):
        names = [str(cell).strip() for cell in row]
        filled = sum(map(bool, names))
        if filled and filled >= width - 1 and all(isinstance(cell, str) for cell in row):
            why = {"header_at": f"the first row of texts in (nearly) all {width} columns"}
            why["sheet"] = f"the first of {len(sheets)}" if len(sheets) > 1 else "the only one"
            last = max(position for position, name in enumerate(names) if name)
            return {"header_at": place + 1}, numbered(names[: last + 1]), why
    raise UsageError("No row of the first sheet names its columns.", where=str(path), fix="Declare it by hand, with `sheet`.")


def _parquet(engine: object, path: Path, _scratch: Path) -> tuple[dict, list, dict]:
    found = engine.execute(f"describe select * from read_parquet({literal(glob_safe(path))})").fetchall()
    return {}, [(name, 1) for name, *_ in found], {"format": "Parquet says its columns itself"}


def _agreed(found: list, files: Sequence[Path]) -> dict[str, object]:
    """What the samples have in common; several encodings become a list, other differences are no single declaration."""
    keys = dict(found[0][0])
    for (other, _, _), path in zip(found[1:], files[1:], strict=True):
        for key, value in other.items():
            if key != "encoding" and value != keys[key]:
                raise UsageError(
                    f"The samples differ in {key}: {keys[key]!r} and {value!r}.",
                    where=f"{files[0].name}, {path.name}",
                    fix="Give samples of one table that are laid out in the same way.",
                )
    encodings = list(dict.fromkeys(str(other["encoding"]) for other, _, _ in found if "encoding" in other))
    if encodings:
        keys["encoding"] = encodings[0] if len(encodings) == 1 else tuple(encodings)
    return keys


def _evidence(found: list) -> dict[str, str]:
    told: dict[str, str] = {}
    for _, _, evidence in found:
        for key, why in evidence.items():
            told.setdefault(key, why)
    return told


def _provisional(keys: dict[str, object], headers: Sequence[tuple[str, int]]) -> Export:
    places = keys.get("header_at") == 0
    columns = tuple(
        Column(name=f"c{n}", data_type="varchar", position=n + 1) if places else
        Column(name=f"c{n}", data_type="varchar", header=(header,), nth=nth)
        for n, (header, nth) in enumerate(headers)
    )  # fmt: skip
    return Export(system="samples", table="samples", files=("*",), load="append", zone="UTC", columns=columns, **keys)


def _stage(engine: object, samples: Samples, files: Sequence[Path], scratch: Path) -> None:
    texts = [f"t{n}" for n in range(len(samples.headers))]
    export = _provisional(samples.export, samples.headers)
    columns = {"_row": "BIGINT", "_fault": "VARCHAR"} | dict.fromkeys(texts, "VARCHAR")
    spec = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    engine.execute(f"create table samples (_file integer, {spec})")
    for number, path in enumerate(files):
        try:
            reader = open_reader(export, path, path.name, scratch, engine)
            write_rows(scratch / "sample.csv", reader.rows())
        except ExportRefused as refusal:
            raise UsageError(refusal.what, where=refusal.where, fix="Look at the sample; the loader cannot take it.") from None
        source = read_rows(scratch / "sample.csv", columns)
        engine.execute(f"insert into samples select {number}, _row, _fault, {', '.join(texts)} from {source}")
    counted = engine.execute("select count(*), count(_fault) from samples").fetchone()
    samples.records, samples.faulty = counted
