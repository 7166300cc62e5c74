"""`rapport metric` and `rapport metrics`, as people and programs use them."""

import json

import pytest

from rapport.cli import main


@pytest.fixture
def rapport(shared_settings, monkeypatch, capsys):
    """Run the command line on the small company; gives exit code, output and errors."""
    for name, value in (("HOME", shared_settings.home), ("COMPANY", shared_settings.company_file), ("JSON", "")):
        monkeypatch.setenv(f"RAPPORT_{name}", str(value))  # what the command itself sets ends with the test
    monkeypatch.setenv("COLUMNS", "160")

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        return int(ended.value.code or 0), *capsys.readouterr()

    return run


def test_json_is_exactly_what_programs_are_promised(rapport):
    code, printed, _ = rapport(
        "metric", "gross_revenue,express_share", "--period", "2026-01", "--where", "channel = web", "--json"
    )

    assert code == 0
    assert json.loads(printed) == {
        "figures": [
            {
                "id": "gross_revenue@2026-01#channel=web", "metric": "gross_revenue", "period": "2026-01", "by": {},
                "value": 150.5, "unit": "currency", "currency": "EUR", "n": None, "numerator": None, "denominator": None,
                "interval": None, "reason": None,
            },
            {
                "id": "express_share@2026-01#channel=web", "metric": "express_share", "period": "2026-01", "by": {},
                "value": 50.0, "unit": "percent", "currency": None, "n": 2, "numerator": 1, "denominator": 2,
                "interval": [9.5, 90.5], "reason": None,
            },
        ]
    }  # fmt: skip


def test_people_read_a_table_with_the_comparison_beside(rapport):
    _, printed, _ = rapport("metric", "net_revenue", "--period", "2026-01", "--compare", "plan")

    assert "325.25" in printed
    assert "300.00" in printed
    assert "net_revenue: no system feeds credits" in printed


def test_where_a_rate_would_rest_on_too_few_people_read_counts(rapport):
    _, printed, _ = rapport("metric", "express_share", "--period", "2026-03-15")

    assert "0 of 1" in printed


def test_a_score_that_rests_on_too_few_is_told_as_the_counts_that_its_metric_declares(rapport):
    _, printed, _ = rapport("metric", "nps", "--period", "2026-02")
    _, enough, _ = rapport("metric", "nps", "--period", "2026-01")
    _, as_json, _ = rapport("metric", "nps", "--period", "2026-02", "--json")

    assert "5 more of 5 answers" in printed  # one account with 5 answers, all promoters; 10 are needed
    assert "nps: counts, where they are too few for a rate or score" in printed
    assert "41.7" in enough and "answers" not in enough
    (figure,) = json.loads(as_json)["figures"]
    assert (figure["value"], figure["counts"]) == (None, {"nps_balance": 5, "nps_answers": 5})


def test_the_catalogue_speaks_chinese_and_says_of_one_metric_what_it_can_be_asked_by(rapport):
    _, listed, _ = rapport("metrics", "--lang", "zh")
    _, one, _ = rapport("metrics", "net_revenue")

    assert "净收入" in listed
    assert "revenue_to_date" not in listed  # it cannot be asked
    assert "account_manager, customer, region, tier" in one


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["metric", "net_revenu", "--period", "2026-01"], "net_revenue"),
        (["metric", "net_revenue", "--period", "January"], "2026-W47"),
        (["metric", "nps", "--period", "2026"], "2026-12"),
        (["metric", "orders", "--period", "2026-01", "--compare", "last_year"], "previous_year"),
        (["metric", "orders", "--period", "2026-01", "--by", "day,month"], "time grain"),
        (["metric", "orders", "--period", "2026-01", "--scope", "everybody"], "dimension=value"),
    ],
)
def test_a_question_that_is_wrong_exits_with_2_and_says_what_to_write(rapport, words, message):
    code, _, errors = rapport(*words)

    assert code == 2
    assert message in " ".join(errors.split())
