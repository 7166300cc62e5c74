"""dbt's parse cache: forgotten when dbt would misread it, and shared by the homes of one project."""

import hashlib
import os
import shutil
from pathlib import Path

from rapport.settings import Settings

_KEPT = 9  # parses of other companies' and earlier metrics; each is some megabytes


def forget_stale_parse(settings: Settings, target: Path) -> None:
    """Let dbt parse everything anew when a file changed on which metrics depend; other edits it parses alone, in a second.

    dbt 1.12.6 parses only what changed, and then takes each metric in the YAML of an edited model for two of one name.
    """
    digest = hashlib.sha256()
    for file in _files_behind_metrics(settings.dbt_project):
        digest.update(f"{file.relative_to(settings.dbt_project)}\0".encode() + file.read_bytes())
    memory = target / "metrics.sha256"
    if not memory.exists() or memory.read_text() != digest.hexdigest():
        target.mkdir(parents=True, exist_ok=True)
        (target / "partial_parse.msgpack").unlink(missing_ok=True)
        memory.write_text(digest.hexdigest())


def take_kept_parse(settings: Settings, target: Path, given: str) -> Path:
    """Give a home that has no parse of its own the one that another home of this project left; parsing all costs 12 CPU s.

    dbt compares every file's content with what was parsed, so a parse that is kept too long costs time and changes nothing.

    Args:
        given: the vars of the run.

    Returns:
        where such a parse is kept, which is there or not: one per company's vars and metrics.
    """
    metrics = (target / "metrics.sha256").read_text()
    digest = hashlib.sha256((given + metrics).encode()).hexdigest()
    kept = settings.project / "var/cache/dbt" / f"{digest}.msgpack"
    own = target / "partial_parse.msgpack"
    if kept.exists() and not own.exists():
        shutil.copyfile(kept, own)
    return kept


def keep_parse(settings: Settings, target: Path, kept: Path) -> None:
    """Leave the parse for other homes, unless there is one or the project's folder is not ours to write to."""
    own = target / "partial_parse.msgpack"
    if kept.exists() or not own.exists() or not os.access(settings.project, os.W_OK):
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in sorted(kept.parent.glob("*.msgpack"), key=lambda file: file.stat().st_mtime)[:-_KEPT]:
        old.unlink(missing_ok=True)
    part = kept.with_suffix(f".{os.getpid()}")
    shutil.copyfile(own, part)
    part.replace(kept)


def _files_behind_metrics(project: Path) -> list[Path]:
    """All YAML and macros, and the models whose YAML declares metrics."""
    yaml = list(project.rglob("*.yml"))
    models = [file.with_suffix(".sql") for file in yaml if "metrics:" in file.read_text(encoding="utf-8")]
    return sorted({*yaml, *(project / "macros").rglob("*.sql"), *(model for model in models if model.exists())})
