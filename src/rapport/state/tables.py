"""The tables of the state database. A change here needs a migration in `migrations/versions`; a test compares the two."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData()


class Instant(TypeDecorator):
    """An instant: aware in Python, UTC in the database, whatever the engine (SQLite forgets zones)."""

    impl = DateTime(timezone=False)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: object) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: object) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def _at(name: str, **options: object) -> Column:
    """A column for an instant."""
    return Column(name, Instant(), **options)


# --- exports ---------------------------------------------------------------------------------------------------------
files = Table(
    "files",
    metadata,
    Column("file_id", String(64), primary_key=True),  # SHA-256 of the content
    Column("suffix", String(32), nullable=False),
    Column("bytes", Integer, nullable=False),
    _at("first_seen_at", nullable=False),
)
deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", Integer, primary_key=True),
    Column("system", String(64), nullable=False),
    Column("table_name", String(128), nullable=False),
    Column("name", Text, nullable=False),
    _at("exported_at", nullable=False),
    Column("file_id", ForeignKey("files.file_id"), nullable=False),
    Column("place", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    _at("modified_at"),  # of the dropped file; with `bytes`, lets a later pull skip hashing
    _at("seen_at", nullable=False),
    UniqueConstraint("system", "table_name", "name", "exported_at", "file_id", "seen_at"),  # A→B→A on one day is three
)
loads = Table(
    "loads",
    metadata,
    Column("file_id", String(64), primary_key=True),
    Column("system", String(64), primary_key=True),
    Column("table_name", String(128), primary_key=True),
    Column("declaration", String(16), primary_key=True),  # hash of the declaration that typed the file
    Column("path", Text, nullable=False),
    Column("rows_in_file", Integer, nullable=False),
    Column("rows_good", Integer, nullable=False),
    Column("rows_rejected", Integer, nullable=False),
    Column("rows_skipped", Integer, nullable=False),
    _at("loaded_at", nullable=False),
    Column("notices", JSON),  # texts worth saying of the file though it was taken; none are known of loads before this column
)
refusals = Table(  # whole files that were not taken
    "refusals",
    metadata,
    Column("file_id", String(64), primary_key=True),
    Column("system", String(64), primary_key=True),
    Column("table_name", String(128), primary_key=True),
    Column("declaration", String(16), primary_key=True),
    Column("what", Text, nullable=False),
    Column("fix", Text, nullable=False),
    _at("refused_at", nullable=False),
)
registrations = Table(  # the load sequence: a delivery, typed by a declaration, made visible to builds
    "registrations",
    metadata,
    Column("sequence", Integer, primary_key=True),
    Column("delivery_id", ForeignKey("deliveries.delivery_id"), nullable=False),
    Column("declaration", String(16), nullable=False),
    _at("registered_at", nullable=False),
    UniqueConstraint("delivery_id", "declaration"),
    sqlite_autoincrement=True,
)

# --- runs, builds, gates, snapshots -----------------------------------------------------------------------------------
runs = Table(
    "runs",
    metadata,
    Column("run_id", Integer, primary_key=True),
    Column("command", Text, nullable=False),
    Column("status", String(16), nullable=False),  # started, done, failed
    Column("owner", Text, nullable=False),  # name@host:pid
    _at("as_of"),
    _at("started_at", nullable=False),
    _at("ended_at"),
    Column("message", Text),
    sqlite_autoincrement=True,
)
run_steps = Table(
    "run_steps",
    metadata,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("step", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("counts", JSON, nullable=False),
    _at("started_at", nullable=False),
    _at("ended_at"),
)
builds = Table(
    "builds",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("status", String(16), nullable=False),  # started, finished, failed
    _at("as_of", nullable=False),
    Column("from_sequence", Integer, nullable=False),
    Column("to_sequence", Integer, nullable=False),
    Column("lake_hash", String(64), nullable=False),  # of (file, declaration, delivery) it has seen
    Column("fingerprint", String(64), nullable=False),  # of systems, feeds, shared_ids, currency, timezone, revenue_basis
    Column("full_refresh", Boolean, nullable=False),
    Column("counts", JSON, nullable=False),
    _at("started_at", nullable=False),
    _at("finished_at"),
    Column("message", Text),
    Column("project", String(64)),  # of the SQL, seeds and vars by which the stored rows were made
    Column("seen", String(64)),  # of the sequences that it has seen: one that is gone cannot be taken back row by row
    sqlite_autoincrement=True,
)
verdicts = Table(
    "verdicts",
    metadata,
    Column("verdict_id", Integer, primary_key=True),
    Column("gate", String(8), nullable=False),  # raw, marts
    Column("lake_hash", String(64)),  # what a raw verdict is about
    Column("build_number", Integer),  # what a marts verdict is about
    Column("is_open", Boolean, nullable=False),
    Column("suites", String(64), nullable=False),  # hash of the suites that were asked
    Column("skipped", JSON, nullable=False),  # suites that were not asked, each with the reason
    _at("checked_at", nullable=False),
    sqlite_autoincrement=True,
)
checks = Table(
    "checks",
    metadata,
    Column("check_id", Integer, primary_key=True),
    Column("verdict_id", ForeignKey("verdicts.verdict_id"), nullable=False),
    Column("name", Text, nullable=False),  # stable: <gate>/<suite>/<expectation>[:<column>]
    Column("table_name", Text, nullable=False),
    Column("expectation", Text, nullable=False),
    Column("column_name", Text),
    Column("severity", String(16), nullable=False),  # critical, warning
    Column("closes", JSON, nullable=False),  # "all" or a list of sections
    Column("passed", Boolean, nullable=False),
    Column("observed", Text),
    Column("expected", Text),
    Column("failing_rows", Integer),
    Column("samples", JSON, nullable=False),  # up to 20 failing rows
    Column("description", Text, nullable=False),
)
snapshot_numbers = Table(  # given out before anything is written, so that a crash leaves a gap and never a second use
    "snapshot_numbers",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    _at("given_at", nullable=False),
)
snapshots = Table(
    "snapshots",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("build_number", Integer, nullable=False),
    Column("content_hash", String(128), nullable=False),  # <way of hashing>:<64 hex>
    _at("as_of", nullable=False),
    _at("published_at", nullable=False),
    sqlite_autoincrement=True,
)

# --- editions and delivery -------------------------------------------------------------------------------------------
editions = Table(
    "editions",
    metadata,
    Column("edition_id", String(256), primary_key=True),  # management_month.2026-10.all.r1
    Column("report", String(128), nullable=False),
    Column("period", String(64), nullable=False),
    Column("scope", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("status", String(16), nullable=False),  # released, held, superseded
    Column("snapshot", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("folder", Text, nullable=False),
    _at("composed_at", nullable=False),
    UniqueConstraint("report", "period", "scope", "revision"),
)
messages = Table(
    "messages",
    metadata,
    Column("message_id", String(256), primary_key=True),  # deterministic Message-ID
    Column("edition_id", ForeignKey("editions.edition_id"), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("locale", String(16), nullable=False),
    Column("status", String(16), nullable=False),  # planned, claimed, sending, sent, deferred, failed, unknown, held
    Column("attempts", Integer, nullable=False),
    Column("owner", Text),  # who claimed it: name@host:pid
    Column("server", Text),
    Column("reply", Text),  # the server's last words
    _at("planned_at", nullable=False),
    _at("changed_at", nullable=False),
    UniqueConstraint("edition_id", "recipient"),
)
audit = Table(
    "audit",
    metadata,
    Column("audit_id", Integer, primary_key=True),
    _at("happened_at", nullable=False),
    Column("who", Text, nullable=False),
    Column("action", String(64), nullable=False),
    Column("object", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    sqlite_autoincrement=True,
)
