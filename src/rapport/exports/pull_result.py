"""What a pull found: counts by table, and what was left by why."""

from collections import Counter
from dataclasses import dataclass, field

LEFT = ("unmatched", "unfinished", "undated", "damaged", "unreachable")


@dataclass
class PullResult:
    """What a pull found.

    Attributes:
        tables: (system, table) → counts of `new` deliveries, `known` files (as last time), `repeats` (touched, same content)
            and, where only the newest are taken, `older` ones.
        unmatched: `system: name` of files that no declaration covers.
        unfinished: `system: name` of files that are not complete yet; a later pull takes them.
        undated: `system: name: reason` of files whose name does not tell when they were exported.
        damaged: `system: name: reason` of files that are not what their sender says.
        unreachable: `system: reason` of places that do not answer, and of files that cannot be read or moved there.
    """

    tables: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    unmatched: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The sums, for the journal."""
        sums = sum(self.tables.values(), Counter())
        return {kind: sums[kind] for kind in ("new", "known", "repeats")} | {kind: len(getattr(self, kind)) for kind in LEFT}

    def left(self) -> dict[str, list[str]]:
        """What was not taken, by why."""
        return {kind: names for kind in LEFT if (names := getattr(self, kind))}
