"""Writing rejects back: which form a format has, and a name that the declaration covers."""

from collections.abc import Sequence
from dataclasses import dataclass
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

    Delimited text, fixed width and JSON stay what they are, in the original's encoding; of workbooks the result is .xlsx, of
    Parquet .csv. Of an export whose files are the whole truth (`load: snapshot`) all records are written, since dropping the
    rejects alone would say that all others were removed.

    Raises:
        UsageError: a file of that name is in the folder already.
    """
    exports = read_declarations(settings)
    returned = []
    with scratch_folder(settings.scratch) as scratch:
        for file in files:
            if rejects := list(read_rejects(settings, [file])):
                export = exports[file.system, file.table]
                returned.append(_return(settings, export, file, rejects, folder / file.system, scratch))
    return returned


def _return(settings: Settings, export: Export, file: LakeFile, rejects: list[Reject], folder: Path, scratch: Path) -> Returned:
    name = file.deliveries[-1].name
    original = archived(settings, file.file_id, PurePosixPath(name).suffix.lower())
    reasons = {reject.row: _in_words(reject) for reject in rejects}
    texts = {reject.row: reject.text for reject in rejects}
    kind = export.format_of(name)
    suffix = {"xlsx": ".xlsx", "xls": ".xlsx", "ods": ".xlsx", "parquet": ".csv"}.get(kind or "", PurePosixPath(name).suffix)
    target, note = _target(export, name, suffix, folder)
    if not target.resolve().is_relative_to(folder.resolve()):
        raise UsageError("The file's name leads out of the folder.", where=name, fix="Export its rejects with --json.")
    if target.exists():
        raise UsageError("A file of that name is there already.", where=str(target), fix="Export into an empty folder.")
    target.parent.mkdir(parents=True, exist_ok=True)
    is_whole = export.load == "snapshot"
    if PurePosixPath(name).suffix.lower() in PACKED and kind != "parquet":
        raise UsageError(
            "Rejects of a packed file are not exported yet.",
            where=f"{export.system}.{export.table}: {name}",
            fix="`rapport rejects --json` lists them with their texts.",
        )
    match kind:
        case "csv":
            from rapport.exports.returning.text import write_delimited

            records = write_delimited(export, original, name, scratch, texts, reasons, target, is_whole=is_whole)
        case "json_lines" | "json" | "fixed_width":
            from rapport.exports.returning.text import write_lines

            records = write_lines(export, kind, original, name, scratch, texts, reasons, target, is_whole=is_whole)
        case "xlsx" | "xls" | "ods":
            from rapport.exports.returning.tables import write_workbook

            records = write_workbook(export, original, reasons, target, is_whole=is_whole)
        case _:
            from rapport.exports.returning.tables import write_parquet_as_csv

            records = write_parquet_as_csv(settings, original, reasons, target, is_whole=is_whole)
    if is_whole:
        note = " ".join(filter(None, ["Holds all records, as a snapshot must.", note]))
    return Returned(export.system, export.table, name, target, records, len(rejects), note)


def _target(export: Export, name: str, suffix: str, folder: Path) -> tuple[Path, str]:
    """A name that the declaration covers, and what is to be done where there is none but the original's."""
    path = PurePosixPath(name)
    own = path.with_name(f"{path.stem}-rejects{suffix}").as_posix()
    if export.covers(own) and export.format_of(own):
        return folder / own, ""
    if suffix == path.suffix:
        return folder / name, "Its name is the original's, whose place it takes in the drop; the archive has both."
    how = f"save it as {path.suffix} under a name that `files` covers, or let `files` and `format` take {suffix}, too"
    return folder / own, f"Before dropping it, {how}."


def _in_words(reject: Reject) -> str:
    """All reasons of a record on one line."""
    each = (f"{why.column or 'record'} {why.rule}" + (f": {why.value}" if why.value else "") for why in reject.reasons)
    text = " ".join("; ".join(each).split())
    return text if len(text) <= 500 else text[:499] + "…"
