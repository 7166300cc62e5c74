"""A run whose data are not to be trusted: exit 3, readers keep what they had, nobody gets a mail; mended, it goes on."""

import mailbox

import duckdb


def returned(home) -> list[tuple]:
    with duckdb.connect(str((home.path / "published/current").resolve()), read_only=True) as connection:
        return connection.execute("select count(*) from marts.sales_returns where returned_on >= '2026-09-01'").fetchall()


def test_a_closed_gate_ends_a_run_with_exit_3_and_the_mended_file_opens_it(tiny, tmp_path):
    home = tiny.copy_to(tmp_path / "home")
    (export,) = home.more.glob("returns_2026-09*")
    header, *records = export.read_text(encoding="utf-8").splitlines()
    assert len(records) >= 5
    dropped = home.path / "drops/shop" / export.name
    dropped.write_text("\n".join([header, *(record.partition(",")[0] for record in records)]) + "\n", encoding="utf-8")
    before, mails = (home.path / "published/current").resolve(), len(mailbox.Maildir(home.path / "mailbox"))

    closed = home.rapport("run", check=False)

    assert closed.returncode == 3
    assert "nothing_accepted" in closed.stdout + closed.stderr
    assert (home.path / "published/current").resolve() == before
    assert len(mailbox.Maildir(home.path / "mailbox")) == mails

    dropped.write_text(export.read_text(encoding="utf-8"), encoding="utf-8")
    home.rapport("run")

    assert returned(home) == [(len(records),)]
