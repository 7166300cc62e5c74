"""The people who work for Nordhaven Supply, and who of them looks after which account when."""

from dataclasses import dataclass
from datetime import date

from rapport.demo.accounts import Account
from rapport.demo.days import stream


@dataclass(frozen=True)
class Employee:
    """One member of staff."""

    employee_no: str
    name: str
    role: str
    team: str
    manager_no: str
    locale: str = "de"
    active_from: date = date(2019, 1, 1)
    active_to: date | None = None


@dataclass(frozen=True)
class Assignment:
    """A stretch of time, [valid_from, valid_to), in which an employee looks after an account."""

    account_no: str
    employee_no: str
    role: str
    valid_from: date
    valid_to: date | None


_LEAVER, _SUCCESSOR, _LEAVES_ON = "E-04", "E-03", date(2025, 6, 18)

EMPLOYEES = [
    Employee("E-01", "Katja Brandt", "account_manager", "North", "E-11"),
    Employee("E-02", "Jonas Lindemann", "account_manager", "North", "E-11"),
    Employee("E-03", "Øyvind Haug", "account_manager", "North", "E-11", "en"),
    Employee("E-04", "Petra Schäfer", "account_manager", "North", "E-11", active_to=_LEAVES_ON),
    Employee("E-05", "Markus Huber", "account_manager", "South", "E-12"),
    Employee("E-06", "Lea Weiß", "account_manager", "South", "E-12"),
    Employee("E-07", "Zdeněk Malý", "account_manager", "South", "E-12", "en"),
    Employee("E-08", "Claire Fontaine", "account_manager", "International", "E-12", "en"),
    Employee("E-09", "李娜", "account_manager", "International", "E-12", "zh"),
    Employee("E-10", "王磊", "account_manager", "International", "E-12", "zh"),
    Employee("E-11", "Henrike Möller", "team_lead", "North", "E-90"),
    Employee("E-12", "Tobias Rüegg", "team_lead", "South", "E-90"),
    Employee("E-21", "Emre Yıldız", "service_agent", "Service", "E-90"),
    Employee("E-22", "Silke Jansen", "service_agent", "Service", "E-90"),
    Employee("E-23", "Agata Nowak", "service_agent", "Service", "E-90", "en"),
    Employee("E-90", "Dr. Friederike Nordhaven", "director", "Management", ""),
]
AGENTS = [employee.employee_no for employee in EMPLOYEES if employee.role == "service_agent"]


def _team_of(account: Account) -> list[str]:
    if account.country == "CN":
        return ["E-09", "E-10"]
    if account.country in ("FR", "PL", "CZ"):
        return ["E-07", "E-08"]
    return ["E-01", "E-02", "E-03", "E-04"] if account.depot == "north" else ["E-05", "E-06", "E-07"]


def assignments_of(seed: int, account: Account) -> list[Assignment]:
    """Every stretch of an account's care, without gap or overlap: handovers fall in the middle of a month."""
    chance = stream(seed, "care", account.account_no)
    team = _team_of(account)
    manager = team[account.index % len(team)]
    turns = [(account.created_on, manager)]
    for year in range(2022, 2031):
        moves, day, choice = chance.random() < 0.12, chance.randint(9, 21), chance.choice(team)
        handover = date(year, chance.randint(1, 12), day)
        if moves and choice != turns[-1][1] and handover > turns[-1][0]:
            turns.append((handover, choice))
    turns = _without_the_leaver(turns)
    care = [
        Assignment(account.account_no, employee, "account_manager", start, end)
        for (start, employee), end in zip(turns, [start for start, _ in turns[1:]] + [None], strict=True)
    ]
    if account.index < 20:  # large accounts have someone at the desk as well
        care.append(Assignment(account.account_no, AGENTS[account.index % 3], "inside_sales", account.created_on, None))
    return care


def _without_the_leaver(turns: list[tuple[date, str]]) -> list[tuple[date, str]]:
    """Hand on what the leaver has on the last day, and give nothing to the leaver afterwards."""
    handed: list[tuple[date, str]] = []
    for place, (start, employee) in enumerate(turns):
        end = turns[place + 1][0] if place + 1 < len(turns) else date.max
        if employee != _LEAVER or end <= _LEAVES_ON:
            handed.append((start, employee))
        elif start >= _LEAVES_ON:
            handed.append((start, _SUCCESSOR))
        else:
            handed += [(start, employee), (_LEAVES_ON, _SUCCESSOR)]
    return [turn for place, turn in enumerate(handed) if place == 0 or handed[place - 1][1] != turn[1]]


def manager_on(care: list[Assignment], day: date) -> str:
    """Who is the account manager on a day."""
    return next(
        stretch.employee_no
        for stretch in reversed(care)
        if stretch.role == "account_manager" and (stretch.valid_from <= day or stretch is care[0])
    )
