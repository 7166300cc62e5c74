"""Odd CSV files that others have met: each is loaded with the right content or refused with a reason.

`nasty_csv.tsv` lists the outcome of every file, `nasty_csv_sample.py` what a sample of them holds, read by hand, and
csv-spectrum comes with truths of its own. The sweep compares every cell of every file with a slow reader that shares no code.
"""

import json
from pathlib import Path

import pytest

from tests.exports.conftest import COMPANY, Shop
from tests.exports.nasty_csv import (
    FOLDER,
    Declared,
    Outcome,
    by_python,
    content_of,
    expected,
    file_id,
    files,
    outcomes,
    reference,
)
from tests.exports.nasty_csv_sample import CASES, Case

pytestmark = pytest.mark.data("nasty_csv")

# Python's csv takes blanks before a quote for a value's beginning, so that the quote is text; here they are ignored
BLANKS_BEFORE_QUOTES = {
    "duckdb/csv/afl/null_padding/26.csv",
    "duckdb/csv/all_quotes.csv",
    "duckdb/csv/empty_space_start_value.csv",
    "duckdb/csv/validator/quoted_new_value.csv",
}


def load_tables(folder: Path, tables: dict[str, str], dropped: dict[str, str]) -> dict[str, Outcome]:
    """Load files by the declarations of their tables.

    Args:
        tables: name → YAML.
        dropped: `table/…` → file of the folder.
    """
    (folder / "company.yml").write_text(COMPANY, encoding="utf-8")
    shop = Shop(folder)
    shop.declare("".join(tables.values()))
    for name, file in dropped.items():
        shop.drop(name, (FOLDER / file).read_bytes())
    result = shop.take()
    found = {dropped[refused.name]: Outcome(refused=refused.what) for refused in result.refused}
    names: dict[tuple[str, str], list[str]] = {}
    for name, file in dropped.items():  # files of the same content are one
        names.setdefault((name.split("/")[0], file_id(file)), []).append(file)
    faults: dict[tuple[str, str], dict[int, str]] = {}
    for reject in shop.rejects():
        words = "; ".join(f"{why.rule}: {why.value!r} in {why.column}" if why.column else why.rule for why in reject.reasons)
        faults.setdefault((reject.table, reject.file_id), {})[reject.row] = words
    for table in tables:
        rows: dict[str, dict[int, list]] = {file.file_id: {} for file in shop.files() if file.table == table}
        skipped = {file.file_id: file.rows_skipped for file in shop.files() if file.table == table}
        if rows:
            for file, row, *values in shop.rows("_file_id, _row, * exclude (_file_id, _row, _exported_at, _loaded_at)", table):
                rows[file][row] = values
        for file, values in rows.items():
            outcome = Outcome(values, faults.get((table, file), {}), skipped=skipped[file])
            found |= dict.fromkeys(names[table, file], outcome)
    return found


def declaration(table: str, case: Case) -> str:
    columns = case.columns if isinstance(case.columns, tuple) else tuple(map(str, range(1, case.columns + 1)))
    keys = case.keys if isinstance(case.columns, tuple) else f", header_at: 0{case.keys}"
    lines = [f'- name: {table}\n  config: {{meta: {{export: {{files: "{table}/*", load: append{keys}}}}}}}\n  columns:\n']
    for number, name in enumerate(columns, start=1):
        data_type, meta = case.types.get(name, ("varchar", ""))
        where = f"header: {json.dumps(name)}" if isinstance(case.columns, tuple) else f"position: {number}"
        more = f", {meta}" if meta else ""
        lines.append(f'    - {{name: c{number}, data_type: "{data_type}", config: {{meta: {{{where}{more}}}}}}}\n')
    return "".join(lines)


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> dict[str, Outcome]:
    cases = CASES | {name: Case(tuple(truth[0]), []) for name, truth in spectrum().items()}
    tables = {f"t{number}": declaration(f"t{number}", case) for number, case in enumerate(cases.values())}
    dropped = {f"{table}/{Path(name).name}": name for table, name in zip(tables, cases, strict=True)}
    return load_tables(tmp_path_factory.mktemp("sample"), tables, dropped)


