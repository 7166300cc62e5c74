"""The archive: every file ever dropped, under its SHA-256, with a sidecar per delivery; all else can be made again from it."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from rapport.exports.places import Dropped
from rapport.files import move_into_place, write_atomically
from rapport.settings import Settings

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Delivery:
    """The arrival of a file: what its sidecar says.

    Attributes:
        ordinal: how many deliveries of this name there were before, plus one; so A→B→A are three.
        exported_at, modified_at, seen_at: UTC; `seen_at` is when this arrival was first seen.
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

    @property
    def sidecar(self) -> str:
        """The sidecar's file name: the same for the same arrival, however often a crash repeats it."""
        arrival = json.dumps([self.system, self.table, self.name, self.ordinal])
        return f"{self.file_id}.{hashlib.sha256(arrival.encode()).hexdigest()[:12]}.json"


def suffix_of(name: str) -> str:
    """The file name's last suffix, if it is a plain one: no character in it can mean anything to a reader of paths."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if re.fullmatch(r"\.[a-z0-9_]{1,31}", suffix) else ""


def archived(settings: Settings, file_id: str, suffix: str) -> Path:
    """Where the archive keeps a file."""
    return settings.archive / f"{file_id}{suffix}"


def keep(settings: Settings, dropped: Dropped, suffix: str, scratch: Path) -> str | None:
    """Copy a dropped file into the archive, unless its content is there.

    Args:
        scratch: folder in the archive's file system.

    Returns:
        Its SHA-256, or None when the file changed while it was read: it is taken next time.
    """
    copy = scratch / "copy"
    try:
        sha256 = hashlib.sha256()
        with dropped.open() as source, open(copy, "wb") as target:
            while chunk := source.read(_CHUNK):
                sha256.update(chunk)
                target.write(chunk)
        if not dropped.is_unchanged():
            return None
        kept = archived(settings, sha256.hexdigest(), suffix)
        if not kept.exists():
            move_into_place(copy, kept, point="pull.file.renamed")
        return sha256.hexdigest()
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
    content = json.dumps(asdict(delivery), default=datetime.isoformat, ensure_ascii=False, indent=1)
    write_atomically(sidecar, content.encode(), point="pull.sidecar.renamed")
    return delivery


def sidecars(settings: Settings) -> list[Path]:
    """The sidecars of all deliveries."""
    return sorted(
        path for path in settings.archive.glob("*.json") if re.fullmatch(r"[0-9a-f]{64}\.[0-9a-f]{12}\.json", path.name)
    )


def read_deliveries(settings: Settings) -> list[Delivery]:
    """Read all deliveries, in the order in which they were seen."""
    found = [_read(path) for path in sidecars(settings)]
    return sorted(found, key=lambda d: (d.seen_at, d.system, d.table, d.exported_at, d.name, d.ordinal))


def _read(sidecar: Path) -> Delivery:
    content = json.loads(sidecar.read_text(encoding="utf-8"))
    times = {key: datetime.fromisoformat(content[key]) for key in ("exported_at", "modified_at", "seen_at")}
    return Delivery(**{**content, **times})
