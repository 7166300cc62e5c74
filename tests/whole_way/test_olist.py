"""A real marketplace, from export files to a mail; the expected values were computed from the files without this product."""

import mailbox
import re

import pytest


@pytest.mark.parametrize(
    ("metric", "period", "value"),
    [
        ("gross_revenue", "2018-01", 72554.73),
        ("gross_revenue", "2018-03", 85045.67),
        ("gross_revenue", "2018-08", 50248.13),
        ("gross_revenue", "all", 998029.08),
        ("order_lines", "all", 7823),
        ("active_customers", "all", 7408),
        ("orders", "2018-01", 546),
        ("gross_revenue", "2016-11", 0),  # within the history, and truly nothing
    ],
)
def test_the_figures_are_those_of_the_files(olist, metric, period, value):
    (figure,) = olist.json("metric", metric, "--period", period)["figures"]

    assert figure["value"] == value


def test_satisfaction_counts_answers_by_the_month_of_the_answer(olist):
    (figure,) = olist.json("metric", "csat", "--period", "2018-07")["figures"]

    assert (figure["numerator"], figure["denominator"]) == (287, 416)


def test_every_review_is_kept_although_ids_repeat(olist):
    import duckdb

    snapshot = (olist.path / "published/current").resolve()
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        assert connection.execute("select count(*) from marts.survey_scores").fetchone() == (8225,)


def test_a_report_was_composed_and_mailed_by_the_dags(olist):
    (edition,) = olist.json("editions")["editions"]
    assert edition["edition_id"].startswith("management_month.")

    (message,) = mailbox.Maildir(olist.path / "mailbox")
    assert message["To"] == "Management <management@olist.example>"
    assert any(part.get_content_type() == "application/pdf" for part in message.walk())


def test_what_olist_does_not_know_is_left_out_and_named(olist):
    (figure,) = olist.json("metric", "nps", "--period", "2018-07")["figures"]
    assert figure["value"] is None and figure["reason"]

    (plan,) = olist.json("metric", "plan", "--period", "2018-07")["figures"]
    assert plan["value"] is None and "target" in plan["reason"]

    (edition,) = olist.json("editions")["editions"]
    page = (olist.path / edition["folder"] / "en/index.html").read_text(encoding="utf-8")
    told = re.sub(r"\s+", " ", re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL))
    told = told[told.index("What this report cannot say") : told.index("What the figures mean")]
    for name, reason in (
        ("Service", "no system feeds tickets"),
        ("Loyalty programme", "no system feeds loyalty_members"),
        ("Comments by topic", "no system feeds feedback"),
    ):
        assert re.search(f"{name}[^:]*: {reason}", told), (name, told)
    assert "Net promoter score" in told
    assert "previous_period" not in told


@pytest.mark.parametrize("period", ["2018-12", "2015"])
def test_what_lies_outside_the_history_is_no_zero(olist, period):
    (figure,) = olist.json("metric", "gross_revenue", "--period", period)["figures"]

    assert figure["value"] is None and figure["reason"].startswith(f"{period} lies ")
