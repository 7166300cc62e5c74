"""Personal data of an edition: which columns of marts it prints that are about persons, and what kind of data each holds."""

from typing import TYPE_CHECKING

from rapport.editions.figures import FigureSet
from rapport.editions.listings import Listing
from rapport.editions.report import Breakdown, Report
from rapport.errors import UsageError

if TYPE_CHECKING:
    from rapport.metrics.catalogue import Catalogue

CONTACT_DATA = ("email", "phone")


def personal_data(report: Report, figures: FigureSet, scope: str, catalogue: "Catalogue") -> dict[str, list[str]]:
    """The personal data that an edition prints: class → columns as `mart.column`, both sorted; empty where there is none.

    Every column that a list selects counts, whether a page or only the workbook shows it, and so does what figures are broken
    down by and the scope's own dimension. A list without rows prints nothing.

    Raises:
        UsageError: a list would print mail addresses or telephone numbers without naming their column.
    """
    printed: set[tuple[str, str]] = set()
    for name, listing in figures.listings.items():
        entry = report.figures[name]
        if listing.all_rows:
            by = isinstance(entry, Breakdown)
            printed |= _of_dimensions(entry, catalogue) if by else _of_query(report, name, listing, catalogue)
    if scope != "all":
        printed |= _of_sql(
            f"select {catalogue.customer_dimensions()[scope.partition('=')[0]]}", catalogue.attribute_model, catalogue
        )
    found: dict[str, list[str]] = {}
    for mart, column in sorted(printed):
        if kind := _class_of(mart, column, catalogue):
            found.setdefault(kind, []).append(f"{mart}.{column}")
    return dict(sorted(found.items()))


def _class_of(mart: str, column: str, catalogue: "Catalogue") -> str | None:
    known = catalogue.marts.get(mart)
    return known.personal.get(column) if known else None


def _of_dimensions(entry: Breakdown, catalogue: "Catalogue") -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for name in entry.metrics:
        dimension = catalogue.dimension(catalogue.metric(name), entry.by)
        found |= _of_sql(f"select {dimension.expression}", catalogue.mart_of(dimension.model).name, catalogue)
    return found


def _of_query(report: Report, name: str, listing: Listing, catalogue: "Catalogue") -> set[tuple[str, str]]:
    found = _carried(listing.sql, catalogue)
    named = _named(listing.sql)
    for mart, column in sorted(found):
        kind = _class_of(mart, column, catalogue)
        if kind in CONTACT_DATA and column not in named:
            raise UsageError(
                f"The list {name!r} would print {mart}.{column}, which is contact data ({kind}), without naming it.",
                where=f"reports/{report.name}/report.yml",
                fix=f"In place of `*` select the columns that the list needs, `{column}` only if it is to be printed.",
            )
    return found


def _of_sql(selection: str, mart: str, catalogue: "Catalogue") -> set[tuple[str, str]]:
    return _carried(f"{selection} from marts.{mart}", catalogue)


def _carried(sql: str, catalogue: "Catalogue") -> set[tuple[str, str]]:
    """The columns of marts that a query's columns carry, as (mart, column)."""
    import sqlglot
    from sqlglot import exp

    from rapport.metrics.carried import carried

    read = {
        table.name for table in sqlglot.parse_one(sql, dialect="duckdb").find_all(exp.Table) if table.name in catalogue.marts
    }
    columns = {f"marts.{name}": list(catalogue.marts[name].columns) for name in read}
    try:
        outputs = carried(sql, columns).values()
    except sqlglot.errors.SqlglotError:  # DuckDB understood it: what cannot be followed is taken to print all that it reads
        return {(name, column) for name in read for column in catalogue.marts[name].columns}
    return {(table.removeprefix("marts."), column) for sources in outputs for table, column in sources}


def _named(sql: str) -> set[str]:
    """The columns that a query names in what it selects."""
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(sql, dialect="duckdb")
    return {
        column.name.lower()
        for query in tree.find_all(exp.Select)
        for selected in query.expressions
        for column in selected.find_all(exp.Column)
    }
