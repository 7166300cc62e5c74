"""One call makes all exports of the demo company."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from rapport.demo import faults, service_truth, truth
from rapport.demo.accounts import make_accounts
from rapport.demo.calendars import calendar_files
from rapport.demo.cases import case_files, make_efforts, make_events
from rapport.demo.contact import contact_files, make_contacts, make_decisions, make_payments
from rapport.demo.crm import crm_files, older_snapshot_on
from rapport.demo.days import Window
from rapport.demo.feedback import feedback_files, make_feedback, make_requirements, topics_of
from rapport.demo.helpdesk import helpdesk_files
from rapport.demo.leads import lead_files, make_campaigns, make_leads
from rapport.demo.loyalty import loyalty_files
from rapport.demo.market import market_files
from rapport.demo.occasional import Occasional, make_occasional, truth_of
from rapport.demo.pipeline import make_opportunities, pipeline_files
from rapport.demo.plan import make_targets
from rapport.demo.products import PAIR, Product, make_products
from rapport.demo.programme import OPENED_ON, make_members
from rapport.demo.programme_truth import contact_of, points_of
from rapport.demo.rates import rate_files
from rapport.demo.rebates import TAKERS, make_rebates, rebate_files
from rapport.demo.records import ExportFile
from rapport.demo.retention import make_actions, retention_files, retention_truth
from rapport.demo.sales_truth import sales_truth
from rapport.demo.scripted import churners, climber, make_scripted
from rapport.demo.service import make_tickets
from rapport.demo.shop import shop_files
from rapport.demo.staff import assignments_of
from rapport.demo.surveys import survey_files
from rapport.demo.trade import Buyer, Order, make_buyers, make_orders, make_returns
from rapport.demo.voice import make_answers

SEED = 20231001

_RECIPIENTS = """\
# Who gets which report. Addresses under .example are reserved and reach nobody.
groups:
  management:
    - {name: Friederike Nordhaven, address: friederike.nordhaven@nordhaven.example, language: en}
    - {name: 李娜, address: li.na@nordhaven.example, language: zh}
