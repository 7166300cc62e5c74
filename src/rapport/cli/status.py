"""`rapport status`."""

from rapport.cli.app import app
from rapport.cli.output import print_json, print_table, wants_json

_BELOW = {"runs": "run", "builds": "number"}  # what went wrong is told below the table, where there is room
_WHEN_EMPTY = {
    "runs": "Nothing has run yet: `rapport run`.",
    "failing_checks": "No check fails.",
    "refused_files": "No file was refused.",
    "unsent": "No mail waits.",
}


@app.command()
def status() -> None:
    """Say what ran, what is late, what was refused, and what is unsent; quick, and also while a build is at work.

    Example: [bold]rapport status --json[/bold]
    """
    from rapport.settings import current_settings
    from rapport.state import open_state
    from rapport.state.database import is_running
    from rapport.status import status
    from rapport.warehouse.lock import holder, is_held

    settings = current_settings()
    lock = settings.warehouse_file.with_suffix(".lock")
    at_work = holder(lock) if is_held(lock) else None
    sections = status(settings, open_state(settings.state_url))
    if wants_json():
        print_json({"at_work": at_work, **sections})
        return
    if at_work:
        print("At work: {owner} on {host}, process {pid}, since {since}".format_map(at_work))
    for name, rows in sections.items():
        title = name.replace("_", " ").capitalize()
        if not rows:
            if name in _WHEN_EMPTY:
                print(f"{title}: {_WHEN_EMPTY[name]}")
            continue
        columns = [column for column in rows[0] if name not in _BELOW or column not in ("owner", "message")]
        print_table(
            [column.replace("_", " ") for column in columns], [[row[column] for column in columns] for row in rows], title=title
        )
        for row in rows if name in _BELOW else ():
            if row["message"]:
                print(f"{name.removesuffix('s').capitalize()} {row[_BELOW[name]]} {row['status']}: {row['message']}")
            elif row["status"] == "started" and not (is_running(row["owner"]) if "owner" in row else at_work):
                print(f"{name.removesuffix('s').capitalize()} {row[_BELOW[name]]} was interrupted.")
