"""`rapport doctor`."""

from dataclasses import asdict
from typing import Annotated

import typer

from rapport.cli.app import app
from rapport.cli.output import print_json, print_table, wants_json


@app.command()
def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Make the state's index again from the files; the next build starts from nothing.")
    ] = False,
) -> None:
    """Say what is wrong with this installation, each finding with its fix. Exit code 1 when something is.

    Without [bold]--repair[/bold] nothing is changed.

    Example: [bold]rapport doctor --home /srv/rapport[/bold]
    """
    from rapport.doctor import examine

    made = _repair() if repair else None
    findings = examine()
    if wants_json():
        print_json({"findings": [asdict(finding) for finding in findings], **({"made": made} if made else {})})
    else:
        if made:
            print_table(["made again", ""], [(name, value) for name, value in made.items()])
        print_table(["", "about", "found", "fix"], [(f.level, f.about, f.words, f.fix) for f in findings])
    if any(finding.level == "wrong" for finding in findings):
        raise SystemExit(1)


def _repair() -> dict[str, int | str]:
    from rapport.repair import repair
    from rapport.settings import current_settings

    return repair(current_settings())
