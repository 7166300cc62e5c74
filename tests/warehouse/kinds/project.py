"""A project of one system with an export of each kind of load, and what it must make of files, reckoned record by record."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.conftest import PROJECT

HERE = Path(__file__).parent
BERLIN = ZoneInfo("Europe/Berlin")
SNAPSHOTS, DELTAS = ("products", "tickets"), ("invoices", "credits")
TABLES = (*SNAPSHOTS, "orders", "order_lines", *DELTAS)
RESULT = "item_id, value, _exported_at, _file_id, _row, _removed_at"  # what may not depend on how files came


@dataclass(frozen=True)
class Record:
    """A record of a file; `changed` is the day of its version, 0 where the record does not say."""

    no: str
    value: str
    changed: int = 0
    op: str = "U"

    @property
    def changed_at(self) -> datetime | None:
        return datetime(2026, 5, self.changed, 9, tzinfo=UTC) if self.changed else None

    @property
    def changed_on(self) -> date | None:
        return date(2026, 5, self.changed) if self.changed else None


@dataclass(frozen=True)
class Delivery:
    """A file as each export gets it; files of one day are told apart by their letters alone."""

    day: int
    letter: str
    records: tuple[Record, ...]

    @property
    def name(self) -> str:
        return f"_2026-05-{self.day:02}_{self.letter}.csv"  # after the export's

    @property
    def exported_at(self) -> datetime:
        return datetime(2026, 5, self.day, tzinfo=BERLIN)

    @property
    def text(self) -> str:
        rows = [f"{r.no},{r.value},{r.changed_at or ''},{r.changed_on or ''},{r.op}\n" for r in self.records]
        return "".join(["no,value,changed_at,changed_on,op\n", *rows])


def make_project(folder: Path) -> None:
    """Write the project: two models for each table, as an analyst would."""
    own, made = PROJECT / "dbt_project", folder / "dbt_project"
    shutil.copytree(own / "macros", made / "macros")
    shutil.copytree(own / "tests/generic", made / "tests/generic")
    for name in ("dbt_project.yml", "profiles.yml", "models/core/_rapport__sources.yml"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(own / name, made / name)
    shutil.copy(HERE / "company.yml", folder / "company.yml")
    system = made / "models/systems/feed"
    system.mkdir(parents=True)
    shutil.copy(HERE / "_feed__sources.yml", system)
    types = {"_system": "varchar", "_file_id": "varchar", "_row": "bigint"}
    types |= dict.fromkeys(("_exported_at", "_loaded_at", "_removed_at"), "timestamptz") | {"_load": "bigint"}
    columns = "".join(f"      - {{name: {name}, data_type: {kind}}}\n" for name, kind in types.items())
    for table in TABLES:
        source, removed = f"{{{{ source('feed', '{table}') }}}}", table in SNAPSHOTS or table in DELTAS
        if removed:
            macro = "latest_snapshot" if table in SNAPSHOTS else "latest_upsert"
            source = f"({{{{ {macro}('feed', '{table}', ['no']) }}}}) as records"
        provenance = "provenance(removed=true)" if removed else "provenance()"
        select = f"select\n    no as item_id,\n    value,\n    {{{{ {provenance} }}}}\nfrom {source}\n"
        (system / f"core_feed__{table}.sql").write_text(select)
        core = made / "models/core" / table
        declared = "{'item_id': 'varchar not null', 'value': 'varchar'}"
        core.with_suffix(".sql").write_text(f"{{{{ core_union('{table}', ['item_id'], {declared}) }}}}\n")
        key = "      - {name: item_id, data_type: varchar, constraints: [{type: not_null}]}\n"
        value = "      - {name: value, data_type: varchar}\n"
        core.with_suffix(".yml").write_text(f"models:\n  - name: {table}\n    columns:\n{key}{value}{columns}")


def without_repeats(arrived: Iterable[Delivery]) -> list[Delivery]:
    """What is told anew: a file that stands under its name already tells nothing; one that stood there before does."""
    told: list[Delivery] = []
    last: dict[str, Delivery] = {}
    for delivery in arrived:
        if last.get(delivery.name) != delivery:
            told.append(delivery)
        last[delivery.name] = delivery
    return told


def expected(table: str, arrived: Iterable[Delivery], file_id: object) -> list[tuple]:
    """The rows of a core table (`RESULT`), found by looking at every record of every file.

    Args:
        arrived: in the order of arrival, which counts only for files of one name.
        file_id: from a delivery to the id of its file; equal texts are one file, of which the newest delivery counts.
    """
    newest_of: dict[str, tuple[int, Delivery]] = {}
    by_time = sorted(without_repeats(arrived), key=lambda d: (d.exported_at, d.name))  # of equals, as they arrived
    for place, delivery in enumerate(by_time):
        newest_of[file_id(delivery)] = (place, delivery)
    versions: dict[str, list[tuple]] = {}
    for file, (place, delivery) in newest_of.items():
        for row, record in enumerate(delivery.records, start=1):
            at = delivery.exported_at
            if record.changed and table in ("tickets", "credits"):
                at = record.changed_at
            if record.changed and table == "order_lines":
                at = datetime(2026, 5, record.changed, tzinfo=UTC) - timedelta(hours=2)  # midnight of a summer's day in Berlin
            versions.setdefault(record.no, []).append((at, place, row, file, record))
    last_delivery = by_time[-1]
    there = {record.no for record in last_delivery.records}
    rows = []
    for no, found in versions.items():
        found.sort(key=lambda version: version[:3])
        living = [version for version in found if table not in DELTAS or version[-1].op != "D"]
        if not living:
            continue
        at, _, row, file, record = living[-1]
        removed_at = None
        if table in SNAPSHOTS and no not in there:
            removed_at = last_delivery.exported_at
        elif table in DELTAS and found[-1] is not living[-1]:
            removed_at = found[-1][0]
        rows.append((no, record.value or None, at, file, row, removed_at))
    return sorted(rows)
