"""What is written down of the project's metrics: the catalogue that people read, and the versions that tests hold them to.

`python -m rapport.metrics.written` writes docs/analysts/metrics.md, metrics.zh.md and dbt_project/metric_versions.json anew.
Where a metric no longer means what was written down and its `meta.version` does not say so, it stops and names it; with
`--same-meaning` it takes the change for one of form.
"""

import json
import subprocess
import sys
from pathlib import Path

from rapport.errors import RapportError
from rapport.files import write_atomically
from rapport.metrics.catalogue import Catalogue
from rapport.metrics.definitions import Metric
from rapport.metrics.lineage import origins
from rapport.metrics.subjects import by_subject, subject_name
from rapport.metrics.versions import as_text, changes, versions_of
from rapport.settings import Settings

PAGES = {"en": "metrics.md", "zh": "metrics.zh.md"}

_WORDS = {
    "en": {
        "title": "Metrics",
        "intro": "Every metric that can be asked for, generated from the project by `make metrics`. "
        "`rapport metric NAME --period P --by …` asks it. *Customer attributes* are {attributes}, as they were on the last day "
        "of the period. *Read from* names the marts and, behind the arrow, the core tables of which they are made.",
        "columns": "| metric | definition | unit | period | by | read from |",
        "attributes": "*customer attributes*",
        "any": "any",
        "ending": "any that ends with a {}",
        "or": " or ",
        "comma": ", ",
        "units": {},
        "grains": {},
    },
    "zh": {
        "title": "指标目录",
        "intro": "全部可查询的指标，由 `make metrics` 从项目生成。查询方式：`rapport metric 名称 --period 期间 --by …`；"
        "*客户属性*包括 {attributes}，以期末当日为准。*来源*为所读取的数据集市，箭头后为其所依据的核心表。",
        "columns": "| 指标 | 定义 | 单位 | 期间 | 维度 | 来源 |",
        "attributes": "*客户属性*",
        "any": "任意",
        "ending": "任何以{}末结束的期间",
        "or": "或",
        "comma": "、",
        "units": {
            "currency": "金额", "percent": "百分比", "percentage_points": "百分点", "points": "分", "count": "数量",
            "days": "天", "minutes": "分钟", "hours": "小时", "ratio": "比率", "score": "评分", "times": "倍",
            "fraction": "占比",
        },
        "grains": {"month": "月", "quarter": "季", "year": "年", "week": "周", "day": "日"},
    },
}  # fmt: skip


def catalogue_page(catalogue: Catalogue, language: str) -> str:
    """The catalogue of all listed metrics as Markdown, in one language."""
    words = _WORDS[language]
    attributes = sorted(set(catalogue.customer_dimensions()) - {"customer"})
    lines = [f"# {words['title']}", "", words["intro"].format(attributes=words["comma"].join(attributes))]
    for subject, metrics in by_subject(catalogue.listed()).items():
        lines += ["", f"## {subject_name(subject, language)}", "", words["columns"], "|---|---|---|---|---|---|"]
        lines += [_line(catalogue, metric, language, set(attributes)) for metric in metrics]
    return "\n".join(lines) + "\n"


def _line(catalogue: Catalogue, metric: Metric, language: str, attributes: set[str]) -> str:
    words = _WORDS[language]
    dimensions = {one.name for one in catalogue.dimensions(metric).values()}
    by = sorted(dimensions - attributes) if attributes <= dimensions else sorted(dimensions)
    cells = [
        f"`{metric.name}`<br>{metric.label.get(language, metric.name)}",
        metric.definition.get(language, ""),
        words["units"].get(metric.unit, metric.unit),
        _periods(metric, words),
        words["comma"].join([*by, words["attributes"]] if attributes and attributes <= dimensions else by),
        _origins(catalogue, metric),
    ]
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def _origins(catalogue: Catalogue, metric: Metric) -> str:
    """Marts, and behind an arrow the core tables of which they are made."""
    found = origins(catalogue, metric)
    return " ← ".join(", ".join(f"`{name}`" for name in names) for names in (found.marts, found.core) if names)


def _periods(metric: Metric, words: dict) -> str:
    grains = [words["grains"].get(grain, grain) for grain in metric.grains]
    if metric.of_period_end:
        return words["ending"].format(words["or"].join(grains))
    return words["comma"].join(grains) or words["any"]


def parsed_catalogue(settings: Settings) -> Catalogue:
    """The catalogue of the project as it stands on disk, by letting dbt parse it; nothing is built.

    Raises:
        RapportError: dbt cannot parse the project.
    """
    import tempfile

    from rapport.warehouse.dbt import DbtPlaces, dbt_environment, dbt_vars

    with tempfile.TemporaryDirectory() as folder:
        places = DbtPlaces(Path(folder) / "warehouse.duckdb", Path(folder))
        command = [Path(sys.executable).parent / "dbt", "--quiet", "parse", "--no-partial-parse"]
        parsed = subprocess.run(
            [*command, "--vars", json.dumps(dbt_vars(settings))],
            env=dbt_environment(settings, places),
            cwd=settings.dbt_project,
            capture_output=True,
            text=True,
        )
        if parsed.returncode:
            raise RapportError("dbt cannot parse the project.", where=(parsed.stdout + parsed.stderr)[-2000:])
        semantic, manifest = (
            json.loads((places.target / name).read_bytes()) for name in ("semantic_manifest.json", "manifest.json")
        )
    return Catalogue(semantic, manifest)


def versions_file(settings: Settings) -> Path:
    """Where the versions are written down."""
    return settings.dbt_project / "metric_versions.json"


def write(settings: Settings, *, same_meaning: bool = False) -> list[str]:
    """Write catalogue and versions anew; gives the names of the metrics whose meaning changed.

    Args:
        same_meaning: take changes that no version tells of for changes of form.

    Raises:
        RapportError: a metric changed and its version does not say so.
    """
    catalogue, file = parsed_catalogue(settings), versions_file(settings)
    now = versions_of(catalogue)
    changed = changes(json.loads(file.read_text(encoding="utf-8")), now) if file.exists() else []
    unsaid = [one for one in changed if not one.is_said]
    causes = sorted({why for one in unsaid for why in one.why})
    if unsaid and not same_meaning:
        raise RapportError(
            f"{len(unsaid)} metrics may no longer mean what they did.",
            where="; ".join(f"{why}: {', '.join(one.metric for one in unsaid if why in one.why)}" for why in causes),
            fix="Raise their `meta.version`; or, where they mean the same in another form, `make metrics SAME=1`.",
        )
    write_atomically(file, as_text(now).encode(), point="metrics.written")
    for language, name in PAGES.items():
        page = settings.project / "docs" / "analysts" / name
        write_atomically(page, catalogue_page(catalogue, language).encode(), point="metrics.written")
    return [one.metric for one in changed if one.is_said]


if __name__ == "__main__":
    from rapport.settings import current_settings

    try:
        told = write(current_settings(), same_meaning="--same-meaning" in sys.argv)
    except RapportError as error:
        sys.exit(str(error))
    print(
        f"Written: {len(told)} metrics mean something else than before." if told else "Written: no metric changed its meaning."
    )
