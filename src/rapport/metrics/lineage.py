"""Lineage: what a metric is read from, and what a company's systems would have to feed for it to have an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapport.metrics.catalogue import Catalogue
from rapport.metrics.definitions import Metric


@dataclass(frozen=True)
class Origins:
    """What a metric is read from, as dbt's manifest has it; each sorted by name.

    Args:
        marts: those whose rows it adds up, and those that say whether it may be told and on how many it rests.
        core: the core tables of which these are made; none where they tell of the files themselves.
    """

    marts: tuple[str, ...]
    core: tuple[str, ...]


def origins(catalogue: Catalogue, metric: Metric) -> Origins:
    """The marts and the core tables that a metric is read from, however it is asked; marts of dimensions are left out."""
    marts: set[str] = set()
    seen: set[str] = set()
    todo = [metric, *catalogue.stand_ins(metric).values()]
    while todo:
        one = todo.pop()
        if one.name in seen:
            continue
        seen.add(one.name)
        marts |= {catalogue.mart_of(one.model).name} if one.model else set()
        marts |= {one.gate.mart} if one.gate else set()
        beside = (one.n, one.standard_error, *(need.metric for need in one.needs), *one.difference_of)
        todo += [catalogue.metric(name) for name in (*(part.metric for part in one.inputs), *beside) if name]
    core = {table for mart in marts for table in _core_tables(catalogue, catalogue.marts[mart].unique_id)}
    return Origins(tuple(sorted(marts)), tuple(sorted(core)))


def unfed(catalogue: Catalogue, mart: str, feeds: Mapping[str, Sequence[str]]) -> list[str]:
    """The core tables that an empty mart lacks because no system feeds them.

    A mart that says `fed_by` in its meta names the tables without which it is empty. Else all core tables that its SQL reads
    count.

    Args:
        feeds: core table → systems, as in company.yml.
    """
    about = catalogue.marts[mart]
    needed = about.meta.get("fed_by") or sorted(_core_tables(catalogue, about.unique_id))
    return [table for table in needed if not feeds.get(table)]


def _core_tables(catalogue: Catalogue, unique_id: str) -> set[str]:
    found, seen, todo = set(), set(), [unique_id]
    while todo:
        for parent in catalogue.parents.get(todo.pop(), ()):
            if parent in seen:
                continue
            seen.add(parent)
            if parent in catalogue.core:
                found.add(parent.rsplit(".", 1)[-1])
            else:
                todo.append(parent)
    return found
