"""Workbooks (XLSX, XLS, ODS): a sheet's rows; the record number is the sheet's row number, so that a person finds it."""

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

from rapport.errors import ExportRefused
from rapport.exports.export import Export
from rapport.exports.readers import SKIPPED
from rapport.exports.readers.cells import text_for, text_of
from rapport.exports.readers.header import FOUND_WITHIN, find_header, join_header_rows, match_header
from rapport.exports.readers.sheet_facts import NO_RESULT, NoWorkbook, SheetFacts, facts_of, kind_of
from rapport.exports.readers.sheet_facts_xls import check_compound
from rapport.exports.readers.unzipped import check_members


class WorkbookReader:
    """One sheet of a workbook.

    Cells are read by calamine. A second pass over the raw file says which rows have values and which cells hold errors
    (calamine gives those as empty): the records are counted by that pass.
    """

    def __init__(self, export: Export, file: Path, name: str, _scratch: Path) -> None:
        self._export = export
        self._where = f"{export.system}.{export.table}: {name}"
        self._sheet, self._facts = self._open(file)
        beginning = [[text_of(cell) for cell in row] for row in islice(self._cells(), FOUND_WITHIN + export.header_rows + 1)]
        self._header_rows: list[list[str]] = []
        self._before = 0  # rows above the first record
        if export.has_header:
            at = find_header(export, beginning, name) if export.header_at == "find" else export.header_at - 1
            self._header_rows = list(
                islice(([text_of(cell) for cell in row] for row in self._cells()), at, at + export.header_rows)
            )
            self._before = at + export.header_rows
            header = join_header_rows(self._header_rows) if self._header_rows else []
        else:
            header = ["-"] * (self._sheet.end[1] + 1 if beginning else 0)
        self._width = max((position for position, text in enumerate(header) if text.strip()), default=-1) + 1
        if not self._width:
            raise self._refused(
                f"Row {self._before} of sheet {self._sheet.name!r} has no column names."
                if any(map(any, beginning)) and export.has_header
                else f"The sheet {self._sheet.name!r} is empty, with no column names.",
                "Declare the true `header_at` or `sheet`, or ask for the export again.",
            )
        self._positions, self.notices = match_header(export, header[: self._width], name, line=self._before or None)
        self._texts = self._converters()
        self.counted, self.control = 0, None

    def rows(self) -> Iterator[list[object]]:
        found, nameless = set(), set()
        columns = [(position, text) for position, text in zip(self._positions, self._texts, strict=True)]
        faults = self._faults()
        for row, cells in self._records():
            found.add(row)
            texts = [
                None if position is None else cell if type(cell := cells[position]) is str else text(cell)
                for position, text in columns
            ]
            fault = SKIPPED if self._is_skipped(cells) else None
            if row in faults and not fault:
                fault = self._fault(faults[row], texts)
            yield [row, fault, *texts]
            if len(cells) > self._width and any(cell != "" for cell in cells[self._width :]):
                nameless.update(place for place in range(self._width, len(cells)) if cells[place] != "")
        if nameless:
            self.notices.append(f"ignored, values without a column name: column {', '.join(map(_letters, sorted(nameless)))}")
        self.counted = self._count(found)

    def read_with(self, _engine: object) -> None:
        return None

    def locate(self, rows: set[int]) -> list[tuple[int, int, str]]:
        faults = self._facts.faults
        return [
            (
                row,
                row,
                "\t".join(faults.get((row, place), text_of(cell)) for place, cell in enumerate(cells, start=1)).rstrip("\t"),
            )
            for row, cells in self._records()
            if row in rows
        ]

    def _open(self, file: Path) -> tuple[object, SheetFacts]:
        from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

        try:
            if kind_of(file) == "xls":
                check_compound(file)
            else:
                check_members(file, self._export.limits)
            with open(file, "rb") as opened, CalamineWorkbook.from_filelike(opened) as workbook:
                worksheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
                name = self._chosen(workbook.sheet_names, worksheets)
                facts = facts_of(file, workbook.sheet_names, name)
                return workbook.get_sheet_by_name(name), facts
        except PasswordError:
            raise self._no_workbook("it is protected by a password") from None
        except (CalamineError, NoWorkbook, OSError) as error:
            raise self._no_workbook(str(error)) from None
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # calamine's own faults are no Exception
                raise
            raise self._no_workbook(str(error)) from None

    def _chosen(self, names: list[str], worksheets: list) -> str:
        """The sheet that the declaration means: by name, then by pattern; by number; else the first that is shown."""
        from python_calamine import SheetVisibleEnum

        wanted = self._export.sheet
        if wanted is None:
            found = [sheet.name for sheet in worksheets if sheet.visible == SheetVisibleEnum.Visible][:1]
        elif isinstance(wanted, int):
            with_cells = {sheet.name for sheet in worksheets}
            found = [name for name in names[wanted - 1 : wanted if wanted > 0 else 0] if name in with_cells]
        else:
            names = [sheet.name for sheet in worksheets]  # a chart's sheet has no cells of its own
            found = [wanted] if wanted in names else [name for name in names if fnmatchcase(name, wanted)]
        if len(found) == 1:
            return found[0]
        which = f"sheets that {wanted!r} means: {_list(found)}" if found else f"no sheet {wanted!r}; it has {_list(names)}"
        raise self._refused(f"The workbook has {len(found) or ''} {which}.".replace("  ", " "), "Declare the true `sheet`.")

    def _refused(self, what: str, fix: str) -> ExportRefused:
        return ExportRefused(what, where=self._where, fix=fix)

    def _no_workbook(self, why: str) -> ExportRefused:
        return self._refused(
            f"This is not a workbook that can be read: {why.rstrip('.')}.",
            "Ask for an .xlsx file, whole and without a password.",
        )

    def _cells(self) -> Iterator[list[object]]:
        """The sheet's rows from the first one and column A on; calamine leaves out the empty columns before the first value."""
        if not self._sheet.start:
            return iter(())
        left = [""] * self._sheet.start[1]
        return (left + row for row in self._sheet.iter_rows()) if left else self._sheet.iter_rows()

    def _converters(self) -> list[Callable[[object], str]]:
        is_1904 = self._facts.starts_in_1904
        return [text_for(self._export, column, starts_in_1904=is_1904) for column in self._export.columns]

    def _records(self) -> Iterator[tuple[int, list[object]]]:
        """Rows below the header that have a value, without those that are declared to be none; each row's own number."""
        faulty = {row for row, _ in self._facts.faults}
        width = max(self._sheet.end[1] + 1, self._width) if self._sheet.end else 0
        waiting: list[tuple[int, list[object]]] = []  # rows that are the footer, when no more come
        for row, cells in enumerate(self._cells(), start=1):
            if row <= self._before or not (row in faulty or any(cell != "" for cell in cells)):
                continue
            if len(cells) < width:
                cells = cells + [""] * (width - len(cells))
            waiting.append((row, cells))
            if len(waiting) > self._export.footer_lines:
                yield waiting.pop(0)

    def _is_skipped(self, cells: list[object]) -> bool:
        export = self._export
        if not (export.repeats_header or export.skip_lines):
            return False
        texts = [text_of(cell).strip() for cell in cells]
        if export.repeats_header and texts[: self._width] in self._stripped_header_rows():
            return True
        whole = "\t".join(texts).rstrip("\t")
        return any(re.fullmatch(pattern, whole) for pattern in export.skip_lines)

    def _stripped_header_rows(self) -> list[list[str]]:
        return [[text.strip() for text in row][: self._width] for row in self._header_rows]

    def _faults(self) -> dict[int, list[tuple[int, str]]]:
        """Row → (place among the declared columns, error), of the cells that are read."""
        places = {position + 1: place for place, position in enumerate(self._positions) if position is not None}
        faults: dict[int, list[tuple[int, str]]] = {}
        for (row, column), error in self._facts.faults.items():
            if column in places:
                faults.setdefault(row, []).append((places[column], error))
        return faults

    def _fault(self, errors: list[tuple[int, str]], texts: list[str | None]) -> str | None:
        """Put errors that mean "no value" into the texts; the others as words."""
        words = []
        for place, error in errors:
            column = self._export.columns[place]
            if error in (self._export.nulls if column.nulls is None else column.nulls):
                texts[place] = error
            else:
                words.append(f"has {error if error == NO_RESULT else f'the error {error}'} in {column.name}")
        return "; ".join(words) or None

    def _count(self, found: set[int]) -> int:
        """How many records the other pass says there are, less the rows that the declaration takes out."""
        everything = {row for row, cells in enumerate(self._cells(), start=1) if any(cell != "" for cell in cells)}
        everything |= {row for row, _ in self._facts.faults}
        taken_out = sum(row > self._before for row in everything) - len(found)
        expected = {row for row in self._facts.filled if row > self._before} | (self._facts.doubtful & found)
        if self._facts.exactly and expected != {row for row in everything if row > self._before}:
            try:
                expected = {row for row in self._facts.exactly() if row > self._before}
            except NoWorkbook as error:
                raise self._no_workbook(str(error)) from None
        return len(expected) - taken_out


def _list(names: list[str]) -> str:
    return ", ".join(map(repr, names))


def _letters(position: int) -> str:
    letters, number = "", position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
