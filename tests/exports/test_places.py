"""Places: the same files through a folder, S3, SFTP and HTTP, over lines that break."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from rapport.errors import UsageError
from rapport.exports.places import http, retries, s3, sftp

from .conftest import COMPANY
from .servers import PASSWORD, USER, Line, http_server, s3_server, sftp_server
from .test_commands import rapport  # noqa: F401
from .test_pull import A, B, seen, sha

BIG = "order_no,ordered_on,amount,units\n" + "".join(f"O-{i:06},31/12/2024,{i}.25,{i % 7}\n" for i in range(40_000))


@dataclass
class Remote:
    """A place behind a line: what company.yml and the environment say of it, and how files come into it."""

    address: str
    connection: str
    line: Line
    put: Callable[[str, bytes], None]
    names: Callable[[], list[str]]
    server: object = None


@pytest.fixture(scope="module")
def s3_port() -> Iterator[int]:
    with s3_server() as port:
        yield port


@pytest.fixture(scope="module")
def sftp_place(tmp_path_factory) -> Iterator[tuple[Path, int, str, str]]:
    folder = tmp_path_factory.mktemp("sftp")
    with sftp_server(folder) as (port, key, private):
        yield folder, port, key, private


@pytest.fixture(scope="module")
def web(tmp_path_factory) -> Iterator[object]:
    with http_server(tmp_path_factory.mktemp("web")) as server:
        yield server


def folder_remote(folder: Path, address: str, connection: str, line: Line, server: object = None) -> Remote:
    def put(name: str, content: bytes) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        os.utime(folder / name, (1_735_600_000, 1_735_600_000))

    def names() -> list[str]:
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())

    folder.mkdir()
    return Remote(address, connection, line, put, names, server)


@pytest.fixture
def remote(request, tmp_path, monkeypatch) -> Iterator[Remote]:
    """A place of the kind that the test is asked for, with nothing in it."""
    monkeypatch.setattr(retries, "FIRST_WAIT", 0.005)
    for module in (s3, sftp, http):
        monkeypatch.setattr(module, "_CHUNK", 1 << 16)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))  # no credentials of whoever runs the tests
    own, secret = tmp_path.name, quote(PASSWORD, safe="")
    match request.param:
        case "s3":
            line = Line(request.getfixturevalue("s3_port"))
            connection = f"aws://{USER}:{secret}@/?endpoint_url={quote(f'http://127.0.0.1:{line.port}', safe='')}"
            files = s3.open_s3(
                s3.Connection("x", "aws", USER, PASSWORD, extra={"endpoint_url": f"http://127.0.0.1:{line.port}"})
            )
            bucket = own.replace("_", "-")[:50].strip("-").lower()
            files.mkdir(bucket)
            prefix = f"{bucket}/exports/shop/"
            made = Remote(
                f"s3://{prefix}",
                connection,
                line,
                lambda name, content: files.pipe_file(prefix + name, content),
                lambda: sorted(path.removeprefix(prefix) for path in files.find(prefix)),
            )
        case "sftp":
            folder, port, key, private = request.getfixturevalue("sftp_place")
            line = Line(port)
            extra = {"host_key": key}
            said = {"conn_type": "sftp", "login": USER, "password": PASSWORD, "port": line.port, "extra": extra}
            made = folder_remote(folder / own, f"sftp://127.0.0.1/{own}", json.dumps(said), line, private)
        case "http":
            server = request.getfixturevalue("web")
            server.asked, server.fails, server.knows_ranges, server.speaks_json = [], False, True, False
            server.headers, server.redirects = [], None
            line = Line(server.server_address[1])
            address = f"http://127.0.0.1:{line.port}/{own}/"
            made = folder_remote(server.folder / own, address, f"http://{USER}:{secret}@", line, server)
    yield made
    with suppress(OSError):
        line.close()


each_kind = pytest.mark.parametrize("remote", ["s3", "sftp", "http"], indirect=True)


def at(shop, remote: Remote, monkeypatch) -> None:
    """Let the shop's exports come from there."""
    text = COMPANY.replace("{drops: drops/shop}", f"{{drops: '{remote.address}', connection: shop_store}}")
    (shop.project / "company.yml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("RAPPORT_CONN_SHOP_STORE", remote.connection)


@each_kind
def test_the_same_files_through_each_place_give_the_same_archive(shop, make_shop, remote, monkeypatch):
    local = make_shop()
    for name, content in (("orders1.csv", A), ("2024/orders 二.csv", B), ("orders_big.csv", BIG), ("readme.txt", A)):
        local.drop(name, content)
        remote.put(name, content.encode())
    remote.put("orders1.csv.sha256", sha(A).encode())
    local.drop("orders1.csv.sha256", sha(A))
    at(shop, remote, monkeypatch)

    result, expected = shop.pull(), local.pull()

    assert result.counts() == expected.counts() == expected.counts() | {"new": 3, "unmatched": 1}
    assert sorted(seen(shop)) == sorted(seen(local))
    kept = {path.name: path.read_bytes() for path in shop.settings.archive.glob("*.csv")}
    assert kept == {path.name: path.read_bytes() for path in local.settings.archive.glob("*.csv")}
    for store in (s3.S3Store, sftp.SftpStore):
        monkeypatch.setattr(store, "status", lambda *_: pytest.fail("it looked at one file"))
        monkeypatch.setattr(store, "read", lambda *_: pytest.fail("it fetched a known file"))
    assert shop.pull().counts() == result.counts() | {"new": 0, "known": 3}


@each_kind
def test_a_dropped_connection_is_resumed_where_it_broke_off(shop, remote, monkeypatch):
    remote.put("orders.csv", BIG.encode())
    at(shop, remote, monkeypatch)
    remote.line.cuts, remote.line.after, remote.line.sent = 3, 400_000, 0
    if remote.address.startswith("s3"):  # asked for one chunk after the other, by this server each in its own connection
        remote.line.spared, remote.line.after = 5, 30_000

    result = shop.pull()

    assert (result.counts()["new"], result.unreachable, remote.line.cuts) == (1, [], 0)
    assert seen(shop) == [("orders.csv", sha(BIG))]
    lost = 3 * (1 << 17)  # at each cut, what was on its way
    assert remote.line.sent < len(BIG) + lost + 50_000, "what had arrived was not sent again"


@each_kind
def test_a_server_that_stays_away_is_named_and_stops_no_other_system(shop, remote, monkeypatch, rapport):  # noqa: F811
    at(shop, remote, monkeypatch)
    company = shop.project / "company.yml"
    company.write_text(company.read_text().replace("feeds:", "  till: {drops: drops/till}\nfeeds:"), encoding="utf-8")
    declared = shop.project / "dbt_project/models/systems/shop/_shop__sources.yml"
    till = shop.project / "dbt_project/models/systems/till/_till__sources.yml"
    till.parent.mkdir()
    till.write_text(declared.read_text().replace("- name: shop", "- name: till"))
    (shop.project / "home/drops/till").mkdir()
    (shop.project / "home/drops/till/orders.csv").write_text(A)
    remote.line.close()

    code, result = rapport("pull")

    assert code == 1
    assert result["tables"] == [{"system": "till", "table": "orders", "new": 1, "known": 0, "repeats": 0}]
    (words,) = result["unreachable"]
    assert words.startswith("shop: The place does not answer as it should, after 5 attempts")
    assert remote.address in words
    assert PASSWORD not in json.dumps(result) and quote(PASSWORD, safe="") not in json.dumps(result)


@each_kind
def test_a_line_that_always_breaks_ends_with_the_file_the_place_and_the_attempts(shop, remote, monkeypatch):
    remote.put("orders.csv", BIG.encode())
    remote.put("orders0.csv", A.encode())
    at(shop, remote, monkeypatch)
    remote.line.cuts, remote.line.after = 1000, 30_000  # enough to greet and to list, not for a chunk

    result = shop.pull()

    (words,) = result.unreachable
    assert " attempts" in words
    assert f"{remote.address.rstrip('/')}/orders.csv" in words
    remote.line.cuts = 0
    assert shop.pull().counts()["new"] == 2, "the next pull takes it"


@pytest.mark.parametrize("remote", ["sftp", "http"], indirect=True)
def test_a_wrong_password_is_told_at_once_and_not_shown(shop, remote, monkeypatch):
    at(shop, remote, monkeypatch)
    wrong = remote.connection.replace(PASSWORD, "wr0ng").replace(quote(PASSWORD, safe=""), "wr0ng")
    monkeypatch.setenv("RAPPORT_CONN_SHOP_STORE", wrong)
    monkeypatch.setattr(retries, "FIRST_WAIT", 1000)

    (words,) = shop.pull().unreachable

    assert "refuses what is asked" in words
    assert "wr0ng" not in words


@pytest.mark.parametrize("remote", ["sftp"], indirect=True)
def test_a_server_with_another_key_than_the_connections_is_not_trusted(shop, remote, monkeypatch):
    import asyncssh

    at(shop, remote, monkeypatch)
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    said = json.loads(remote.connection) | {"extra": {"host_key": other}}
    monkeypatch.setenv("RAPPORT_CONN_SHOP_STORE", json.dumps(said))

    assert "Host key is not trusted" in shop.pull().unreachable[0]
    monkeypatch.setenv("RAPPORT_CONN_SHOP_STORE", json.dumps(said | {"extra": {}}))
    assert "Host key is not trusted" in shop.pull().unreachable[0], "nor one that nobody vouches for"


@pytest.mark.parametrize("remote", ["s3"], indirect=True)
def test_without_a_connection_the_environment_tells_as_for_amazons_own_tools(shop, remote, monkeypatch):
    remote.put("orders.csv", A.encode())
    at(shop, remote, monkeypatch)
    company = shop.project / "company.yml"
    company.write_text(company.read_text().replace(", connection: shop_store", ""), encoding="utf-8")
    assert "Unable to locate credentials" in shop.pull().unreachable[0]

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", USER)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", PASSWORD)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{remote.line.port}")

    assert shop.pull().counts()["new"] == 1


