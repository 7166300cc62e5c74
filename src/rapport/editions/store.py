"""The store of editions: immutable folders, and the rows in the state database that index them."""

import json
import shutil
import uuid
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from rapport.errors import UsageError
from rapport.files import move_folder_into_place
from rapport.settings import Settings
from rapport.state import State
from rapport.state.database import now
from rapport.state.tables import editions


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
    settings: Settings, before: Edition | None, report: str, period: str, scope: str, snapshot: int, content_hash: str
) -> Edition:
    """The edition that comes after `before`: released when it is the first, held when it revises one."""
    revision = before.revision + 1 if before else 1
    return Edition(
        edition_id=f"{report}.{period}.{_encoded(scope)}.r{revision}",
        report=report,
        period=period,
        scope=scope,
        revision=revision,
        status="held" if before else "released",
        snapshot=snapshot,
        content_hash=content_hash,
        folder=settings.editions / report / period / _encoded(scope) / f"r{revision}",
        is_new=True,
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


def enter(settings: Settings, state: State, edition: Edition, files: dict[str, bytes]) -> Edition:
    """Enter an edition and put its files into its folder, all at once.

    The entry is written first and committed last, so of two who compose the same edition one waits and then finds it. A folder
    without an entry was left by a crash between rename and commit; nobody has seen it, so it is replaced.

    Args:
        files: content by path below the edition's folder.
    """
    temporary = settings.scratch / f"edition-{uuid.uuid4().hex}"
    for name, content in files.items():
        path = temporary / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    row = {name: getattr(edition, name) for name in Edition.__dataclass_fields__ if name not in ("folder", "is_new")}
    try:
        with state.write("edition.entered") as connection:
            folder = edition.folder.relative_to(settings.home).as_posix()
            connection.execute(insert(editions).values(**row, folder=folder, composed_at=now()))
            shutil.rmtree(edition.folder, ignore_errors=True)
            move_folder_into_place(temporary, edition.folder, point="edition.folder.renamed")
    except IntegrityError:
        return find_edition(settings, state, edition.edition_id)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return edition


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
