"""The store of editions: immutable folders, and the rows in the state database that index them."""

import json
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from rapport.errors import RapportError, UsageError
from rapport.files import move_folder_into_place
from rapport.settings import Settings
from rapport.state import State
from rapport.state.database import now
from rapport.state.tables import builds, editions, messages


@dataclass(frozen=True)
class Edition:
    """An edition as it lies in its folder; `is_new` when this call composed it."""

    edition_id: str
    report: str
    period: str
    scope: str
    revision: int
    status: str
    snapshot: int
    content_hash: str
    folder: Path
    is_new: bool = False

    def files(self) -> list[Path]:
        """Its files, in order of name."""
        return sorted(path for path in self.folder.rglob("*") if path.is_file())

    def locales(self) -> list[str]:
        """The languages that it is rendered in."""
        return sorted(path.name for path in self.folder.iterdir() if path.is_dir())


def next_edition(
    settings: Settings,
    state: State,
    before: Edition | None,
    report: str,
    period: str,
    scope: str,
    snapshot: int,
    content_hash: str,
    *,
    release: bool = False,
) -> Edition:
    """The edition that comes after `before`: released when it is the first or `release` is set, else held.

    It may lie in its folder already: a crash between rename and commit leaves it whole there, and nobody has seen it. If it has
    this content, it is this edition; if not, its number is passed over.

    Raises:
        RapportError: such a folder is older than what the state knows, so people may have seen it.
    """
    revision = before.revision + 1 if before else 1
    folder = settings.editions / report / period / _encoded(scope)
    while left := read_manifest(folder / f"r{revision}"):
        _require_known_build(state, left, folder / f"r{revision}")
        if left["content_hash"] == content_hash:
            snapshot = left["snapshot"]
            break
        revision += 1
    return Edition(
        edition_id=f"{report}.{period}.{_encoded(scope)}.r{revision}",
        report=report,
        period=period,
        scope=scope,
        revision=revision,
        status="released" if release or before is None else "held",
        snapshot=snapshot,
        content_hash=content_hash,
        folder=folder / f"r{revision}",
        is_new=True,
    )


def read_manifest(folder: Path) -> Mapping | None:
    """The manifest in an edition's folder; None when no edition is there: the folder gets its name whole, by one rename."""
    try:
        return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def _require_known_build(state: State, manifest: Mapping, folder: Path) -> None:
    with state.read() as connection:
        known = connection.execute(select(builds.c.number).where(builds.c.number == manifest["build"])).first()
    if known is None:
        raise RapportError(
            f"The state does not know the edition {manifest['edition']}, nor the build that it was composed from.",
            where=str(folder),
            fix="The state was lost: run `rapport doctor --repair`, so that what was mailed is not mailed again.",
        )


def _encoded(scope: str) -> str:
    return quote(scope, safe="=")


def list_editions(settings: Settings, state: State, **which: str) -> list[Edition]:
    """The editions there are, newest first; `which` limits them by column, e.g. `report="management_month"`."""
    query = select(editions).order_by(editions.c.report, editions.c.period.desc(), editions.c.scope, editions.c.revision.desc())
    for column, value in which.items():
        query = query.where(editions.c[column] == value)
    with state.read() as connection:
        rows = connection.execute(query).mappings().all()
    return [_edition(settings, row) for row in rows]


def find_edition(settings: Settings, state: State, edition_id: str) -> Edition:
    """An edition by its id.

    Raises:
        UsageError: there is none.
    """
    found = list_editions(settings, state, edition_id=edition_id)
    if not found:
        raise UsageError(f"There is no edition {edition_id!r}.", fix="`rapport editions` lists them.")
    return found[0]


def latest_edition(settings: Settings, state: State, report: str, period: str, scope: str = "all") -> Edition | None:
    """The newest revision of a report for a period and scope."""
    return next(iter(list_editions(settings, state, report=report, period=period, scope=scope)), None)


def _edition(settings: Settings, row) -> Edition:
    fields = {name: row[name] for name in Edition.__dataclass_fields__ if name in row and name != "folder"}
    return Edition(**fields, folder=settings.home / row["folder"])


def was_planned(state: State, report: str, period: str, scope: str = "all") -> bool:
    """Whether anybody has a message of any revision for this period and scope, sent or not."""
    of_these = (editions.c.report == report, editions.c.period == period, editions.c.scope == scope)
    query = select(messages.c.message_id).join(editions, editions.c.edition_id == messages.c.edition_id).where(*of_these)
    with state.read() as connection:
        return connection.execute(query.limit(1)).first() is not None


def release(settings: Settings, state: State, edition: Edition) -> Edition:
    """Release an edition that is held; the revisions before it are superseded."""
    with state.write("edition.released") as connection:
        connection.execute(update(editions).where(editions.c.edition_id == edition.edition_id).values(status="released"))
        _supersede(connection, edition)
    return find_edition(settings, state, edition.edition_id)


def _supersede(connection: Connection, edition: Edition) -> None:
    older = [editions.c[name] == getattr(edition, name) for name in ("report", "period", "scope")]
    older.append(editions.c.revision < edition.revision)
    connection.execute(update(editions).where(*older).values(status="superseded"))


def enter(settings: Settings, state: State, edition: Edition, files: Mapping[str, bytes]) -> Edition:
    """Enter an edition and put its files into its folder, all at once; a released one supersedes the revisions before it.

    The entry is written first and committed last, so of two who compose the same edition one waits and then finds it. An
    edition that lies whole in its folder is entered as it is and never replaced.

    Args:
        files: content by path below the edition's folder.

    Raises:
        RapportError: an edition with other content lies in the folder.
    """
    temporary = settings.scratch / f"edition-{uuid.uuid4().hex}"
    for name, content in files.items():
        path = temporary / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    try:
        with state.write("edition.entered") as connection:
            enter_row(connection, settings, edition, now())
            _put(temporary, edition)
    except IntegrityError:
        return find_edition(settings, state, edition.edition_id)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return edition


def enter_row(connection: Connection, settings: Settings, edition: Edition, composed_at: datetime) -> None:
    """Enter an edition's row; a released one supersedes the revisions before it."""
    row = {name: getattr(edition, name) for name in Edition.__dataclass_fields__ if name not in ("folder", "is_new")}
    folder = edition.folder.relative_to(settings.home).as_posix()
    connection.execute(insert(editions).values(**row, folder=folder, composed_at=composed_at))
    if edition.status == "released":
        _supersede(connection, edition)


def _put(temporary: Path, edition: Edition) -> None:
    left = read_manifest(edition.folder)
    if left is None:
        shutil.rmtree(edition.folder, ignore_errors=True)  # without a manifest it is no edition
        move_folder_into_place(temporary, edition.folder, point="edition.folder.renamed")
    elif left["content_hash"] != edition.content_hash:
        raise RapportError(
            f"{edition.edition_id} was composed by another process meanwhile, with other content.",
            where=str(edition.folder),
            fix="Compose again.",
        )


def hash_of(content: object) -> str:
    """SHA-256 of something that has a JSON form, independent of the order of its keys."""
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def hash_of_folder(folder: Path) -> str:
    """SHA-256 of the names and contents of all files of a folder."""
    digest = sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()
