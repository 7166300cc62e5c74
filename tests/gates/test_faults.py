"""Every check of every suite is content with healthy data, and fails for the fault planted for it."""

import pytest
from planted import PROJECT, faults, healthy

from rapport.gates.evaluation import evaluate
from rapport.gates.suites import read_suites

SUITES = [suite for gate in ("raw", "marts") for suite in read_suites(PROJECT / "expectations", gate)]
CHECKS = [pytest.param(suite, entry, id=suite.check_name(entry)) for suite in SUITES for entry in suite.expectations]


@pytest.mark.parametrize("gate", ["raw", "marts"])
def test_every_check_has_a_planted_fault_and_every_fault_a_check(gate):
    checks = {suite.check_name(entry) for suite in SUITES for entry in suite.expectations if suite.gate == gate}

    assert set(faults(gate)) == checks


@pytest.mark.parametrize("gate", ["raw", "marts"])
def test_healthy_data_pass_every_check(gate):
    with healthy(gate) as connection:
        checks = evaluate(connection, [suite for suite in SUITES if suite.gate == gate])

    assert [check.name for check in checks if not check.passed] == []


@pytest.mark.parametrize(("suite", "entry"), CHECKS)
def test_the_planted_fault_fails_its_check_and_no_other(suite, entry):
    name = suite.check_name(entry)
    fault = faults(suite.gate)[name]
    with healthy(suite.gate) as connection:
        connection.execute(fault.sql)

        failed = {check.name: check.outcome for check in evaluate(connection, [suite]) if not check.passed}

    assert failed.pop(name, "passed") == ("failed" if entry.severity == "critical" else "warning")
    assert set(failed) == set(fault.also)
