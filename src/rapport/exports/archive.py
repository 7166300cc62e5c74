"""The archive: every file ever dropped, under its SHA-256, with a sidecar per delivery; all else can be made again from it."""

import hashlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from rapport.exports.manifests import Control
from rapport.exports.mirror import archive_mirror
from rapport.exports.places import Dropped, fetch
from rapport.files import move_into_place, write_atomically
from rapport.settings import Settings


@dataclass(frozen=True)
class Delivery:
    """The arrival of a file: what its sidecar says.

    Attributes:
        ordinal: how many deliveries of this name there were before, plus one; so A→B→A are three.
        exported_at, modified_at, seen_at: UTC; `seen_at` is when this arrival was first seen.
        control: what its sender says of it, as `manifests.Control.as_json`; None for nothing.
    """

    file_id: str
    suffix: str
    bytes: int
    system: str
    table: str
    name: str
    ordinal: int
    place: str
    exported_at: datetime
    modified_at: datetime
    seen_at: datetime
    control: dict[str, object] | None = None

    @property
    def sidecar(self) -> str:
        """The sidecar's file name: the same for the same arrival, however often a crash repeats it."""
        return _sidecar(self.file_id, self.system, self.table, self.name, self.ordinal)


def _sidecar(file_id: str, *arrival: object) -> str:
    return f"{file_id}.{hashlib.sha256(json.dumps(arrival).encode()).hexdigest()[:12]}.json"


def suffix_of(name: str) -> str:
    """The file name's last suffix, if it is a plain one: no character in it can mean anything to a reader of paths."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if re.fullmatch(r"\.[a-z0-9_]{1,31}", suffix) else ""


def archived(settings: Settings, file_id: str, suffix: str) -> Path:
    """Where the archive keeps a file."""
    return settings.archive / f"{file_id}{suffix}"


def keep(settings: Settings, dropped: Dropped, suffix: str, scratch: Path, control: Control) -> tuple[str, int] | None:
    """Copy a dropped file into the archive, unless its content is there.

    Args:
        scratch: folder in the archive's file system.
        control: what its sender says of it.

    Returns:
        Its SHA-256 and bytes, or None when the file changed while it was read: it is taken next time.

    Raises:
        ExportRefused: it is not what its sender says.
        PlaceUnreachable, FileUnreachable: the place does not give it.
    """
    copy = scratch / "copy"
    try:
        file_id, size = fetch(dropped, copy)
        if dropped.bytes not in (-1, size) or not dropped.is_unchanged():
            return None
        control.check_content(dropped.where, file_id, size)
        kept = archived(settings, file_id, suffix)
        if not kept.exists():
            move_into_place(copy, kept, point="pull.file.renamed")
        if mirror := archive_mirror(settings):
            mirror.put([kept], point="pull.file.sent")
        return file_id, size
    except FileNotFoundError:
        return None
    finally:
        copy.unlink(missing_ok=True)


def record(settings: Settings, delivery: Delivery) -> Delivery:
    """Write a delivery's sidecar, unless an interrupted pull already has.

    Returns:
        The delivery as the archive has it: an earlier pull's times stand.
    """
    sidecar = settings.archive / delivery.sidecar
    if sidecar.exists():
        return _read(sidecar)
    said = {key: value for key, value in asdict(delivery).items() if key != "control" or value}
    content = json.dumps(said, default=datetime.isoformat, ensure_ascii=False, indent=1)
    if mirror := archive_mirror(settings):  # first: what lies here is noted without another look at the store
        mirror.put_text(sidecar.name, content.encode(), point="pull.sidecar.sent")
    write_atomically(sidecar, content.encode(), point="pull.sidecar.renamed")
    return delivery


def bring(settings: Settings, paths: Iterable[Path]) -> None:
    """Have these archived files here, as far as the archive holds them."""
    if mirror := archive_mirror(settings):
        mirror.bring(paths)


def bring_sidecars(settings: Settings) -> None:
    """Have the sidecars of all deliveries here."""
    if mirror := archive_mirror(settings):
        mirror.bring_all(_is_sidecar)


def sidecars(settings: Settings) -> list[Path]:
    """The sidecars of all deliveries, as far as they are here."""
    if not settings.archive.is_dir():
        return []
    return [settings.archive / name for name in sorted(os.listdir(settings.archive)) if _is_sidecar(name)]


def _is_sidecar(name: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{64}\.[0-9a-f]{12}\.json", name) is not None


def control_of(settings: Settings, file_id: str, *arrival: object) -> dict[str, object] | None:
    """What the sender said of a delivery (system, table, name, ordinal); None for nothing."""
    sidecar = settings.archive / _sidecar(file_id, *arrival)
    return _read(sidecar).control if sidecar.exists() else None


def controls(settings: Settings, file_ids: set[str], system: str, table: str) -> dict[str, dict[str, object]]:
    """What senders say of these files of a table, each as its last delivery has it."""
    said: dict[str, Delivery] = {}
    for path in sidecars(settings) if file_ids else ():
        if path.name[:64] in file_ids:
            delivery = _read(path)
            before = said.get(delivery.file_id)
            is_own = (delivery.system, delivery.table) == (system, table)
            if is_own and delivery.control and (before is None or before.seen_at <= delivery.seen_at):
                said[delivery.file_id] = delivery
    return {file_id: delivery.control for file_id, delivery in said.items()}


def read_deliveries(settings: Settings) -> list[Delivery]:
    """Read all deliveries, in the order in which they were seen."""
    found = [_read(path) for path in sidecars(settings)]
    return sorted(found, key=lambda d: (d.seen_at, d.system, d.table, d.exported_at, d.name, d.ordinal))


def _read(sidecar: Path) -> Delivery:
    content = json.loads(sidecar.read_text(encoding="utf-8"))
    times = {key: datetime.fromisoformat(content[key]) for key in ("exported_at", "modified_at", "seen_at")}
    return Delivery(**{**content, **times})
