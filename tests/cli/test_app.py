"""Global options work before and after the command; errors reach people as sentences."""

import errno
import json
import os
import subprocess
import sys

import pytest

from rapport.cli.app import hoist_global_options, main


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["run", "--home", "x"], ["--home", "x", "run"]),
        (["metric", "orders", "--json", "--period", "2026"], ["--json", "metric", "orders", "--period", "2026"]),
        (["--home=x", "status"], ["--home=x", "status"]),
        (["dbt", "build", "--debug"], ["dbt", "build", "--debug"]),
        (["--home", "x", "dbt", "run", "--home", "y"], ["--home", "x", "dbt", "run", "--home", "y"]),
    ],
)
def test_global_options_are_moved_before_the_command_but_not_out_of_dbts(typed, meant):
    assert hoist_global_options(typed) == meant


def rapport(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    program = "from rapport.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_wrong_company_file_ends_with_code_2_what_where_and_fix(tmp_path):
    done = rapport("run", "--home", str(tmp_path), "--company", str(tmp_path / "nobody.yml"))

    assert done.returncode == 2
    assert "There is no company file." in done.stderr and "nobody.yml" in done.stderr and "Fix:" in done.stderr
    assert "Traceback" not in done.stderr


def test_errors_are_json_for_programs(tmp_path):
    done = rapport("run", "--json", "--home", str(tmp_path), "--company", str(tmp_path / "nobody.yml"))

    assert json.loads(done.stdout)["error"]["what"] == "There is no company file."


def test_help_needs_none_of_the_heavy_libraries():
    heavy = [
        "airflow",
        "altair",
        "dbt",
        "duckdb",
        "great_expectations",
        "metricflow",
        "pandas",
        "sqlalchemy",
        "sqlglot",
        "weasyprint",
    ]
    program = (
        "import sys\nfrom rapport.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        f"print('LOADED', [name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "LOADED []" in done.stdout and "run" in done.stdout


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        RuntimeError("(sqlite3.OperationalError) database or disk is full"),
        RuntimeError('FATAL Error: Failed to write "x": No space left on device'),
    ],
    ids=["system", "sqlite", "duckdb"],
)
def test_a_full_disk_is_named_as_such_with_what_to_do(error, tmp_path, monkeypatch, capsys):
    def fail() -> None:
        try:
            raise error
        except Exception as cause:
            raise ValueError("a step failed") from cause

    monkeypatch.setenv("RAPPORT_HOME", str(tmp_path))
    monkeypatch.setattr("rapport.cli.app._load_commands", lambda: None)
    monkeypatch.setattr("rapport.cli.app.app", lambda *_args, **_kwargs: fail())

    with pytest.raises(SystemExit) as ended:
        main(["status"])

    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "The disk is full." in said and str(tmp_path) in said and "MB free" in said and "run again" in said