@pytest.mark.parametrize("remote", ["sftp"], indirect=True)
@pytest.mark.parametrize("as_file", [True, False])
def test_a_key_opens_the_server_in_place_of_a_password(shop, remote, monkeypatch, tmp_path, as_file):
    remote.put("orders.csv", A.encode())
    at(shop, remote, monkeypatch)
    said = json.loads(remote.connection)
    del said["password"]
    (tmp_path / "key").write_text(remote.server)
    key = {"key_file": str(tmp_path / "key")} if as_file else {"private_key": remote.server}
    said["extra"] |= key | {"private_key_passphrase": "wr0ng"}
    monkeypatch.setenv("RAPPORT_CONN_SHOP_STORE", json.dumps(said))
    assert "refuses what is asked" in shop.pull().unreachable[0]
    said["extra"]["private_key_passphrase"] = PASSWORD
    monkeypatch.setenv("RAPPORT_CONN_SHOP_STORE", json.dumps(said))

    assert shop.pull().counts()["new"] == 1


@pytest.mark.parametrize("remote", ["http"], indirect=True)
def test_login_and_headers_are_for_the_place_and_not_for_where_it_redirects_to(shop, remote, monkeypatch, tmp_path):
    at(shop, remote, monkeypatch)
    said = {"conn_type": "http", "login": USER, "password": PASSWORD, "extra": {"X-Api-Key": "k3y"}}
    monkeypatch.setenv("RAPPORT_CONN_SHOP_STORE", json.dumps(said))
    with http_server(tmp_path) as stranger:
        remote.server.redirects = f"http://localhost:{stranger.server_address[1]}/"
        assert "401" in shop.pull().unreachable[0]

    assert remote.server.headers[0]["X-Api-Key"] == "k3y" and "Authorization" in remote.server.headers[0]
    assert stranger.headers and not {"X-Api-Key", "Authorization"} & set(stranger.headers[0])


