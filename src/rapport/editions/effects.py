"""Effects: which figures of a report a check that did not pass touches, by the lineage of their metrics."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapport.editions.background import FailedCheck
from rapport.editions.proof import models_above

if TYPE_CHECKING:
    from rapport.metrics.catalogue import Catalogue, Metric


@dataclass(frozen=True)
class Effect:
    """A check that did not pass, and the metrics on the pages that its table leads to."""

    check: FailedCheck
    metrics: tuple[str, ...]


def effects_of(failed: Iterable[FailedCheck], shown: Iterable["Metric"], catalogue: "Catalogue") -> list[Effect]:
    """Name what each failed check touches.

    Args:
        failed: checks of tables called `lake.<system>.<export>` or `marts.<mart>`.
        shown: the metrics on the pages.
    """
    above = {metric.name: set(models_above(catalogue, metric)) for metric in shown}
    return [Effect(check, tuple(name for name, nodes in above.items() if _node(check.table) in nodes)) for check in failed]


def _node(table: str) -> str:
    """A table as lineage names it: `source shop.orders`, `model sales_lines`."""
    layer, _, name = table.partition(".")
    return f"source {name}" if layer == "lake" else f"model {name}"
