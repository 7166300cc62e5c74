"""The Typer application, its global options, and how errors reach people."""

import importlib
import json
import os
import pkgutil
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer
import typer.core

import rapport.cli
from rapport import __version__
from rapport.errors import DiskFull, RapportError, is_disk_full

_IN_ORDER = [
    *("demo", "run", "status", "doctor"),  # the whole way, and how it went
    *("pull", "load", "check", "build", "publish"),  # one step each
    *("source", "rejects", "retry"),  # exports that are new, and what was not taken of them
    *("metric", "metrics", "compose", "editions", "trace", "send", "mailbox"),
    *("dbt", "bench"),
]


class _InOrder(typer.core.TyperGroup):
    """Commands in the order in which people meet them; a command that the order does not know comes last."""

    def list_commands(self, context: object) -> list[str]:
        names = super().list_commands(context)
        return sorted(names, key=lambda name: _IN_ORDER.index(name) if name in _IN_ORDER else len(_IN_ORDER))


app = typer.Typer(
    name="rapport",
    cls=_InOrder,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Turn the exports of a company's systems into reports that management can act on, and can prove.",
    epilog="Global options work before and after the command. Exit codes: 0 done, 1 failed, 2 usage, 3 data refused or a gate "
    "closed, 4 busy, 5 delivery incomplete.",
)

_VALUED = {"--company", "--home", "--as-of"}
_FLAGS = {"--json", "--debug", "--yes"}


@app.callback()
def options(
    company: Annotated[Path | None, typer.Option(help="The company file.", envvar="RAPPORT_COMPANY", show_envvar=True)] = None,
    home: Annotated[
        Path | None, typer.Option(help="Where everything is kept.", envvar="RAPPORT_HOME", show_envvar=True)
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="See the world as of this day or instant (ISO).", envvar="RAPPORT_AS_OF", show_envvar=True),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    # One place for settings, the environment: steps, dbt and Airflow in other processes see the same.
    for name, value in (("COMPANY", company), ("HOME", home), ("AS_OF", as_of)):
        if value:
            os.environ[f"RAPPORT_{name}"] = str(value if name == "AS_OF" else Path(value).expanduser().absolute())
    for name, value in (("JSON", json), ("DEBUG", debug), ("YES", yes)):
        if value:
            os.environ[f"RAPPORT_{name}"] = "1"


def hoist_global_options(arguments: list[str]) -> list[str]:
    """Move global options before the command, wherever they were written; nothing after `--` or `dbt` is touched."""
    hoisted, rest, words = [], [], iter(arguments)
    for word in words:
        name = word.partition("=")[0]
        if word == "--" or (word == "dbt" and not rest):
            rest += [word, *words]
        elif word in _FLAGS or (name in _VALUED and "=" in word):
            hoisted.append(word)
        elif name in _VALUED:
            hoisted += [word, *[value for value in [next(words, None)] if value is not None]]
        else:
            rest.append(word)
    return hoisted + rest


def _load_commands() -> None:
    for module in pkgutil.iter_modules(rapport.cli.__path__):
        importlib.import_module(f"rapport.cli.{module.name}")


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit with its code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments == ["--version"]:
        print(f"rapport {__version__}")
        raise SystemExit(0)
    _load_commands()
    try:
        app(hoist_global_options(arguments), prog_name="rapport")
    except RapportError as error:
        if os.environ.get("RAPPORT_DEBUG"):
            raise
        _print_error(error)
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as error:
        if os.environ.get("RAPPORT_DEBUG"):
            raise
        _print_error(_explained(error))
        raise SystemExit(1) from None


def _explained(error: Exception) -> RapportError:
    if not is_disk_full(error):
        fix = "Run it again with --debug and report the traceback."
        return RapportError(f"An unexpected error: {type(error).__name__}: {error}", fix=fix)
    from rapport.settings import current_settings

    home = current_settings().home
    free = f"{shutil.disk_usage(home).free / 1e6:,.0f} MB free" if home.exists() else "the folder is not there"
    fix = "Make room, then run again: what was finished is kept, the rest is done again."
    return DiskFull("The disk is full.", where=f"{home} ({free})", fix=fix)


def _print_error(error: RapportError) -> None:
    if os.environ.get("RAPPORT_JSON"):
        print(json.dumps({"error": {"what": error.what, "where": error.where, "fix": error.fix}}, ensure_ascii=False))
        return
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    console.print("Error:", error.what, style="bold red", markup=False, soft_wrap=True)
    for label, words in (("Where:", error.where), ("Fix:", error.fix)):
        if words:
            console.print(label, words, markup=False, soft_wrap=True)
