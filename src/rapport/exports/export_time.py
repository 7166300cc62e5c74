"""When a file was exported: what its name tells, else when it was last modified."""

from datetime import datetime, time
from pathlib import PurePosixPath
from re import search
from zoneinfo import ZoneInfo

from rapport.errors import ExportRefused
from rapport.exports.export import Export


def exported_at(export: Export, name: str, modified_at: datetime, company_zone: ZoneInfo) -> datetime:
    """When a file was exported: what its name tells, else when it was last modified.

    Raises:
        ExportRefused: the declaration says that the name tells it, and it does not.
    """
    declared = export.exported_at
    if declared is None or declared.name is None:
        return modified_at
    base = PurePosixPath(name).name
    found = search(declared.name, base)
    if found is None and declared.else_modified:
        return modified_at
    try:
        when = datetime.strptime(found[1], declared.format)
    except (TypeError, ValueError):
        raise ExportRefused(
            f"The name does not tell when it was exported: {declared.name!r} with {declared.format!r} does not fit.",
            where=f"{export.system}.{export.table}: {name}",
            fix="Mend `exported_at` or `files` in the declaration.",
        ) from None
    if not any(directive in declared.format for directive in ("%H", "%I")):
        when = datetime.combine(when, time.fromisoformat(declared.at))
    return when if when.tzinfo else when.replace(tzinfo=company_zone)
