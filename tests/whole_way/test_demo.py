"""`rapport demo`: one command, the whole way, by the project's own DAG files. What was planted is looked for in tests/demo."""

import mailbox
from email.utils import parseaddr


def test_the_demo_mails_one_report_to_each_of_the_two_recipients(demo):
    addresses = sorted(parseaddr(message["To"])[1] for message in mailbox.Maildir(demo.path / "mailbox"))
    assert addresses == ["friederike.nordhaven@nordhaven.example", "li.na@nordhaven.example"]


def test_a_second_demo_changes_nothing(demo):
    before = (demo.path / "published/current").resolve()

    demo.rapport("demo")

    assert (demo.path / "published/current").resolve() == before
    assert len(mailbox.Maildir(demo.path / "mailbox")) == 2
