"""Showing on a terminal how far dbt is; elsewhere nothing is printed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def dbt_progress() -> Iterator[Callable[[dict], None]]:
    """A bar on standard error that the events of `run_dbt` move."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    bar = Progress(
        TextColumn("dbt"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("reading the project", total=None)

        def show(event: dict) -> None:
            if "nodes" in event:
                bar.update(task, total=event["nodes"])
            else:
                bar.update(task, advance=1, description=event["finished"])

        yield show
