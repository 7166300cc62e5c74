"""The demo company: what was planted is what is found."""

import json
import mailbox

import pytest


@pytest.fixture(scope="module")
def truth(demo) -> dict:
    return json.loads((demo.path / "drops/demo_truth.json").read_text(encoding="utf-8"))


def test_every_planted_bad_row_is_rejected_with_its_reason_and_nothing_else_is(demo, truth):
    found = {
        (reject["name"], reject["record"], reason["column"], reason["rule"])
        for reject in demo.json("rejects")["rejects"]
        for reason in reject["reasons"]
    }

    assert found == {(plant["name"], plant["record"], plant["column"], plant["reason"]) for plant in truth["rejects"]}


def test_the_demo_mails_one_report_to_each_of_the_two_recipients(demo):
    assert sorted(message["To"] for message in mailbox.Maildir(demo.path / "mailbox"))
    assert len(mailbox.Maildir(demo.path / "mailbox")) == 2


def test_a_second_demo_changes_nothing(demo):
    before = (demo.path / "published/current").resolve()

    demo.rapport("demo")

    assert (demo.path / "published/current").resolve() == before
    assert len(mailbox.Maildir(demo.path / "mailbox")) == 2
