"""The bench on the demo company: its newest report is measured, and its home is as before."""

import pytest


@pytest.mark.slow
def test_the_newest_report_is_measured_in_all_languages_and_formats_and_no_edition_is_entered(demo):
    before = demo.json("editions")

    cost = demo.json("bench", "report")

    assert (cost["report"], cost["period"], cost["languages"]) == ("management_month", "2026-10", ["en", "zh"])
    assert [run["run"] for run in cost["runs"]] == ["cold", "warm"]
    assert all(run["seconds"] > sum(run["steps"].values()) > 0 for run in cost["runs"])
    formats = {"index.html", "report.pdf", "report.xlsx", "mail.html", "mail.txt", "subject.txt"}
    for language in ("en", "zh"):
        assert {f"{language}/{name}" for name in formats} <= set(cost["runs"][0]["sizes"])
    assert demo.json("editions") == before
    assert not list((demo.path / "tmp").glob("bench-*"))
