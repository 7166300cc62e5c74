"""One demo company for all tests of its exports, and readers of its raw files that share no code with the generator."""

import csv
import json
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path

import pytest

from rapport.demo import make_exports

AS_OF = date(2026, 11, 20)


@pytest.fixture(scope="session")
def drops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drops")
    make_exports(folder, AS_OF)
    return folder


@pytest.fixture(scope="session")
def truth(drops: Path) -> dict:
    return json.loads((drops / "demo_truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def raw(drops: Path) -> "Raw":
    return Raw(drops)


class Raw:
    """The raw files, read with the standard library and calamine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def shop(self, table: str) -> Iterator[dict[str, str]]:
        """Rows in the order of export; what does not have the header's width is left out."""
        for path in sorted((self.folder / "shop").glob(f"{table}_????-??-??*.csv")):
            if not path.stem.endswith("_again"):
                with open(path, encoding="utf-8", newline="") as file:
                    header, *rows = csv.reader(file)
                yield from (dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header))

    def euros(self, amount: str, currency: str, day: str) -> Decimal:
        """An amount in euros at the last rate on or before a day, half-up to four decimals."""
        if currency == "EUR":
            return Decimal(amount)
        known = bisect_right(self._rates, (day, Decimal("inf")))
        return (Decimal(amount) * self._rates[known - 1][1]).quantize(Decimal("0.0001"), ROUND_HALF_UP)

    @cached_property
    def _rates(self) -> list[tuple[str, Decimal]]:
        rows = self.canonical("fx_rates")
        assert {(row["from_currency"], row["to_currency"]) for row in rows} == {("USD", "EUR")}
        return sorted((row["rate_on"], Decimal(row["rate"])) for row in rows)

    def canonical(self, table: str) -> list[dict[str, str]]:
        """Rows of all files of a table, in the order of export."""
        rows = []
        for path in sorted((self.folder / "canonical").glob(f"{table}_????-??-??.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                rows += csv.DictReader(file)
        return rows

    def crm(self, name: str) -> list[dict[str, str]]:
        with open(self.folder / "crm" / name, encoding="gb18030", newline="") as file:
            return list(csv.DictReader(file, delimiter=";"))

    def tickets(self) -> dict[str, dict]:
        """The last state of each ticket that can be read."""
        tickets = {}
        for path in sorted((self.folder / "helpdesk").glob("*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                if line.endswith("}") and (ticket := json.loads(line))["created_at"].endswith("Z"):
                    tickets[ticket["id"]] = ticket
        return tickets

    def answers(self) -> Iterator[dict]:
        from python_calamine import CalamineWorkbook

        for path in sorted((self.folder / "surveys").glob("answers_*.xlsx")):
            header, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
            for row in rows:
                answer = dict(zip(header, row, strict=True))
                if isinstance(answer["Score"], float):
                    yield answer
