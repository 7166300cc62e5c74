"""Writing rejects back: which form a format has, and a name that the declaration covers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from rapport.errors import UsageError
from rapport.exports.archive import archived
from rapport.exports.declarations import read_declarations
from rapport.exports.export import PACKED, Export
from rapport.exports.lake import LakeFile, Reject, read_rejects
from rapport.exports.scratch import scratch_folder
from rapport.settings import Settings

REASON = "rejected_because"


@dataclass(frozen=True)
class Returned:
    """A file of rejects.

    Attributes:
        records: how many it holds; `rejected` of them have a reason, the others are there because a snapshot is a whole.
        note: what a person must know before dropping it again; empty when it can be dropped as it is.
    """

    system: str
    table: str
    original: str
    path: Path
    records: int
    rejected: int
    note: str


def return_rejects(settings: Settings, files: Sequence[LakeFile], folder: Path) -> list[Returned]:
    """Write the rejects of each file that has some into `folder`/<system>/, in the shape of the original.

    Delimited text and JSON stay what they are, in the original's encoding; so do lines of fixed width, with their reasons in a
    file beside. Of workbooks the result is .xlsx, of Parquet .csv. Of an export whose files are the whole truth (`load:
    snapshot`) all records are written, since dropping the rejects alone would say that all others were removed.

    Raises:
        UsageError: a file of that name is in the folder already.
    """
    exports = read_declarations(settings)
    returned = []
    with scratch_folder(settings.scratch) as scratch:
        for file in files:
            if rejects := list(read_rejects(settings, [file])):
                export = exports[file.system, file.table]
                name = file.deliveries[-1].name
                others = [e for e in exports.values() if e.system == file.system and e is not export and e.covers(name)]
                made = _return(settings, export, file, rejects, folder / file.system, scratch, part=bool(others))
                returned.append(_told_of_others(made, len(others)) if others else made)
    return returned


def _return(
    settings: Settings, export: Export, file: LakeFile, rejects: list[Reject], folder: Path, scratch: Path, *, part: bool
) -> Returned:
    name = file.deliveries[-1].name
    original = archived(settings, file.file_id, PurePosixPath(name).suffix.lower())
    reasons = {reject.row: _in_words(reject) for reject in rejects}
    texts = {reject.row: reject.text for reject in rejects}
    kind = export.format_of(name)
    plain = PurePosixPath(name)
    if plain.suffix.lower() in PACKED:
        plain = plain.with_suffix("")  # who corrects a file need not unpack it first
    suffix = {"xlsx": ".xlsx", "xls": ".xlsx", "ods": ".xlsx", "parquet": ".csv"}.get(kind or "", plain.suffix)
    target, note = _target(export, plain, suffix, folder, f"-{export.table}" if part else "")
    if not target.resolve().is_relative_to(folder.resolve()):
        raise UsageError("The file's name leads out of the folder.", where=name, fix="Export its rejects with --json.")
    if target.exists():
        raise UsageError("A file of that name is there already.", where=str(target), fix="Export into an empty folder.")
    target.parent.mkdir(parents=True, exist_ok=True)
    is_whole = export.load == "snapshot"
    match kind:
        case "csv":
            from rapport.exports.returning.text import write_delimited

            records = write_delimited(export, original, name, scratch, texts, reasons, target, is_whole=is_whole)
        case "json_lines" | "json":
            from rapport.exports.returning.text import write_json

            records = write_json(export, kind, original, name, scratch, texts, reasons, target, is_whole=is_whole)
        case "fixed_width":
            from rapport.exports.returning.text import write_fixed_width

            records = write_fixed_width(export, original, name, scratch, texts, reasons, target, is_whole=is_whole)
            note = " ".join(filter(None, [f"The reasons are in {target.name}.reasons.csv, by line.", note]))
        case "xlsx" | "xls" | "ods":
            from rapport.exports.returning.tables import write_workbook

            records = write_workbook(export, original, reasons, target, is_whole=is_whole)
        case _:
            from rapport.exports.returning.tables import write_parquet_as_csv

            records = write_parquet_as_csv(settings, original, reasons, target, is_whole=is_whole)
    if export.control_line:
        note = " ".join(filter(None, ["Mend the totals of its control line, which are the original's.", note]))
    if kind == "json":
        array = "It is an array of the rejected objects: put them, corrected, into a document like the original."
        note = " ".join(filter(None, [array, note]))
    elif is_whole:
        note = " ".join(filter(None, ["Holds all records, as a snapshot must.", note]))
    return Returned(export.system, export.table, name, target, records, len(rejects), note)


def _target(export: Export, original: PurePosixPath, suffix: str, folder: Path, part: str) -> tuple[Path, str]:
    """A name that the declaration covers, and what is to be done where there is none but the original's."""
    own = original.with_name(f"{original.stem}{part}-rejects{suffix}").as_posix()
    if export.covers(own) and export.format_of(own):
        return folder / own, ""
    if suffix == original.suffix and export.covers(original.as_posix()):
        return folder / original, "Its name is the original's, whose place it takes in the drop; the archive has both."
    patterns = " or ".join(export.files)
    return folder / own, f"Before dropping it, bring it into a form and under a name that the declaration takes ({patterns})."


def _told_of_others(returned: Returned, others: int) -> Returned:
    note = f"{others} other table(s) read the same file and will refuse this one, which has not their sheet or records."
    return replace(returned, note=" ".join(filter(None, [returned.note, note])))


def _in_words(reject: Reject) -> str:
    """All reasons of a record on one line."""
    each = (f"{why.column or 'record'} {why.rule}" + (f": {why.value}" if why.value else "") for why in reject.reasons)
    text = " ".join("; ".join(each).split())
    return text if len(text) <= 500 else text[:499] + "…"
