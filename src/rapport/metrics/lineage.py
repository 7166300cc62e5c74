"""Lineage: what a company's systems would have to feed for a metric to have an answer."""

from collections.abc import Mapping, Sequence

from rapport.metrics.catalogue import Catalogue


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
