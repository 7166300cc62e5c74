"""`rapport demo`: one command, the whole way, by the project's own DAG files. What was planted is looked for in tests/demo."""

import mailbox


def test_the_demo_mails_one_report_to_each_of_the_two_recipients(demo):
    assert sorted(message["To"] for message in mailbox.Maildir(demo.path / "mailbox"))
    assert len(mailbox.Maildir(demo.path / "mailbox")) == 2


def test_a_second_demo_changes_nothing(demo):
    before = (demo.path / "published/current").resolve()

    demo.rapport("demo")

    assert (demo.path / "published/current").resolve() == before
    assert len(mailbox.Maildir(demo.path / "mailbox")) == 2