@pytest.mark.parametrize("remote", ["http"], indirect=True)
def test_a_server_that_knows_no_ranges_is_read_from_the_beginning(shop, remote, monkeypatch):
    remote.server.knows_ranges = False
    remote.put("orders.csv", BIG.encode())
    at(shop, remote, monkeypatch)
    remote.line.cuts, remote.line.after = 2, 400_000

    assert shop.pull().counts()["new"] == 1
    assert seen(shop) == [("orders.csv", sha(BIG))]


@pytest.mark.parametrize("remote", ["http"], indirect=True)
def test_an_index_in_json_saves_a_look_at_each_file(shop, remote, monkeypatch):
    remote.server.speaks_json = True
    for name in ("orders1.csv", "2024/orders2.csv"):
        remote.put(name, A.encode())
    at(shop, remote, monkeypatch)
    assert shop.pull().counts()["new"] == 2
    remote.server.asked.clear()

    assert shop.pull().counts()["known"] == 2
    assert [method for method, _, _ in remote.server.asked] == ["GET", "GET"], "two index pages"


@pytest.mark.parametrize("remote", ["http"], indirect=True)
def test_an_address_of_one_file_is_that_file(shop, remote, monkeypatch):
    remote.put("orders.csv", A.encode())
    remote.put("orders2.csv", B.encode())
    remote.address += "orders.csv"
    at(shop, remote, monkeypatch)

    assert shop.pull().counts()["new"] == 1
    assert seen(shop) == [("orders.csv", sha(A))]


