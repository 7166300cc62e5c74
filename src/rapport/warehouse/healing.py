"""Healing: what a publish that was killed leaves behind is finished, if its file was in place, or else removed.

A snapshot exists from the moment at which its file got its name; its row in the state and the pointer follow from the file.
"""

import json
import os
import re
import shutil
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, insert, select

from rapport.crash import crash_point
from rapport.files import sync_folder
from rapport.settings import Settings
from rapport.state.database import State
from rapport.state.tables import snapshots

ABOUT = "snapshot.json"  # beside the manifests: the snapshot's row, so that a lost state can be made again


def snapshot_file(settings: Settings, number: int) -> Path:
    """Where the snapshot of this number is, or will be."""
    return settings.published / f"{number:06}.duckdb"


def snapshot_numbers_on_disk(settings: Settings) -> list[int]:
    """The numbers of all published files, ascending."""
    return sorted(int(file.stem) for file in settings.published.glob("*.duckdb") if re.fullmatch(r"\d{6,}", file.stem))


def newest_file(settings: Settings) -> int | None:
    """The highest number of a published file."""
    return max(snapshot_numbers_on_disk(settings), default=None)


def heal(settings: Settings, state: State) -> None:
    """Bring state and pointer in line with the published files, and remove what was never finished. Hold the warehouse lock."""
    on_disk = snapshot_numbers_on_disk(settings)
    _remove_leftovers(settings, set(on_disk))
    with state.read() as connection:
        recorded = set(connection.execute(select(snapshots.c.number)).scalars())
    for number in on_disk:
        if number not in recorded:
            record(state, json.loads((settings.published / f"{number:06}" / ABOUT).read_text(encoding="utf-8")))
    newest = max(on_disk, default=0)
    if any(number > newest for number in recorded):  # the file was taken away by hand; rows of older, pruned ones are history
        with state.write("publish.forgotten") as connection:
            connection.execute(delete(snapshots).where(snapshots.c.number > newest))
    if on_disk and (settings.published / "current").resolve() != snapshot_file(settings, newest).resolve():
        point_to(settings, newest)


def record(state: State, about: Mapping[str, object]) -> None:
    """Enter a published snapshot into the state."""
    instants = {name: datetime.fromisoformat(about[name]) for name in ("as_of", "published_at")}
    with state.write("publish.recorded") as connection:
        connection.execute(insert(snapshots).values({**about, **instants}))


def point_to(settings: Settings, number: int) -> None:
    """Turn the pointer `published/current` to a snapshot, in one step."""
    temporary = settings.published / f".current.{uuid.uuid4().hex}.tmp"
    temporary.symlink_to(snapshot_file(settings, number).name)
    os.replace(temporary, settings.published / "current")
    sync_folder(settings.published)
    crash_point("publish.pointer.replaced")


def _remove_leftovers(settings: Settings, on_disk: set[int]) -> None:
    for folder in settings.scratch.glob("publish-*"):
        shutil.rmtree(folder)
    for path in settings.published.glob(".current.*.tmp"):
        path.unlink()
    for folder in settings.published.iterdir() if settings.published.is_dir() else ():
        if folder.is_dir() and folder.name.isdigit() and int(folder.name) not in on_disk:
            shutil.rmtree(folder)
