"""The end of a text: declared footer lines and a control line are taken off before its records are read."""

import re
import shutil
from decimal import Decimal, InvalidOperation
from pathlib import Path

from rapport.errors import ExportRefused
from rapport.exports.export import Export
from rapport.exports.manifests import Control

_REACH = 1 << 20  # bytes from the end in which footer lines must be


def without_tail(export: Export, text: Path, name: str, scratch: Path) -> tuple[Path, Control | None]:
    """The text without its footer lines and control line, as a copy in `scratch` if it has any; and what that line says.

    Empty lines at the end do not count.

    Raises:
        ExportRefused: the file is too short, or its control line is not where it should be or tells no number.
    """
    wanted = export.footer_lines + (export.control_line is not None)
    if not wanted:
        return text, None
    size = text.stat().st_size
    with open(text, "rb") as source:
        source.seek(max(0, size - _REACH))
        end = source.read()
    lines = end.splitlines(keepends=True)
    while lines and not lines[-1].strip():
        lines.pop()
    where = f"{export.system}.{export.table}: {name}"
    if len(lines) < wanted:
        raise ExportRefused(
            f"The file has fewer lines than its {wanted} declared last ones.", where=where, fix="Ask for the export again."
        )
    tail = lines[len(lines) - wanted :]
    control = _control(export, tail[0].decode(errors="replace").strip(), where) if export.control_line else None
    copy = scratch / f"{text.stem}.body"
    kept = size - len(end) + sum(map(len, lines[: len(lines) - wanted]))
    with open(text, "rb") as source, open(copy, "wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
        target.truncate(kept)
    return copy, control


def _control(export: Export, line: str, where: str) -> Control:
    found = re.fullmatch(export.control_line, line)
    if found is None:
        raise ExportRefused(
            f"The control line is missing: {line[:200]!r} is not like {export.control_line!r}.",
            where=where,
            fix="Ask for the export again, it was cut; or declare the true `control_line`.",
        )
    try:
        numbers = {key: Decimal(_plain(export, text)) for key, text in found.groupdict().items() if text is not None}
        rows = numbers.pop("rows", None)
        return Control(rows=None if rows is None else int(rows), sums={key: f"{value:f}" for key, value in numbers.items()})
    except InvalidOperation:
        raise ExportRefused(
            f"The control line tells no number: {line[:200]!r}.", where=where, fix="Declare the true `control_line`."
        ) from None


def _plain(export: Export, text: str) -> str:
    return text.replace(export.thousands_mark or "\0", "").replace(export.decimal_mark, ".").strip()
