"""What columns carry: the columns of tables whose values, whole or in part, stand in a column that a query selects."""

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope

Source = tuple[str, str]  # table as `schema.name`, column


def carried(sql: str, tables: Mapping[str, Collection[str]]) -> dict[str, set[Source]]:
    """The columns of tables that each column of a query carries, in the order of the query.

    A value is carried through renaming, trimming, casting, joining of texts, choice (`coalesce`, `case`) and aggregates that
    hand a value on (`max`, `list`). It is not by what only says something about it: counts, lengths, comparisons, digests, and
    what rows are filtered, sorted or grouped by. What cannot be resolved counts as carried: a whole row holds all its columns.

    Args:
        sql: one query in DuckDB's SQL, nothing left to render.
        tables: `schema.name` → columns, of the tables that it reads; of others only columns that it names are known.

    Raises:
        sqlglot.errors.SqlglotError: it is no query.
    """
    import sqlglot
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    schema: dict[str, dict[str, dict[str, str]]] = {}
    for table, columns in tables.items():
        if columns:
            database, _, name = table.rpartition(".")
            schema.setdefault(database, {})[name] = dict.fromkeys(columns, "unknown")
    tree = qualify(
        sqlglot.parse_one(sql, dialect="duckdb"),
        dialect="duckdb",
        schema=schema,
        validate_qualify_columns=False,
        quote_identifiers=False,
        identify=False,
    )
    return dict(_Walk(tables).outputs(build_scope(tree)))


class _Walk:
    """Follows columns from a query down to its tables."""

    def __init__(self, tables: Mapping[str, Collection[str]]) -> None:
        self._tables = tables
        self._known: dict[int, list[tuple[str, set[Source]]]] = {}

    def outputs(self, scope: "Scope") -> list[tuple[str, set[Source]]]:
        """The columns that a scope gives, and what they carry."""
        if id(scope) not in self._known:
            self._known[id(scope)] = []  # a recursive query meets itself: what its first part carries is all there is
            self._known[id(scope)] = list(self._outputs(scope))
        return self._known[id(scope)]

    def _outputs(self, scope: "Scope") -> Iterator[tuple[str, set[Source]]]:
        from sqlglot import exp

        if scope.set_operation_scopes:
            first, second = (self.outputs(one) for one in scope.set_operation_scopes)
            by_name = bool(scope.expression.args.get("by_name"))
            other = dict(second)
            for place, (name, sources) in enumerate(first):
                more = other.get(name, set()) if by_name else second[place][1] if place < len(second) else set()
                yield name, sources | more
            if by_name:
                yield from ((name, sources) for name, sources in second if name not in dict(first))
            return
        if not isinstance(scope.expression, exp.Select):  # unnest and the like: a column may hold any of its input
            yield "*", {source for child in scope.expression.iter_expressions() for source in self._of(child, scope)}
            return
        for projection in scope.expression.selects:
            yield projection.alias_or_name, self._of(projection, scope)

    def _of(self, node: "exp.Expression", scope: "Scope") -> set[Source]:
        from sqlglot import exp

        match node:
            case exp.Column() if isinstance(node.this, exp.Star):
                return self._whole(node.table, scope)
            case exp.Column():
                return self._column(node, scope)
            case exp.TableColumn():  # a row as one value
                return self._whole(node.name, scope)
            case exp.Star():
                return self._everything(scope)
            case exp.Count() | exp.CountIf() | exp.ApproxDistinct() | exp.Length() | exp.StrPosition() | exp.Predicate():
                return set()
            case exp.MD5() | exp.SHA() | exp.SHA2():
                return set()
            case exp.Order() if node.this is None:  # `within group (order by value)`
                return {source for one in node.expressions for source in self._of(one, scope)}
            case exp.Window() | exp.Filter() | exp.Order() | exp.ArgMax() | exp.ArgMin():
                return self._of(node.this, scope)
            case exp.Case():
                values = [branch.args["true"] for branch in node.args["ifs"]]
                values += [node.args["default"]] if node.args.get("default") else []
                return {source for value in values for source in self._of(value, scope)}
            case exp.If():
                values = [node.args.get("true"), node.args.get("false")]
                return {source for value in values if value is not None for source in self._of(value, scope)}
            case exp.Subquery():
                return self._of(node.this, scope)
            case exp.Query():
                inner = next((one for one in scope.subquery_scopes if one.expression is node), None)
                return {source for _, sources in self.outputs(inner) for source in sources} if inner else set()
        return {source for child in node.iter_expressions() for source in self._of(child, scope)}

    def _column(self, column: "exp.Column", scope: "Scope") -> set[Source]:
        if not column.table:
            return {one for one in self._everything(scope) if one[1] == column.name}
        source = self._source(column.table, scope)
        if source is None:
            return self._everything(scope)
        if table := self._name(source):
            return {(table, column.name)}
        outputs = dict(self.outputs(source))
        return outputs.get(column.name, outputs.get("*", set()))

    def _everything(self, scope: "Scope") -> set[Source]:
        return {source for name in scope.selected_sources for source in self._whole(name, scope)}

    def _whole(self, name: str, scope: "Scope") -> set[Source]:
        source = self._source(name, scope)
        if source is None:
            return self._everything(scope)
        if table := self._name(source):
            return {(table, column) for column in self._tables.get(table, ())}
        return {one for _, sources in self.outputs(source) for one in sources}

    def _source(self, name: str, scope: "Scope | None") -> "exp.Table | Scope | None":
        """What a name stands for, in a query or one around it."""
        while scope is not None and name not in scope.sources:
            scope = scope.parent
        return scope.sources[name] if scope else None

    @staticmethod
    def _name(source: "exp.Table | Scope") -> str | None:
        from sqlglot import exp

        return f"{source.db}.{source.name}" if isinstance(source, exp.Table) else None
