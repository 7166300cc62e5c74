"""Stand-ins for dbt's cross-database macros, so that SQLFluff's jinja templater can render models that call `dbt.…`."""


def array_construct(inputs: list, data_type: str) -> str:
    """An array of DuckDB; one without items takes its type from the cast."""
    return f"cast(array[{', '.join(inputs)}] as {data_type}[])"


def date_trunc(part: str, column: str) -> str:
    return f"date_trunc('{part}', {column})"


def dateadd(part: str, interval: object, column: str) -> str:
    return f"({column} + interval ({interval}) {part})"


def datediff(first: str, second: str, part: str) -> str:
    return f"date_diff('{part}', {first}, {second})"


def last_day(column: str, part: str) -> str:
    return f"last_day(date_trunc('{part}', {column}))"


def listagg(column: str, separator: str = "','", order_by: str = "") -> str:
    return f"string_agg({column}, {separator} {order_by})"


def split_part(text: str, delimiter: str, number: int) -> str:
    """Like dbt's own."""
    return f"split_part({text}, {delimiter}, {number})"