"""


@dataclass(frozen=True)
class DemoResult:
    """What was made: files and records in them, and where the two files beside the drops lie."""

    files: int
    rows: int
    truth: Path
    recipients: Path


def make_exports(folder: Path, as_of: date, seed: int = SEED, size: str = "normal") -> DemoResult:
    """Write 37 full months of exports up to the last full month before `as_of`, the same bytes each time.

    A day's rows depend on the seed and the day; `as_of` only cuts: it decides which days are told, and which of them lie in
    daily files rather than in merged ones.

    Args:
        folder: gets a folder for each system (crm/, shop/, …), and recipients.yml and demo_truth.json beside them.
        as_of: the day of the run; nothing later appears.
        seed: another seed is another company.
        size: `large` has the normal company's customers, and 1,700 more that order now and then (`occasional`).
    """
    window = Window.before(as_of)
    accounts, products = make_accounts(seed), make_products(seed)
    care = {account.account_no: assignments_of(seed, account) for account in accounts}
    buyers, links = make_buyers(seed, accounts)
    known_orders = make_orders(seed, window.widened(), buyers, products)
    orders = [order for order in known_orders if order.ordered_on in window]
    returns = [back for back in make_returns(seed, orders) if back.returned_on in window]
    tickets = make_tickets(seed, window, accounts, known_orders)
    invitations, answers = make_answers(seed, window, accounts, orders)
    targets = make_targets(window, accounts, buyers, links)

    contacts, decisions = make_contacts(seed, window, accounts), make_decisions(seed, window, accounts, care)
    payments = make_payments(seed, orders)
    members = make_members(
        seed, window.last, accounts, buyers, links, _since_opening(seed, window, known_orders, buyers, products)
    )

    actions = make_actions(seed, window, accounts)
    feedback, requirements = make_feedback(seed, window, accounts, tickets), make_requirements(seed, window, accounts)
    campaigns = make_campaigns(window)
    leads = make_leads(seed, window, accounts, campaigns)
    opportunities = make_opportunities(seed, window, accounts, products, leads)

    # Whoever acts by a script, and whoever the large company has on top, is told apart, so that nothing else moves.
    acting = make_scripted(seed, window, accounts, products)
    more = make_occasional(seed, window, products) if size == "large" else Occasional([], [], [], [])
    all_accounts, all_links = accounts + acting.accounts + more.accounts, links + acting.links + more.links
    all_care = care | {account.account_no: assignments_of(seed, account) for account in acting.accounts + more.accounts}
    all_orders = [*orders, *(order for order in acting.orders if order.ordered_on in window), *more.orders]
    all_returns = returns + acting.returns
    takers = [accounts[index] for index in TAKERS] + acting.in_dollars[:1]
    rebates = make_rebates(window, takers, known_orders + acting.orders, all_links)
    events = make_events(seed, tickets + acting.tickets)
    all_tickets, all_answers, all_contacts = tickets + acting.tickets, answers + acting.answers, contacts + acting.contacts

    files = [
        *crm_files(window, all_accounts, all_care, all_links, targets),
        *shop_files(window, all_orders, all_returns, products, all_care),
        *helpdesk_files(window, all_tickets),
        *survey_files(window, invitations + acting.invitations, all_answers),
        *loyalty_files(window, members),
        *calendar_files(window),
        *case_files(window, events, make_efforts(seed, tickets)),
        *feedback_files(window, feedback, requirements),
        *contact_files(seed, window, all_contacts, decisions, payments, all_care),
        *retention_files(seed, window, actions, accounts, care),
        *lead_files(window, leads, campaigns),
        *pipeline_files(window, opportunities, care),
        *market_files(seed, window),
        *rate_files(seed, window),
        *rebate_files(window, rebates),
    ]
    for system in ("canonical", "loyalty"):
        (folder / system).mkdir(parents=True, exist_ok=True)
    late, duplicate = faults.make_late(files, window), faults.make_duplicate(files, window)

    for file in files:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.table.bytes_of(file.records))
    told = truth.Telling(
        seed, window, all_accounts, all_links, all_orders, all_returns, rebates, all_tickets, all_answers, targets
    )
    facts = {
        "seed": seed,
        "as_of": f"{as_of}",
        "window": {"first": f"{window.first}", "last": f"{window.last}", "months": len(window.months)},
        "files": truth.files_of(files),
        "rejects": truth.rejects_of(files),
        "refused": truth.refusals_of(files),
        "late_files": [late],
        "duplicate_files": [duplicate],
        "older_snapshots": [{"table": "crm.customers", "name": f"customers_late_{older_snapshot_on(window)}.csv"}],
        "at_risk": truth.at_risk(told, as_of),
        "churners": churners(acting, window),
        "in_dollars": [account.account_no for account in acting.in_dollars],
        "rebates": truth.rebates_of(rebates),
        "climber": climber(acting, window),
        "troubled_months": truth.troubled_months(window),
        "handovers": truth.handovers(told, all_care),
        "holiday_tickets": service_truth.holiday_tickets(window, all_tickets, events),
        "nps_drops": service_truth.nps_drops(window, all_answers),
        "detractors": service_truth.detractors(window, all_answers),
        "requirements_overdue": service_truth.overdue(window, requirements),
        "complaints_by_topic": topics_of(feedback, window),
        "retention": retention_truth(actions, accounts, window),
        "months": truth.months_of(told),
        "pair": [products[place].product_no for place in PAIR],
        "loyalty": points_of(members, window),
        "contact": contact_of(window, all_accounts, all_contacts, decisions),
        "sales": sales_truth(seed, window, as_of, leads, campaigns, opportunities),
    }
    if more.accounts:
        facts["occasional"] = truth_of(more, window)
    (folder / "demo_truth.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1, default=_plain), encoding="utf-8")
    (folder / "recipients.yml").write_text(_RECIPIENTS, encoding="utf-8")
    return DemoResult(len(files), _rows(files), folder / "demo_truth.json", folder / "recipients.yml")


def _since_opening(seed: int, window: Window, known: list[Order], buyers: list[Buyer], products: list[Product]) -> list[Order]:
    """Orders since the loyalty programme was opened, which may lie before the window."""
    is_known = window.widened().first <= OPENED_ON
    return known if is_known else make_orders(seed, Window(OPENED_ON, window.last), buyers, products)


def _rows(files: list[ExportFile]) -> int:
    return sum(len(file.records) for file in files)


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:.4f}".removesuffix("00")
    raise TypeError(f"{value!r} has no place in the truth")
