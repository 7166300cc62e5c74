"""`rapport demo`: the whole way with a company that does not exist."""

import json
import os
import sys
import time
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

import typer

from rapport.cli.app import app
from rapport.cli.following import following
from rapport.cli.output import print_json, print_table, wants_json
from rapport.crash import crash_point
from rapport.errors import UsageError


class Size(StrEnum):
    """How large the demo company is."""

    normal = "normal"
    large = "large"


@app.command()
def demo(size: Annotated[Size, typer.Option(help="How large a company: large has 2,000 customers.")] = Size.normal) -> None:
    """Make a demo company's exports, run the Airflow DAGs in this process, and name the report and the mail to open.

    A second run sees the same day again and changes nothing: same snapshot, no second mail.

    Example: [bold]rapport demo --home ~/rapport-demo[/bold]
    """
    from rich.console import Console

    from rapport import airflow
    from rapport.demo import make_exports
    from rapport.editions.report import report_names
    from rapport.settings import current_settings

    clock = time.perf_counter()
    settings = current_settings()
    is_ours = (settings.home / "demo.json").exists()
    as_of = _remembered_as_of()
    os.environ["RAPPORT_AS_OF"] = as_of.isoformat()
    console = Console(stderr=True)
    drops, recipients = settings.home / "drops", settings.home / "recipients.yml"
    if not drops.exists():
        if settings.recipients_file == recipients and not is_ours:
            raise UsageError(
                "This home has recipients of its own, so it is not the demo's.",
                where=str(settings.recipients_file),
                fix="Name another home: rapport demo --home FOLDER.",
            )
        with console.status("Making the demo company's exports …"):
            make_exports(settings.home / "tmp" / "drops", as_of, size=size.value)
            (settings.home / "tmp" / "drops").rename(drops)
            crash_point("demo.drops.renamed")
    if (drops / recipients.name).exists():  # made with the exports; a demo that was killed may have left it there
        (drops / recipients.name).rename(recipients)
        crash_point("demo.recipients.renamed")
    print("Running the Airflow DAGs, which takes a few minutes the first time:", file=sys.stderr)
    with following(settings):
        airflow.run_dags(settings, ["warehouse", *(f"report_{report}" for report in report_names(settings))])
    _show(time.perf_counter() - clock)


def _remembered_as_of() -> date:
    """The day the demo looks from: an option, else the day of this home's first demo, else one on which last month is due."""
    from rapport.settings import current_settings

    settings = current_settings()
    memory = settings.home / "demo.json"
    if memory.exists():
        remembered = date.fromisoformat(json.loads(memory.read_text(encoding="utf-8"))["as_of"])
        if settings.as_of_option is None or settings.as_of_option.date() == remembered:
            return remembered
    today = settings.as_of_option.date() if settings.as_of_option else date.today()
    # In a month's first days the last month's report is not due yet; then look from the end of the month before.
    as_of = today if settings.as_of_option or today.day >= 10 else today.replace(day=1) - timedelta(days=1)
    settings.home.mkdir(parents=True, exist_ok=True)
    memory.write_text(json.dumps({"as_of": as_of.isoformat()}), encoding="utf-8")
    return as_of


def _show(seconds: float) -> None:
    from rapport.demo.summary import summary
    from rapport.settings import current_settings
    from rapport.state import open_state

    settings = current_settings()
    told = summary(settings, open_state(settings.state_url), seconds)
    if wants_json():
        print_json(told)
        return
    print_table(["what", "happened"], list(told["happened"].items()), title="Rapport demo")
    print("To open:")
    for what, path in told["open"].items():  # whole lines, so that a terminal makes them links and a person can copy them
        print(f"  {what:<34} {path}")
