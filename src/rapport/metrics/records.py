"""Records: the rows of export files that add up to a figure."""

from decimal import Decimal

from rapport.errors import RapportError, UsageError
from rapport.metrics.catalogue import Catalogue
from rapport.metrics.definitions import ADDITIVE, Metric
from rapport.metrics.figures import Figure, rounded
from rapport.metrics.measuring import Measuring

Record = tuple[str, int, Decimal]  # file id (SHA-256), record number in the file, amount


def signs(catalogue: Catalogue, metric: Metric) -> list[tuple[int, str, tuple[str, ...]]] | None:
    """The simple metrics that a metric adds up, each with +1 or −1 and its filters; None when it is not such a sum.

    A simple metric is its own sum if records add up to it: sums and counts over a mart whose rows say which record they come
    from.
    """
    if metric.kind == "simple":
        mart = catalogue.mart_of(metric.model)
        return [(1, metric.name, ())] if metric.aggregation in ADDITIVE and mart and mart.has_records else None
    if metric.kind != "derived":
        return None
    terms: list[tuple[int, str, tuple[str, ...]]] = []
    inputs = {one.alias: one for one in metric.inputs}
    linear = _linear(metric.expression)
    if linear is None or set(linear) != set(inputs):
        return None
    for alias, sign in linear.items():
        below = signs(catalogue, catalogue.metric(inputs[alias].metric))
        if below is None:
            return None
        terms += [(sign * inner, leaf, filters + inputs[alias].filters) for inner, leaf, filters in below]
    return terms


def records_of(measuring: Measuring, figure: Figure) -> list[Record]:
    """The records of an additive figure; their amounts add up to its value.

    Raises:
        UsageError: the figure is not a sum of records (a ratio, a median, a figure of a listing).
        RapportError: they do not add up, so the figure must not be printed as proved.
    """
    how = figure.measurement
    terms = signs(measuring.catalogue, measuring.catalogue.metric(how.metric)) if how else None
    if terms is None:
        raise UsageError(f"{figure.id} is not a sum of records.", fix="Ask for the records of its parts.")
    found: dict[tuple[str, int], Decimal] = {}
    for sign, leaf, filters in terms:
        for file_id, row, amount in measuring.records(leaf, how, filters):
            found[file_id, row] = found.get((file_id, row), Decimal(0)) + sign * amount
    total = sum(found.values(), Decimal(0))
    if rounded(total, figure.unit) != (figure.value or 0):
        raise RapportError(
            f"The records of {figure.id} add up to {total}, not to {figure.value}.",
            where=", ".join(leaf for _, leaf, _ in terms),
            fix="The mart's _file_id and _row are not those of the records that its amounts come from.",
        )
    return [(file_id, row, amount) for (file_id, row), amount in sorted(found.items())]


def _linear(expression: str) -> dict[str, int] | None:
    """`a - coalesce(b, 0) + c` as {a: 1, b: -1, c: 1}; None for anything but sums and differences of names."""
    import sqlglot
    from sqlglot import exp

    found: dict[str, int] = {}

    def add(node: exp.Expression, sign: int) -> bool:
        match node:
            case exp.Paren():
                return add(node.this, sign)
            case exp.Add():
                return add(node.left, sign) and add(node.right, sign)
            case exp.Sub():
                return add(node.left, sign) and add(node.right, -sign)
            case exp.Neg():
                return add(node.this, -sign)
            case exp.Coalesce() if [one.sql() for one in node.expressions] == ["0"]:
                return add(node.this, sign)
            case exp.Column() if node.name not in found:
                found[node.name] = sign
                return True
        return False

    return found if add(sqlglot.parse_one(expression, dialect="duckdb"), 1) else None
