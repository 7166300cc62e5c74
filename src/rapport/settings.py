"""Settings: one frozen object from RAPPORT_* and company.yml."""

import hashlib
import os
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from rapport.company import Company, read_company
from rapport.errors import UsageError


def _project_above(start: Path) -> Path | None:
    return next((folder for folder in (start, *start.parents) if (folder / "dbt_project").is_dir()), None)


def _default_project() -> Path:
    found = _project_above(Path.cwd()) or _project_above(Path(__file__).resolve().parent)
    if found is None:
        raise UsageError(
            "No project was found.",
            where=f"no folder above {Path.cwd()} holds dbt_project/",
            fix="Change into the project, or set RAPPORT_PROJECT.",
        )
    return found


class Settings(BaseSettings):
    """Where everything is and when "now" is; every function that needs a place or a time takes this object."""

    model_config = SettingsConfigDict(env_prefix="RAPPORT_", frozen=True, extra="ignore", populate_by_name=True)

    project: Path = Field(default_factory=_default_project)
    home: Path | None = None
    company_file: Path | None = Field(default=None, validation_alias="RAPPORT_COMPANY")
    lake: Path | str | None = None  # a folder, or s3://bucket/prefix: then this is the folder of its copies here
    archive: Path | str | None = None
    lake_url: str | None = Field(default=None, init=False)
    archive_url: str | None = Field(default=None, init=False)
    state_url: str | None = None
    as_of_option: datetime | None = Field(default=None, validation_alias="RAPPORT_AS_OF")
    memory_limit: str = (
        "2500MB"  # of each DuckDB connection; more spills to disk. A night over 10 M order lines then stays below 3 GiB
    )
    threads: int = Field(default=2, ge=1)  # of DuckDB and of dbt; more gained nothing
    drops: dict[str, str] = {}  # overrides of company.yml for one run: system → path

    @field_validator("lake", "archive")
    @classmethod
    def _folder_or_url(cls, value: Path | str | None) -> Path | str | None:
        if isinstance(value, str) and value.startswith("s3://"):
            return value
        return cls._absolute(None if value is None else Path(value))

    @field_validator("project", "home", "company_file")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        if value is not None and ":/" in str(value):
            raise ValueError(f"{value} is not a local folder (the lake and the archive may also be s3://bucket/prefix)")
        return None if value is None else Path(os.path.abspath(value.expanduser()))

    def model_post_init(self, _context: object) -> None:
        home = self.home or self.project / "var"
        defaults = {
            "home": home,
            "company_file": self.company_file or self.project / "company.yml",
            "lake": self.lake or home / "lake",
            "archive": self.archive or home / "archive",
            "lake_url": None,
            "archive_url": None,
            "state_url": self.state_url or f"sqlite:///{home / 'state.sqlite'}",
        }
        for name in ("lake", "archive"):
            if isinstance(url := defaults[name], str):
                copies = home / "cache" / f"{name}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
                defaults |= {name: copies, f"{name}_url": url}
        for name, value in defaults.items():  # frozen for everybody else
            object.__setattr__(self, name, value)

    @cached_property
    def company(self) -> Company:
        """The company, read on first use."""
        return read_company(self.company_file)

    # places below the home, in the order of the data
    @property
    def dbt_project(self) -> Path:
        return self.project / "dbt_project"

    @property
    def expectations(self) -> Path:
        return self.project / "expectations"

    @property
    def reports(self) -> Path:
        return self.project / "reports"

    @property
    def warehouse_file(self) -> Path:
        return self.home / "warehouse.duckdb"

    @property
    def development_warehouse(self) -> Path:
        """Where `rapport dbt` builds, so that an analyst never touches the nightly warehouse."""
        return self.home / "dev" / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        return self.home / "published"

    @property
    def editions(self) -> Path:
        return self.home / "editions"

    @property
    def mailbox(self) -> Path:
        return self.home / "mailbox"

    @property
    def scratch(self) -> Path:
        """Temporary files, on the same file system as everything that is renamed into place."""
        return self.home / "tmp"

    def drop_of(self, system: str) -> str:
        """The place where a system drops its exports: an override, else company.yml; relative ones lie under the home.

        An override given on the command line is relative to where the command was typed, so the CLI makes it absolute.
        """
        place = self.drops.get(system) or self.company.systems[system].drops
        return place if "://" in place else str(self.home / place)

    def connection(self, name: str) -> str | None:
        """The URL of a connection, from RAPPORT_CONN_<NAME>; None when it is not set."""
        return os.environ.get(f"RAPPORT_CONN_{name.upper()}")

    @property
    def recipients_file(self) -> Path:
        """`recipients.yml` under the home; else the one beside the company file, which is how examples bring theirs."""
        own = self.home / "recipients.yml"
        return own if own.exists() else self.company_file.parent / "recipients.yml"

    def as_of(self, logical_date: datetime | None = None) -> datetime:
        """The instant as of which a run sees the world: option, else company.yml, else the run's logical date, else now.

        A date without a time means the start of that day in the company's zone. The result is in UTC.
        """
        return self._instant(self.as_of_option or self.company.as_of or logical_date or datetime.now(UTC))

    def _instant(self, when: date | datetime) -> datetime:
        if not isinstance(when, datetime):
            when = datetime.combine(when, time())
        if when.tzinfo is None:
            when = when.replace(tzinfo=self.company.zone)
        return when.astimezone(UTC)


def current_settings() -> Settings:
    """Settings from the environment as it is now; the command line puts its options there."""
    from pydantic import ValidationError

    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise UsageError("A setting is wrong.", where=wrong, fix="Correct the option or the RAPPORT_… variable.") from None
