"""Writing SQL: literals and paths that mean only what they say."""

from pathlib import Path


def literal(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def glob_safe(path: Path) -> str:
    """A path in which DuckDB finds no glob: `export[1].csv` would otherwise silently read `export1.csv`."""
    return "".join(f"[{character}]" if character in "[*?" else character for character in str(path))
