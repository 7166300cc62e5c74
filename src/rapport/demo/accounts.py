"""The customers of Nordhaven Supply as its CRM knows them: who they are, and how that changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from rapport.demo import story
from rapport.demo.days import first_of, month_of, stream
from rapport.demo.names import (
    BRANDS_CN,
    FAMILIES,
    FORMS,
    GIVEN,
    NORTH_DEPOT,
    PLACES,
    SHARES,
    TRADES,
    people_of,
    person,
)

FOUNDERS = 186
_JOINS_FROM, _JOINS_TO, _JOINERS_A_YEAR = date(2022, 1, 1), date(2031, 1, 1), 15
_CHANGES_FROM = date(2022, 1, 1)
SIZES = ["micro", "small", "medium", "large"]
TIERS_BY_HAND = {
    150: (date(2025, 5, 12), "gold"),
    40: (date(2026, 3, 9), "silver"),
}
"""Accounts whose tier people set: the new branch of a large group, and one that is paid for too late."""
_LEAVERS = range(120, 180, 4)
"""Small founders who stop for good, one every five months from 2022 on; the CRM forgets them three months later."""


@dataclass(frozen=True)
class Contact:
    """A person at a customer."""

    contact_no: str
    name: str
    role: str
    email: str
    phone: str
    is_primary: bool


@dataclass(frozen=True)
class Account:
    """A customer account; `changes` are (day, attribute, new value), in the order of days."""

    index: int
    account_no: str
    name: str
    country: str
    city: str
    depot: str
    rank: float
    created_on: date
    stops_on: date | None
    parent_no: str
    estimated_spend: int
    strategic_fit: int
    mail_consent: bool
    at_first: dict[str, str]
    changes: tuple[tuple[date, str, str], ...]
    contacts: tuple[Contact, ...]

    @property
    def forgotten_on(self) -> date | None:
        """The day from which the CRM no longer exports the account."""
        return self.stops_on and self.stops_on + timedelta(days=92)

    @property
    def language(self) -> str:
        return {"DE": "de", "AT": "de", "CN": "zh"}.get(self.country, "en")

    @property
    def legal_entity(self) -> str:
        return "Nordhaven Trading Shanghai" if self.country == "CN" else "Nordhaven Supply GmbH"

    @property
    def has_terms(self) -> bool:
        """Whether it is one of the sixty largest, which buy on yearly terms."""
        return self.index < 60

    def is_known_on(self, day: date) -> bool:
        """Whether an export of the CRM made on a day holds the account."""
        return self.created_on <= day and (self.forgotten_on is None or day < self.forgotten_on)

    def attributes_on(self, day: date) -> dict[str, str]:
        """industry, company_size, region, is_key_account and manual_tier as they are on a day."""
        return self.at_first | {attribute: value for start, attribute, value in self.changes if start <= day}


def make_accounts(seed: int) -> list[Account]:
    """All accounts of all times, in the order of their numbers."""
    joined = [
        first_of(month_of(_JOINS_FROM)) + timedelta(days=int(place * 365 / _JOINERS_A_YEAR))
        for place in range(int((_JOINS_TO - _JOINS_FROM).days * _JOINERS_A_YEAR / 365))
    ]
    taken: set[str] = set()
    return [make_account(seed, index, None if index < FOUNDERS else joined[index - FOUNDERS], taken)
            for index in range(FOUNDERS + len(joined))]  # fmt: skip


def rank_of(founder_index: int) -> float:
    """A founder's rank by spend; the gaps are for those who join later."""
    return 1 + founder_index * 1.25


