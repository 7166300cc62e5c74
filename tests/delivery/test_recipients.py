"""recipients.yml is refused whole when an entry is wrong."""

import pytest

from rapport.delivery.recipients import read_recipients
from rapport.errors import UsageError


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("groups: {management: [{name: A, address: not-an-address}]}", "groups.management.0.address"),
        ("groups: {management: [{name: A, address: a@b.example, langauge: en}]}", "langauge"),
        ("groups: {m: [{name: A, address: a@b.example}, {name: B, address: A@b.example}]}", "more than once"),
        ("groups: {management: [{name: A, address: müller@b.example}]}", "groups.management.0.address"),
        ("groups: [", "not YAML"),
        ("people: {}", "groups"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path, text, words):
    file = tmp_path / "recipients.yml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=words):
        read_recipients(file)


def test_an_unknown_group_names_those_there_are(tmp_path):
    file = tmp_path / "recipients.yml"
    file.write_text("groups: {management: [{name: A, address: a@b.example}]}", encoding="utf-8")

    with pytest.raises(UsageError, match="management"):
        read_recipients(file).of("managment")


def test_a_missing_file_says_what_to_write(tmp_path):
    with pytest.raises(UsageError, match="groups:"):
        read_recipients(tmp_path / "recipients.yml")


def test_an_international_domain_is_written_as_mail_servers_take_it(tmp_path):
    file = tmp_path / "recipients.yml"
    file.write_text("groups: {management: [{name: A, address: info@exämple.example}]}", encoding="utf-8")

    (person,) = read_recipients(file).of("management")
    assert person.address == "info@xn--exmple-cua.example"