def spectrum() -> dict[str, list[dict]]:
    """The files of csv-spectrum with their truths, where these are of another state of a file mended from its bytes."""
    truths = {}
    for path in sorted((FOLDER / "csv-spectrum" / "json").glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        truths[f"csv-spectrum/csvs/{path.stem}.csv"] = truth if isinstance(truth, list) else [truth]
    truths["csv-spectrum/csvs/location_coordinates.csv"][0]["Contact Phone Number"] = "2095257564"
    truths["csv-spectrum/csvs/newlines_crlf.csv"][1]["a"] = "Once upon \na time"
    return truths


@pytest.mark.parametrize("name", CASES)
def test_a_file_that_was_read_by_hand_is_loaded_cell_by_cell_or_refused(sample, name):
    case, outcome = CASES[name], sample[name]
    if isinstance(case.rows, str):
        assert case.rows in (outcome.refused or "it was loaded")
        return

    assert outcome.refused is None
    found = [outcome.rows.get(row) or outcome.faults.get(row) for row in sorted(outcome.rows | outcome.faults)]
    assert len(found) == len(case.rows)
    for one, truth in zip(found, case.rows, strict=True):
        assert (truth in one) if isinstance(truth, str) else (one == truth)
    assert outcome.skipped == case.skipped


@pytest.mark.parametrize("name", spectrum() if FOLDER.exists() else [])
def test_csv_spectrum_is_read_as_its_own_truths_say(sample, name):
    truth = [[value or None for value in row.values()] for row in spectrum()[name]]

    assert list(sample[name].rows.values()) == truth
    assert sample[name].faults == {}


@pytest.fixture(scope="module")
def truths() -> dict[str, tuple[Declared, Outcome]]:
    """Each file of the table as it is declared, and what the slow reader makes of it."""
    read = {}
    for name, (words, _) in outcomes().items():
        content = content_of(name)
        declared = Declared.of(words, content)
        read[name] = declared, expected(content, declared)
    return read


def test_every_file_of_the_folder_has_an_outcome():
    assert list(outcomes()) == files()


@pytest.mark.slow
def test_the_outcomes_are_what_a_slow_reader_and_pythons_csv_make_of_the_files(truths):
    assert {name: str(outcome) for name, (_, outcome) in truths.items()} == {
        name: outcome for name, (_, outcome) in outcomes().items()
    }
    differing = set()
    for name, (declared, outcome) in truths.items():
        if outcome.refused and "record" not in outcome.refused:
            continue
        text = content_of(name).decode(declared.encoding).removeprefix("\ufeff")
        by_csv = None if declared.escape else by_python(text, declared)  # it drops an escape that escapes nothing
        if by_csv is not None and by_csv != [fault or values for values, fault, _ in reference(text, declared)]:
            differing.add(name)
    assert differing == BLANKS_BEFORE_QUOTES


@pytest.mark.slow
@pytest.mark.parametrize("alone", [False, True], ids=["in batches", "each alone, by the engine if that can read it"])
def test_every_file_is_loaded_cell_by_cell_or_refused(tmp_path, monkeypatch, truths, alone):
    """Files of one shape share a table. Alone, each has two seconds of CPU time; what needs more is refused, and fails here."""
    limit = ", limits: {seconds: 2}" if alone else ""
    if alone:
        monkeypatch.setattr("rapport.exports.load.LARGE", 0)
    numbers: dict[tuple[Declared, int], int] = {}
    tables, dropped = {}, {}
    for name, (declared, outcome) in truths.items():
        number = numbers.setdefault((declared, outcome.width), len(numbers))
        tables[f"t{number}"] = declaration(f"t{number}", Case(outcome.width, [], declared.as_yaml() + limit))
        dropped[f"t{number}/{len(dropped)}{Path(name).suffix}"] = name

    found = load_tables(tmp_path, tables, dropped)

    assert list(found.keys() ^ truths.keys()) == []
    assert {name: found[name].refused or "loaded" for name in found if not says(found[name], truths[name][1])} == {}


def says(found: Outcome, truth: Outcome) -> bool:
    if truth.refused:
        return truth.refused in (found.refused or "")
    return (found.refused, found.rows, found.faults) == (None, truth.rows, truth.faults)
