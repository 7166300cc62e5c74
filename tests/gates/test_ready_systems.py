"""The raw gate on the samples of ready systems: open for what they are, closed for what a hand-made list may hide."""

import shutil

import pytest
from planted import PROJECT

from rapport.exports.lake import current_files
from rapport.exports.load import load
from rapport.exports.pull import pull
from rapport.gates.raw import check_raw
from rapport.settings import Settings
from rapport.state.database import open_state

VARIANTS = {"zoho": "en", "fxiaoke": "zh", "jiandaoyun": "zh", "kingdee": "zh"}


def failed(folder, system, file=None, change=None) -> dict[str, str]:
    """Checks that did not pass on a system's sample, in which one file was changed: name → outcome."""
    drop = folder / "drop"
    shutil.copytree(PROJECT / "examples" / system / "drops" / VARIANTS[system], drop)
    if file:
        (drop / file).write_text(change((drop / file).read_text(encoding="utf-8")), encoding="utf-8")
    company = PROJECT / "examples" / system / "company.yml"
    settings = Settings(project=PROJECT, company_file=company, home=folder / "home", drops={system: str(drop)})
    state = open_state(settings.state_url)
    pull(settings, state)
    load(settings, state)
    checks = check_raw(settings, state, current_files(settings, state)).checks
    assert sum(check.name.startswith(f"raw/{system}__") for check in checks) >= 5
    return {check.name: check.outcome for check in checks if not check.passed}


@pytest.mark.parametrize(
    ("system", "warned"),
    [
        ("zoho", {}),
        ("fxiaoke", {"raw/files/rejects_warn": "warning"}),  # of ten deals one has no amount but a word
        ("jiandaoyun", {"raw/files/rejects_warn": "warning"}),
        ("kingdee", {}),
    ],
)
def test_the_gate_opens_for_the_sample(tmp_path, system, warned):
    assert failed(tmp_path, system) == warned


def last_line_again(text: str) -> str:
    return text + text.splitlines(keepends=True)[-1]


def first_line_again(text: str) -> str:
    header, first, *others = text.splitlines(keepends=True)
    return "".join([header, first, first, *others])


@pytest.mark.parametrize(
    ("system", "file", "change", "check"),
    [
        ("zoho", "Deals_2026_10_31.csv", last_line_again, "zoho__deals/ExpectColumnValuesToBeUnique@latest:record_id"),
        ("fxiaoke", "客户_20261031.csv", last_line_again, "fxiaoke__accounts/ExpectColumnValuesToBeUnique@latest:account_id"),
        (
            "jiandaoyun",
            "商机_20261031180000.csv",
            last_line_again,
            "jiandaoyun__deals/ExpectColumnValuesToBeUnique@latest:deal_id",
        ),
        ("kingdee", "应收单_20261031.csv", first_line_again, "kingdee__receivables/named_twice"),
        ("kingdee", "收款单_20261031.csv", first_line_again, "kingdee__receipts/named_twice"),
        ("kingdee", "销售订单_20261031.csv", first_line_again, "kingdee__sales_orders/named_twice"),
        (
            "kingdee",
            "销售订单_20261031.csv",
            lambda text: text.replace("已审核", "已批准"),
            "kingdee__sales_orders/ExpectColumnValuesToBeInSet:document_status",
        ),
        (
            "kingdee",
            "销售订单_20261031.csv",
            lambda text: text.replace(",金额,价税合计,", ",价税合计,金额,"),
            "kingdee__sales_orders/amounts_do_not_add_up",
        ),
    ],
)
def test_the_gate_closes_for_what_a_list_may_hide(tmp_path, system, file, change, check):
    assert failed(tmp_path, system, file, change).get(f"raw/{check}") == "failed"
