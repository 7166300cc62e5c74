"""The commands pull, load and rejects, as people and programs see them."""

import json

import pytest

from rapport.cli import main
from rapport.errors import ExportRefused, PlaceUnreachable
from rapport.steps import stop_if_refused

HEADER = "order_no,ordered_on,amount,units\n"


@pytest.fixture
def rapport(shop, monkeypatch, capfd):
    """Run a command in the shop's project; returns its exit code and what it printed."""
    monkeypatch.setenv("RAPPORT_PROJECT", str(shop.project))
    monkeypatch.setenv("RAPPORT_HOME", str(shop.project / "home"))
    monkeypatch.setenv("RAPPORT_JSON", "1")

    def run(*words):
        with pytest.raises(SystemExit) as end:
            main(list(words))
        return end.value.code or 0, json.loads(capfd.readouterr().out)

    return run


def test_rejects_are_shown_with_their_place_and_counted_by_reason(shop, rapport):
    shop.drop("orders.csv", HEADER + "A,31/02/2024,1,1\nB,30/02/2024,1,1\nC,1/1/2024,1,1\n")

    assert rapport("pull")[1]["tables"] == [{"system": "shop", "table": "orders", "new": 1, "known": 0, "repeats": 0}]
    assert rapport("load")[0] == 0
    _, shown = rapport("rejects", "orders", "--limit", "1")

    (first,) = shown["rejects"]
    assert (first["name"], first["row"], first["line"], first["text"]) == ("orders.csv", 1, 2, "A,31/02/2024,1,1")
    assert first["reasons"] == [{"column": "ordered_on", "rule": "is not a date like %d/%m/%Y", "value": "31/02/2024"}]
    assert shown["total"] == 2
    assert shown["counts"] == [
        {"table": "shop.orders", "column": "ordered_on", "rule": "is not a date like %d/%m/%Y", "rejects": 2}
    ]


def test_a_refused_file_ends_load_with_exit_code_3(shop, rapport):
    shop.drop("orders.csv", "")
    rapport("pull")

    code, result = rapport("load")

    assert code == 3
    assert "The file is empty" in result["refused"][0]["what"]


def test_a_system_that_the_company_does_not_have_is_a_usage_error(rapport):
    code, result = rapport("load", "crm")

    assert code == 2
    assert result["error"]["fix"] == "It has shop."


def test_a_table_without_files_is_a_usage_error(rapport):
    assert rapport("rejects", "shop.invoices")[0] == 2


def test_a_run_ends_by_naming_the_places_that_were_away_and_the_files_that_were_refused():
    away, refused = {"unreachable": ["shop: no answer"]}, {"refused": ["a.csv: empty"]}

    stop_if_refused([{"files": 1}])
    with pytest.raises(PlaceUnreachable, match=r"1 place.*1 file.*refused") as error:
        stop_if_refused([away, refused])
    assert (error.value.exit_code, error.value.where) == (1, "shop: no answer; a.csv: empty")
    with pytest.raises(ExportRefused):
        stop_if_refused([refused])
