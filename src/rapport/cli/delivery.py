"""`rapport send` and `rapport mailbox`."""

from typing import Annotated

import typer

from rapport.cli.app import app
from rapport.cli.output import print_json, print_table, wants_json
from rapport.errors import UsageError


@app.command()
def send(
    editions: Annotated[list[str] | None, typer.Argument(help="Edition ids, as `rapport editions` prints them.")] = None,
    pending: Annotated[bool, typer.Option("--pending", help="All mail that was planned or deferred.")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="Try again what a server refused for good.")] = False,
) -> None:
    """Send mail that waits. What is already sent is never sent again; `unknown` waits for a person.

    Example: [bold]rapport send management_month.2026-10.all.r1[/bold]
    """
    from rapport import steps

    if not (editions or pending or failed):
        raise UsageError("Nothing was named to send.", fix="Name editions, or say --pending or --failed.")
    counts = steps.send(editions or None, statuses=("failed",) if failed else ("planned", "deferred"))
    if wants_json():
        print_json({"messages": counts})
        return
    ended = [(status, count) for status, count in counts.items() if status != "seconds"]
    print_table(["status", "messages"], ended or [("nothing waits", 0)])


@app.command()
def mailbox(port: Annotated[int, typer.Option(help="Where to listen on 127.0.0.1.")] = 1025) -> None:
    """Serve the development mail server until Ctrl-C: every message accepted is a file in the Maildir `mailbox`.

    Point a connection at it with [bold]RAPPORT_CONN_MAIL=smtp://127.0.0.1:1025[/bold].
    """
    import signal

    from rapport.delivery.mailbox import mail_server
    from rapport.settings import current_settings

    folder = current_settings().mailbox
    with mail_server(folder, port) as server:
        typer.echo(f"Listening on {server}; mail goes to {folder}. Ctrl-C ends.")
        signal.pause()
