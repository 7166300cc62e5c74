"""What customers say when they are asked: NPS once a quarter per contact, satisfaction after some deliveries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from rapport.demo import story
from rapport.demo.accounts import Account, Contact
from rapport.demo.days import Window, first_of, stream
from rapport.demo.trade import Order


@dataclass(frozen=True)
class Invitation:
    """One survey invitation that was delivered; local time."""

    invitation_no: str
    survey_no: str
    account: Account
    contact: Contact
    sent_at: datetime


@dataclass(frozen=True)
class Answer:
    """One answered score question; local time."""

    answer_no: str
    invitation: Invitation
    kind: str
    order: Order | None
    score: int
    comment: str
    answered_at: datetime


def make_answers(
    seed: int, window: Window, accounts: list[Account], orders: list[Order]
) -> tuple[list[Invitation], list[Answer]]:
    """All invitations and answers of the window."""
    pairs = [*_nps(seed, window, accounts), *_csat(seed, orders)]
    invitations = sorted((i for i, _ in pairs if i.sent_at.date() in window), key=lambda i: (i.sent_at, i.invitation_no))
    answers = sorted((a for _, a in pairs if a and a.answered_at.date() in window), key=lambda a: (a.answered_at, a.answer_no))
    return invitations, answers


def _nps(seed: int, window: Window, accounts: list[Account]) -> Iterator[tuple[Invitation, Answer | None]]:
    for account in accounts:
        temper = stream(seed, "temper", account.index).gauss(0, 1.0)
        for place, contact in enumerate(account.contacts):
            turn = (account.index + place) % 3
            for month in (month for month in window.months if month % 3 == turn and account.is_known_on(first_of(month))):
                chance = stream(seed, "nps", contact.contact_no, month)
                sent_at = _office_hour(chance, first_of(month) + timedelta(days=chance.randrange(2, 20)))
                number = f"N{month}-{contact.contact_no[2:]}"
                invitation = Invitation(f"I-{number}", f"NPS-{sent_at:%Y-%m}", account, contact, sent_at)
                answered_at = _office_hour(chance, (sent_at + timedelta(days=chance.randint(0, 6))).date(), after=sent_at)
                mood = 8.6 + temper - _anger(account, sent_at.date())
                if chance.random() >= (0.12 if story.is_silent(account.index, sent_at.date()) else 0.42):
                    yield invitation, None
                    continue
                score = min(10, max(0, round(mood + chance.gauss(0, 1.1))))
                comment = _comment(chance, account, "bad" if score <= 6 else "good" if score >= 9 else "")
                yield invitation, Answer(f"A-{number}", invitation, "nps", None, score, comment, answered_at)


def _csat(seed: int, orders: list[Order]) -> Iterator[tuple[Invitation, Answer | None]]:
    for order in orders:
        account = order.buyer.account
        chance = stream(seed, "csat", order.order_no)
        if account is None or order.cancelled_on or chance.random() >= 0.25 or not account.is_known_on(order.delivered_on):
            continue
        number = f"C{order.order_no[2:]}"
        sent_at = _office_hour(chance, order.delivered_on + timedelta(days=1))
        invitation = Invitation(f"I-{number}", "CSAT-delivery", account, account.contacts[0], sent_at)
        if chance.random() >= 0.55:
            yield invitation, None
            continue
        mood = 4.5 - (1.9 if order.is_late else 0) + chance.gauss(0, 0.6)
        score = min(5, max(1, round(mood)))
        answered_at = _office_hour(chance, (sent_at + timedelta(days=chance.randint(0, 4))).date(), after=sent_at)
        comment = _comment(chance, account, "bad" if score <= 2 else "")
        yield invitation, Answer(f"A-{number}", invitation, "csat", order, score, comment, answered_at)


def _anger(account: Account, day: date) -> float:
    """Points that an account takes off for what the depot did to it."""
    lost = story.is_annoyed(account.index, day) or story.is_silent(account.index, day)
    return (2.0 if story.is_troubled(account.depot, day) else 0.0) + (4.0 if lost else 0.0)


def _office_hour(chance: Random, day: date, after: datetime | None = None) -> datetime:
    moment = datetime.combine(day, time(chance.randrange(8, 18), chance.randrange(60)))
    return moment if after is None or moment > after else after + timedelta(minutes=chance.randint(5, 50))


_COMMENTS = {
    "bad": {
        "de": ["Lieferung schon wieder zu spät.", "Niemand ruft zurück.", "Zu oft falsche Mengen."],
        "en": ["Late again, and nobody told us.", "The depot does not answer.", "Third wrong delivery this year."],
        "zh": ["交货总是延迟。", "没有人回复我们的问题。", "数量经常不对。"],
    },
    "good": {
        "de": ["Sehr gute Beratung.", "Immer pünktlich, gern wieder."],
        "en": ["Reliable as always.", "Quick answers, fair prices."],
        "zh": ["服务很好，交货准时。", "产品质量可靠。"],
    },
}


def _comment(chance: Random, account: Account, tone: str) -> str:
    return chance.choice(_COMMENTS[tone][account.language]) if tone and chance.random() < 0.5 else ""
