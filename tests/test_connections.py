"""Connections are read as Airflow writes them, and never show a secret."""

import json

import pytest

from rapport.connections import read_connection
from rapport.errors import UsageError
from rapport.settings import Settings


@pytest.fixture
def read(monkeypatch, tmp_path):
    def read(text: str):
        monkeypatch.setenv("RAPPORT_CONN_STORE", text)
        return read_connection(Settings(project=tmp_path, home=tmp_path), "store")

    return read


@pytest.mark.parametrize(
    "text",
    [
        "sftp://me%40x:p%2Fw%3A@files.example:2222/out?key_file=%2Fk&no_host_key_check=true",
        'sftp://me%40x:p%2Fw%3A@files.example:2222/out?__extra__=%7B%22key_file%22%3A+%22%2Fk%22%2C+"no_host_key_check"%3Atrue%7D',
        json.dumps(
            {
                "conn_type": "sftp",
                "login": "me@x",
                "password": "p/w:",
                "host": "files.example",
                "port": "2222",
                "schema": "out",
                "extra": {"key_file": "/k", "no_host_key_check": True},
            }
        ),
        json.dumps(
            {
                "conn_type": "sftp",
                "login": "me@x",
                "password": "p/w:",
                "host": "files.example",
                "port": 2222,
                "schema": "out",
                "extra": '{"key_file": "/k", "no_host_key_check": true}',
            }
        ),
    ],
)
def test_all_of_airflows_forms_say_the_same(read, text):
    connection = read(text)

    assert (connection.login, connection.password, connection.host) == ("me@x", "p/w:", "files.example")
    assert (connection.port, connection.schema, connection.text("key_file")) == (2222, "out", "/k")
    assert connection.says("no_host_key_check")


@pytest.mark.parametrize("text", ["{broken", "no type", "sftp://u:s3cret@h:port", '{"extra": "s3cret"}'])
def test_a_connection_that_cannot_be_read_shows_nothing_of_itself(read, text):
    with pytest.raises(UsageError, match="cannot be read") as error:
        read(text)

    assert "s3cret" not in str(error.value)


def test_secrets_are_masked_wherever_they_are_kept(read):
    connection = read(
        '{"conn_type": "aws", "login": "me", "password": "pa55", "extra": {"aws_session_token": "t0ken", "region_name": "eu"}}'
    )

    assert connection.mask("me pa55 t0ken eu") == "me *** *** eu"
    assert "pa55" not in repr(connection) and "t0ken" not in repr(connection)
