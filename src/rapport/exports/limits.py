"""Limits: how large, dense and slow a file may be before it is refused; each export may declare its own."""

from pydantic import Field

from rapport.exports.column import Strict


class Limits(Strict):
    """What one file may cost.

    Attributes:
        unpacked_mib: MiB after unpacking.
        ratio: how many bytes one packed byte may become.
        line_kib: KiB of one physical line.
        columns: columns of the header.
        memory_mib: MiB of memory while it is parsed.
        seconds: of CPU while it is parsed, beside a second for each MiB of it.
    """

    unpacked_mib: int = Field(default=2048, ge=1)
    ratio: int = Field(default=200, ge=1)
    line_kib: int = Field(default=1024, ge=1)
    columns: int = Field(default=2000, ge=1)
    memory_mib: int = Field(default=2048, ge=256)
    seconds: int = Field(default=300, ge=1)