@pytest.mark.parametrize("remote", ["http"], indirect=True)
def test_an_overloaded_server_is_asked_again(shop, remote, monkeypatch):
    remote.put("orders.csv", A.encode())
    at(shop, remote, monkeypatch)
    remote.server.fails = True

    assert "after 5 attempts" in shop.pull().unreachable[0]
    assert "503" in shop.pull().unreachable[0]


MOVING = """\
- name: orders
  config: {meta: {export: {files: "orders*.csv", load: append, arrival: {then: {move: done}}}}}
  columns: [{name: order_no, data_type: varchar}]
"""


@pytest.mark.parametrize("remote", ["s3", "sftp"], indirect=True)
def test_originals_are_moved_within_the_place_and_never_over_another(shop, remote, monkeypatch):
    at(shop, remote, monkeypatch)
    shop.declare(MOVING)
    for content in (A, B):
        remote.put("orders.csv", content.encode())
        assert shop.pull().counts()["new"] == 1

    assert remote.names() == [f"done/orders.{sha(B)[:12]}.csv", "done/orders.csv"]
    assert set(shop.pull().counts().values()) == {0}


@pytest.mark.parametrize("remote", ["http"], indirect=True)
def test_a_place_in_which_nothing_can_be_moved_says_so_before_anything_is_taken(shop, remote, monkeypatch):
    at(shop, remote, monkeypatch)
    shop.declare(MOVING)

    with pytest.raises(UsageError, match="nothing can be moved"):
        shop.pull()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("sftp://me:pw@host/x", "carries a password"),
        ("https://host/x?sig=abc", "carries a password or a query"),
        ("ftp://host/x", "Places ftp:// are not read"),
        ("sftp:///x", "has no host"),
    ],
)
def test_an_address_that_is_not_read_or_would_show_a_secret_is_a_mistake(shop, address, words):
    text = COMPANY.replace("{drops: drops/shop}", f"{{drops: '{address}'}}")
    (shop.project / "company.yml").write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=words) as error:
        shop.pull()

    assert "pw" not in str(error.value) and "abc" not in str(error.value)


def test_a_connection_that_is_not_set_says_which_variable(shop):
    text = COMPANY.replace("{drops: drops/shop}", "{drops: 's3://b/x', connection: shop_store}")
    (shop.project / "company.yml").write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match="not set") as error:
        shop.pull()

    assert error.value.where == "RAPPORT_CONN_SHOP_STORE"
