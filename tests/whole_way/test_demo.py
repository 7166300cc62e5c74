"""`rapport demo`: one command, the whole way, by the project's own DAG files. What was planted is looked for in tests/demo."""

import mailbox
import signal
from email.utils import parseaddr

from tests.conftest import PROJECT

from .conftest import Home


def test_the_demo_mails_one_report_to_each_of_the_two_recipients(demo):
    addresses = sorted(parseaddr(message["To"])[1] for message in mailbox.Maildir(demo.path / "mailbox"))
    assert addresses == ["friederike.nordhaven@nordhaven.example", "li.na@nordhaven.example"]


def test_a_second_demo_changes_nothing(demo):
    before = (demo.path / "published/current").resolve()
    unnamed = Home(demo.path, {name: value for name, value in demo.environment.items() if name != "RAPPORT_AS_OF"})

    happened = unnamed.json("demo")["happened"]

    assert (demo.path / "published/current").resolve() == before
    assert len(mailbox.Maildir(demo.path / "mailbox")) == 2
    assert happened["as of"] == "2026-11-20", "it remembers the day of its first run"
    assert (happened["snapshot"], happened["edition"]) == ("000001", "management_month.2026-10.all.r1")
    assert happened["mails"] == "2 sent" and happened["checks"].endswith("passed, 1 warned")
    assert {"files", "rows loaded", "rows rejected", "seconds"} <= set(happened)


def test_a_demo_that_is_killed_while_it_makes_its_home_can_be_run_again(tmp_path):
    home = Home(tmp_path, {"RAPPORT_HOME": str(tmp_path), "RAPPORT_COMPANY": str(PROJECT / "company.yml")})

    for point in ("demo.drops.renamed", "demo.recipients.renamed"):
        assert home.rapport("demo", check=False, RAPPORT_CRASH_AT=point).returncode == -signal.SIGKILL, point

    assert (tmp_path / "recipients.yml").exists() and (tmp_path / "drops/crm").is_dir()
