"""`rapport check`: what people and programs see of a verdict."""

import json

import pytest

from rapport.cli.gates import _report
from rapport.errors import GateClosed
from rapport.gates.verdicts import Check, Verdict


def verdict(*outcomes: str) -> Verdict:
    checks = [
        Check(
            name=f"raw/shop__orders/check_{number}",
            table_name="lake.shop.orders",
            expectation="ExpectTableRowCountToBeBetween",
            column_name=None,
            severity="warning" if outcome == "warning" else "critical",
            closes="all",
            passed=outcome == "passed",
            observed="0",
            expected="min_value 1",
            failing_rows=None,
            samples=[],
            description="An empty export means that the shop did not send.",
        )
        for number, outcome in enumerate(outcomes)
    ]
    return Verdict(1, "raw", "f" * 64, "failed" not in outcomes, checks, ["raw/erp__items: company.yml has no system erp"])


def test_the_loudest_is_printed_first_and_what_was_not_asked_is_said(capsys):
    _report(verdict("passed", "warning"))

    printed = capsys.readouterr().out
    assert printed.index("check_1") < printed.index("check_0")
    assert "Gate raw is open" in printed
    assert "not asked: raw/erp__items" in printed


def test_a_closed_gate_is_printed_and_then_raised(capsys):
    with pytest.raises(GateClosed, match="1 of 2 checks failed"):
        _report(verdict("failed", "passed"))

    assert "Gate raw is closed" in capsys.readouterr().out


def test_json_names_every_check_with_its_outcome(capsys, monkeypatch):
    monkeypatch.setenv("RAPPORT_JSON", "1")
    _report(verdict("passed", "warning"))

    answer = json.loads(capsys.readouterr().out)
    assert answer["open"] is True
    assert [(check["name"], check["outcome"]) for check in answer["checks"]] == [
        ("raw/shop__orders/check_0", "passed"),
        ("raw/shop__orders/check_1", "warning"),
    ]