def make_account(seed: int, index: int, joined: date | None, taken: set[str], country: str = "") -> Account:
    """The account of an index; `joined` is None for a founder.

    `taken` holds the names of the others, and what is alike to them, and gets its own.

    It is drawn from a country, unless one is named.
    """
    chance = stream(seed, "account", index)
    country = country or chance.choices(list(SHARES), weights=list(SHARES.values()))[0]
    city, region = chance.choice(PLACES[country])
    industry = chance.choice(list(TRADES))
    rank = rank_of(index) if joined is None else chance.uniform(60, 235)
    founded = date(2019, 1, 2) + timedelta(days=chance.randrange(900))
    size = 3 if rank < 30 else 2 if rank < 90 else chance.choice([0, 1, 1, 2])
    name = _free_name(chance, country, city, industry, taken)
    at_first = {
        "industry": industry,
        "company_size": SIZES[size],
        "region": region,
        "is_key_account": "true" if rank < 26 else "false",
    }
    return Account(
        index=index,
        account_no=f"K-{10001 + index}",
        name=name,
        country=country,
        city=city,
        depot="north" if region in NORTH_DEPOT else "south",
        rank=rank,
        created_on=joined or founded,
        stops_on=first_of(month_of(_CHANGES_FROM) + 5 * _LEAVERS.index(index)) if index in _LEAVERS else None,
        parent_no=f"K-{10001 + index % 6}" if 84 <= index < 96 else "",
        estimated_spend=round(chance.uniform(1.2, 2.6) * story.YEARLY_SPEND * story.weight(rank) / 8000) * 1000,
        strategic_fit=chance.randint(1, 5),
        mail_consent=chance.random() < 0.8,
        at_first=at_first,
        changes=tuple(sorted([*_changes(stream(seed, "drift", index), at_first, country), *_by_hand(index)])),
        contacts=tuple(_contacts(chance, index, country)),
    )


def _free_name(chance: Random, country: str, city: str, industry: str, taken: set[str]) -> str:
    trade = TRADES[industry]["DE" if country == "AT" else country]
    while True:
        if country == "CN":
            name = f"{city}{chance.choice(BRANDS_CN)}{trade}有限公司"
        else:
            name = f"{chance.choice(people_of(country, FAMILIES))} {trade} {chance.choice(FORMS[country])}"
        alike = alike_to(name, city)
        if {name, alike} & taken:
            name = name.replace(trade, f"{trade} {city}") if country != "CN" else name
            alike = alike_to(name, city)
        if not {name, alike} & taken:
            taken |= {name, alike}
            return name


def alike_to(name: str, city: str) -> str:
    """What firms of one city share that a reader of names takes for one: the name without its legal form, and the city."""
    forms = sorted((form for forms in FORMS.values() for form in forms), key=len, reverse=True)
    form = next((form for form in forms if name.endswith(form)), "")
    return f"{name.removesuffix(form)}|{city}"


def _changes(chance: Random, at_first: dict[str, str], country: str) -> Iterator[tuple[date, str, str]]:
    """A new size now and then, a new industry rarely, a move within the country, key accounts named and dropped."""
    now = dict(at_first)
    for month in range(month_of(_CHANGES_FROM), month_of(_CHANGES_FROM) + 108):
        draw, day = chance.random(), first_of(month) + timedelta(days=chance.randrange(28))
        attribute = next((a for a, below in _CHANCES if draw < below), None)
        if attribute == "company_size":
            step = SIZES.index(now[attribute]) + chance.choice([-1, 1, 1])
            value = SIZES[min(3, max(0, step))]
        elif attribute == "industry":
            value = chance.choice(list(TRADES))
        elif attribute == "region":
            value = chance.choice(PLACES[country])[1]
        elif attribute == "is_key_account":
            value = "false" if now[attribute] == "true" else "true"
        else:
            continue
        if value != now[attribute]:
            now[attribute] = value
            yield day, attribute, value


def _by_hand(index: int) -> Iterator[tuple[date, str, str]]:
    if index in TIERS_BY_HAND:
        day, tier = TIERS_BY_HAND[index]
        yield day, "manual_tier", tier


_CHANCES = [("industry", 0.001), ("region", 0.002), ("is_key_account", 0.003), ("company_size", 0.010)]
"""Of a change in a month, cumulative."""


def _contacts(chance: Random, index: int, country: str) -> Iterator[Contact]:
    domain = f"k{10001 + index}.example"
    for place in range(chance.choice([1, 1, 2, 2, 3])):
        family, given = chance.choice(people_of(country, FAMILIES)), chance.choice(people_of(country, GIVEN))
        yield Contact(
            contact_no=f"C-{10001 + index}-{place + 1}",
            name=person(country, given, family),
            role=("purchasing", "operations", "management")[place],
            email=f"contact{place + 1}@{domain}",
            phone=f"+49 40 555 {10001 + index} {place}",
            is_primary=place == 0,
        )
