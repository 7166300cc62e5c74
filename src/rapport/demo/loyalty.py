"""The loyalty system's exports: tabs, cp1252, German headers, decimal commas; points without a sign, whose kind tells it."""

from collections.abc import Iterator
from datetime import date

from rapport.demo import faults
from rapport.demo.days import Window
from rapport.demo.programme import OPENED_ON, REWARDS, Claim, Entry, Member, claims_of
from rapport.demo.records import ExportFile, Record, Table, merged, money


def _table(name: str, *columns: str) -> Table:
    return Table("loyalty", name, columns, suffix="txt", delimiter="\t", encoding="cp1252", newline="\r\n")


MEMBERS = _table("members", "Mitglied", "Kunde", "Beitritt", "Stufe", "Austritt")
LEDGER = _table("ledger", "Buchung", "Mitglied", "Buchungstag", "Art", "Punkte", "Auftrag", "Prämie", "Gültig bis")
BALANCES = _table("balances", "Mitglied", "Stichtag", "Punktestand")
REWARD_LIST = _table("rewards", "Prämie", "Bezeichnung", "Punktepreis", "Einstandspreis", "Währung")
CLAIMS = _table("claims", "Anforderung", "Prämie", "Mitglied", "Angefordert", "Ausgeliefert")

_KINDS = {"earn": "Gutschrift", "redeem": "Einlösung", "expire": "Verfall", "adjust": "Korrektur"}


def told_from(window: Window) -> Window:
    """What the loyalty system tells of: all since it was opened, because points bought before the window may still be open."""
    return Window(OPENED_ON, window.last)


def loyalty_files(window: Window, members: list[Member]) -> list[ExportFile]:
    """All files of the loyalty system: ledger and claims each quarter, a statement of balances each month."""
    if window.last < OPENED_ON:
        return []
    whole, days = told_from(window), [day for day in window.snapshot_days if day >= OPENED_ON]
    entries = [_entry(member, entry) for member in members for entry in member.entries]
    claims = [record for member, claim in claims_of(members) for record in _claim_records(member, claim)]
    statements = [_statement(member, day, points) for member in members for day, points in member.statements]
    return [
        *merged(LEDGER, [*entries, *faults.planted(LEDGER, whole)], whole, period="quarterly"),
        *merged(CLAIMS, claims, whole, period="quarterly"),
        *merged(BALANCES, statements, whole, period="monthly"),
        *(_member_file(day, members) for day in days[-3:]),
        *(_reward_file(day) for day in days if day.month == 12 or day == window.last),
    ]


def _day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""


def _points(points: int) -> str:
    return f"{points},00"


def _entry(member: Member, entry: Entry) -> Record:
    points = entry.points if entry.kind == "adjust" else abs(entry.points)
    cells = (
        entry.entry_no, member.member_no, _day(entry.day), _KINDS[entry.kind], _points(points), entry.order_no,
        entry.reward_no, _day(entry.expires_on),
    )  # fmt: skip
    return Record(entry.day, entry.entry_no, cells)


def _claim_records(member: Member, claim: Claim) -> Iterator[Record]:
    """The claim on its day, and again when it was delivered."""
    for day, fulfilled_on in ((claim.claimed_on, None), (claim.fulfilled_on, claim.fulfilled_on)):
        cells = (claim.claim_no, claim.reward.reward_no, member.member_no, _day(claim.claimed_on), _day(fulfilled_on))
        yield Record(day, claim.claim_no, cells)


def _statement(member: Member, day: date, points: int) -> Record:
    return Record(day, f"{member.member_no} {day}", (member.member_no, _day(day), _points(points)))


def _member_file(day: date, members: list[Member]) -> ExportFile:
    records = [
        Record(day, member.member_no, (
            member.member_no, member.account.account_no, _day(member.joined_on), member.level,
            _day(member.left_on if member.left_on and member.left_on <= day else None),
        ))
        for member in members if member.joined_on <= day
    ]  # fmt: skip
    return ExportFile(MEMBERS, f"members_{day}.txt", records)


def _reward_file(day: date) -> ExportFile:
    cells = [(one.reward_no, one.name, _points(one.points), money(one.cost, ","), "EUR") for one in REWARDS]
    return ExportFile(REWARD_LIST, f"rewards_{day}.txt", [Record(day, row[0], row) for row in cells])
