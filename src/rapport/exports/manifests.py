"""Manifests: what a sender says of a file beside it, its SHA-256, size, number of records and sums of columns."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath

from rapport.errors import ExportRefused

MANIFESTS = (".sha256", ".manifest.json")
LONGEST = 1 << 20  # bytes


@dataclass(frozen=True)
class Control:
    """What a sender says of a file; None for what it does not say.

    Attributes:
        rows: records, rejects included, declared skips not.
        sums: column, or its header in the file → sum over those records, as text, so that no digit is lost.
    """

    sha256: str | None = None
    bytes: int | None = None
    rows: int | None = None
    sums: Mapping[str, str] = field(default_factory=dict)

    def check_content(self, where: str, sha256: str, size: int) -> None:
        """Compare with what arrived.

        Raises:
            ExportRefused: it is not what the sender means.
        """
        again = "The file was damaged or cut on its way, or replaced without its manifest: send both again."
        if self.bytes is not None and self.bytes != size:
            raise ExportRefused(f"It has {size} bytes, and its manifest says {self.bytes}.", where=where, fix=again)
        if self.sha256 is not None and self.sha256 != sha256:
            raise ExportRefused(
                f"Its SHA-256 is {sha256[:12]}…, and its sender says {self.sha256[:12]}….", where=where, fix=again
            )

    def as_json(self) -> dict[str, object]:
        """What a sidecar keeps; empty when the sender said nothing."""
        content = {"sha256": self.sha256, "bytes": self.bytes, "rows": self.rows, "sums": dict(self.sums)}
        return {key: value for key, value in content.items() if value not in (None, {})}

    @classmethod
    def of_json(cls, content: Mapping[str, object]) -> "Control":
        """The reverse of `as_json`."""
        return cls(**content)


def is_manifest(name: str) -> bool:
    """Whether a name is a manifest's: never an export's."""
    return name.endswith(MANIFESTS)


def read_control(name: str, texts: Mapping[str, bytes], where: str) -> Control:
    """Read the manifests of a file.

    Args:
        name: the file's.
        texts: suffix of a manifest → its content.

    Raises:
        ExportRefused: one of them cannot be understood, says nothing of the file, or they contradict each other.
    """
    said = [_READERS[suffix](PurePosixPath(name).name, content, f"{where}{suffix}") for suffix, content in texts.items()]
    digests = {control.sha256 for control in said} - {None}
    if len(digests) > 1:
        raise ExportRefused("Its manifest and its .sha256 contradict each other.", where=where, fix="Send the right ones.")
    merged: dict[str, object] = {}
    for control in said:
        merged |= control.as_json()
    return Control.of_json(merged)


def _checksum(base: str, content: bytes, where: str) -> Control:
    """Lines of sha256sum, `<hex>  <name>`; or the digest alone."""
    lines = [line for line in _text(content, where).splitlines() if line.strip()]
    for line in lines:
        match = re.fullmatch(r"\\?([0-9a-fA-F]{64})(?:[ \t]+\*?(.+?))?\s*", line)
        if match and (match[2] is None or PurePosixPath(match[2].replace("\\", "/")).name == base):
            return Control(sha256=match[1].lower())
    raise ExportRefused(
        "Its .sha256 does not name it.",
        where=where,
        fix="Write it with `sha256sum FILE > FILE.sha256`, or let the file wait with `arrival: {marker: manifest}`.",
    )


def _manifest(_base: str, content: bytes, where: str) -> Control:
    try:
        said = json.loads(_text(content, where), parse_float=Decimal)
        unknown = set(said) - {"sha256", "bytes", "rows", "sums"}
        if unknown:
            raise ValueError(f"it has the unknown key {', '.join(sorted(unknown))}")
        digest = said.get("sha256")
        if digest is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", str(digest)):
            raise ValueError("sha256 is not 64 hex digits")
        for key in ("bytes", "rows"):
            if said.get(key) is not None and (type(said[key]) is not int or said[key] < 0):
                raise ValueError(f"{key} is not a whole number")
        sums = {str(column): str(total) for column, total in (said.get("sums") or {}).items()}
        for column, total in sums.items():
            if not Decimal(total).is_finite():
                raise ValueError(f"the sum of {column} is not a number")
    except (ValueError, TypeError, AttributeError, InvalidOperation) as error:
        words = "a sum is not a number like 123.45" if isinstance(error, InvalidOperation) else str(error)
        raise ExportRefused(
            f"Its manifest cannot be understood: {words}.",
            where=where,
            fix='Write {"sha256": …, "bytes": …, "rows": …, "sums": {"column": "123.45"}}, each of them optional.',
        ) from None
    return Control(digest.lower() if digest else None, said.get("bytes"), said.get("rows"), sums)


def _text(content: bytes, where: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ExportRefused("What lies beside it is no text in UTF-8.", where=where, fix="Send it again.") from None


_READERS = {".sha256": _checksum, ".manifest.json": _manifest}
