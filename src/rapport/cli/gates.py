"""`rapport check`: ask a gate."""

from typing import TYPE_CHECKING

import typer

from rapport.cli.app import app
from rapport.cli.output import print_json, print_table, wants_json

if TYPE_CHECKING:
    from rapport.gates.verdicts import Verdict

check = typer.Typer(
    no_args_is_help=True,
    help="Ask a gate whether the data can be believed: [b]rapport check raw[/b], [b]rapport check marts[/b]. "
    "A critical check that fails closes the gate (exit 3) and nothing is published; a warning travels to the report.",
)
app.add_typer(check, name="check")


@check.command()
def raw() -> None:
    """Is what arrived plausible? Volume, freshness, completeness, ranges and drift of every export in the lake.

    The suites are expectations/raw/*.yml. Example: [b]rapport check raw --json[/b]
    """
    from rapport.exports.lake import current_files
    from rapport.gates.raw import check_raw
    from rapport.settings import current_settings
    from rapport.state.database import open_state

    settings = current_settings()
    state = open_state(settings.state_url)
    _report(check_raw(settings, state, current_files(settings, state)))


@check.command()
def marts() -> None:
    """May management see the last build? Reconciliation from file to mart, invariants, and movement against the last snapshot.

    The suites are expectations/marts/*.yml. Example: [b]rapport check marts[/b]
    """
    from rapport.gates.marts import check_marts, last_build
    from rapport.settings import current_settings
    from rapport.state.database import open_state
    from rapport.warehouse.lock import warehouse_lock

    settings = current_settings()
    state = open_state(settings.state_url)
    with warehouse_lock(settings):
        _report(check_marts(settings, state, last_build(state)))


def _report(verdict: "Verdict") -> None:
    from rapport.gates.verdicts import require_open

    if wants_json():
        checks = [{"outcome": check.outcome, **vars(check)} for check in verdict.checks]
        answer = {"gate": verdict.gate, "open": verdict.is_open, "reused": verdict.reused, "skipped": verdict.skipped}
        print_json(answer | {"checks": checks})
    else:
        loudest_first = sorted(verdict.checks, key=lambda check: ["failed", "warning", "passed"].index(check.outcome))
        rows = [(check.outcome, check.name, check.observed, check.expected) for check in loudest_first]
        print_table(["", "check", "observed", "expected"], rows, title=_title(verdict))
        for reason in verdict.skipped:
            typer.echo(f"not asked: {reason}")
    require_open(verdict)


def _title(verdict: "Verdict") -> str:
    about = f"build {verdict.subject}" if verdict.gate == "marts" else f"lake {verdict.subject[:12]}"
    again = ", as found before" if verdict.reused else ""
    return f"Gate {verdict.gate} is {'open' if verdict.is_open else 'closed'} ({about}{again})"
