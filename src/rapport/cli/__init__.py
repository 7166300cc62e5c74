"""The command line: each module beside this one holds a few commands, found by being there."""

from rapport.cli.app import main

__all__ = ["main"]
