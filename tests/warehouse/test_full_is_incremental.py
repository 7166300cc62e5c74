"""Continued builds end as a build from nothing does, whatever came when: `histories/` tells stories to compare by."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import PROJECT

HISTORIES = Path(__file__).parent / "histories"
CORE = "calendar credits customer_links customers fx_rates invoices order_lines orders products returns ticket_events tickets"
MARTS = """
    shared/account_links shared/calendar_days shared/exchange_rates
    sales/orders_considered sales/order_lines_considered sales/returns_considered sales/credits_considered
    sales/sales_lines sales/sales_orders sales/sales_returns sales/sales_credits sales/order_days sales/product_days
    customers/revenue_movements customers/customer_revenue_days
    service/service_tickets
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """The project's own macros, core and sales models, with a system whose exports are snapshots beside the canonical one."""
    folder = tmp_path_factory.mktemp("histories")
    own, made = PROJECT / "dbt_project", folder / "dbt_project"
    for part in ("macros", "tests/generic"):
        shutil.copytree(own / part, made / part)
    shutil.copytree(HISTORIES / "book", made / "models/systems/book")
    names = [f"models/core/{name}" for name in CORE.split()] + [f"models/marts/{name}" for name in MARTS.split()]
    names += [f"models/systems/canonical/core_canonical__{name}" for name in CORE.split()]
    files = [f"{name}{suffix}" for name in names for suffix in (".sql", ".yml")]
    files += ["models/core/_rapport__sources.yml", "models/systems/canonical/_canonical__sources.yml"]
    files += ["dbt_project.yml", "profiles.yml", "seeds/csat_scales.csv", "seeds/csat_scales.yml"]
    for name in files:
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(own / name, made / name)
    shutil.copy(HISTORIES / "company.yml", folder / "company.yml")
    return folder


def differences(project: Path, nights: int, seeds: range) -> dict[str, dict[str, int]]:
    command = [sys.executable, HISTORIES / "nights.py", project, str(nights), *map(str, seeds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return {seed: tables for seed, tables in json.loads(done.stdout.splitlines()[-1]).items() if tables}


def test_a_few_nights_in_any_order_end_as_one_build_from_nothing(project):
    assert differences(project, 4, range(1, 3)) == {}


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("basis", ["ordered", "delivered", "invoiced"])
def test_many_nights_in_any_order_end_as_one_build_from_nothing(project, basis):
    company = project / "company.yml"
    company.write_text((HISTORIES / "company.yml").read_text().replace("revenue_basis: ordered", f"revenue_basis: {basis}"))
    assert differences(project, 7, range(10, 30)) == {}
