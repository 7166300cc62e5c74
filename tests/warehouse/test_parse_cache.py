"""dbt's parse cache: kept for edits that dbt can parse alone, forgotten for those after which it would fail."""

import shutil
from pathlib import Path

import pytest

from rapport.settings import Settings
from rapport.warehouse.dbt import development
from rapport.warehouse.parse import forget_stale_parse

WITH_METRICS = "models:\n  - name: sales_lines\n    metrics: [{name: revenue, type: simple, agg: sum, expr: amount}]\n"


@pytest.fixture
def settings(tmp_path) -> Settings:
    shutil.copytree(Path(__file__).parent / "tiny", tmp_path / "dbt_project")
    (tmp_path / "dbt_project" / "models" / "marts" / "sales_lines.yml").write_text(WITH_METRICS)
    return Settings(project=tmp_path)


@pytest.mark.parametrize(
    ("edited", "is_kept"),
    [
        ("models/core/orders.sql", True),
        ("models/marts/sales_lines.sql", False),
        ("models/marts/sales_lines.yml", False),
        ("models/core/_rapport__sources.yml", False),
        ("macros/generate_schema_name.sql", False),
    ],
)
def test_an_edit_of_anything_behind_a_metric_makes_dbt_parse_everything_anew(settings, edited, is_kept):
    places = development(settings)
    cache = places.target / "partial_parse.msgpack"
    forget_stale_parse(settings, places.target)
    cache.write_bytes(b"parsed")
    forget_stale_parse(settings, places.target)
    assert cache.exists(), "nothing changed"

    with open(settings.dbt_project / edited, "a") as file:
        file.write("\n")
    forget_stale_parse(settings, places.target)

    assert cache.exists() == is_kept
