"""The CRM's exports: semicolons, GB18030, Chinese headers; each file is the whole truth on its day."""

from datetime import date, timedelta

from rapport.demo import story
from rapport.demo.accounts import Account
from rapport.demo.days import Window, first_of, last_of, month_of
from rapport.demo.plan import Target, agreed_on
from rapport.demo.records import ExportFile, Fault, Record, Table, money
from rapport.demo.scripted import PLAYERS, SIGNS_BY_QUARTER
from rapport.demo.staff import EMPLOYEES, Assignment
from rapport.demo.trade import Link


def _table(name: str, *columns: str) -> Table:
    return Table("crm", name, columns, delimiter=";", encoding="gb18030", newline="\r\n")


CUSTOMERS = _table(
    "customers", "客户编号", "客户名称", "客户类型", "行业", "规模", "国家", "地区", "城市", "服务主体", "重点客户", 
    "上级客户编号", "预计年采购额", "币种", "战略契合度", "手工等级", "邮件许可", "状态", "创建日期",
)  # fmt: skip
CONTACTS = _table("contacts", "联系人编号", "客户编号", "姓名", "职务", "邮箱", "电话", "主要联系人")
EMPLOYEE_LIST = _table("employees", "员工编号", "姓名", "邮箱", "岗位", "团队", "上级编号", "语言", "入职日期", "离职日期")
ASSIGNMENTS = _table("assignments", "客户编号", "员工编号", "角色", "开始日期", "结束日期")
CONTRACTS = _table("contracts", "合同编号", "客户编号", "开始日期", "结束日期", "年度金额", "币种", "续签合同编号", "状态")
TARGETS = _table("targets", "指标", "范围", "对象", "开始日期", "结束日期", "目标值", "币种")
LINKS = _table("customer_links", "商城客户号", "客户编号", "开始日期", "结束日期")

_FRAME_ENDS_ON = date(2040, 12, 31)
_SIZES = {"micro": "微型", "small": "小型", "medium": "中型", "large": "大型"}
_TIERS = {"gold": "金", "silver": "银", "bronze": "铜"}
_ROLES = {"purchasing": "采购", "operations": "运营", "management": "管理"}


def crm_files(
    window: Window,
    accounts: list[Account],
    care: dict[str, list[Assignment]],
    links: list[Link],
    targets: list[Target],
) -> list[ExportFile]:
    """All files of the CRM: customers each month (attributes drift), the rest for the last three months, targets each year.

    One snapshot of customers comes late: made in the middle of a month, dropped after all others.
    """
    days = window.snapshot_days
    files = [_customers(day, accounts) for day in days]
    files.append(_customers(older_snapshot_on(window), accounts, name="customers_late"))
    for day in days[-3:]:
        known = [account for account in accounts if account.is_known_on(day)]
        cared = [stretch for account in known for stretch in care[account.account_no]]
        files += [
            ExportFile(CONTACTS, f"contacts_{day}.csv", [record for account in known for record in _contacts(day, account)]),
            ExportFile(EMPLOYEE_LIST, f"employees_{day}.csv", _employees(day)),
            ExportFile(ASSIGNMENTS, f"assignments_{day}.csv", _assignments(day, cared)),
            ExportFile(CONTRACTS, f"contracts_{day}.csv", [record for account in known for record in _contracts(day, account)]),
            ExportFile(LINKS, f"customer_links_{day}.csv", [_link(day, link) for link in links if link.valid_from <= day]),
        ]
    return files + _target_files(targets)


def older_snapshot_on(window: Window) -> date:
    """The day of the snapshot that is dropped after newer ones."""
    return first_of(month_of(window.last) - 2) + timedelta(days=14)


def _day(day: date | None) -> str:
    return f"{day:%Y/%m/%d}" if day else ""


def _yes(is_so: bool) -> str:
    return "是" if is_so else "否"


def _customers(day: date, accounts: list[Account], name: str = "customers") -> ExportFile:
    records = [_customer(day, account) for account in accounts if account.is_known_on(day)]
    if day.month % 6 == 3 and name == "customers":  # the half-year's clean-up, with its typing errors
        bad = _customer(day, accounts[5])
        cells = (f"K-99{day:%y%m}", *bad.cells[1:-1], f"{day.year}/13/01")
        records.append(Record(day, cells[0], cells, Fault("created_on", "is not a date like %Y/%m/%d", cells[-1])))
    return ExportFile(CUSTOMERS, f"{name}_{day}.csv", records)


def _customer(day: date, account: Account) -> Record:
    now = account.attributes_on(day)
    cells = (
        account.account_no, account.name, "企业", now["industry"], _SIZES[now["company_size"]], account.country, now["region"],
        account.city, account.legal_entity, _yes(now["is_key_account"] == "true"), account.parent_no,
        money(account.estimated_spend, ","), "EUR", str(account.strategic_fit),
        _TIERS.get(now.get("manual_tier"), ""), _yes(account.mail_consent), "active",
        _day(account.created_on),
    )  # fmt: skip
    return Record(day, account.account_no, cells)


def _contacts(day: date, account: Account) -> list[Record]:
    return [
        Record(day, contact.contact_no, (
            contact.contact_no, account.account_no, contact.name, _ROLES[contact.role], contact.email, contact.phone,
            _yes(contact.is_primary),
        ))
        for contact in account.contacts
    ]  # fmt: skip


def _employees(day: date) -> list[Record]:
    return [
        Record(day, employee.employee_no, (
            employee.employee_no, employee.name, f"{employee.employee_no.lower()}@nordhaven.example", employee.role,
            employee.team, employee.manager_no, employee.locale, _day(employee.active_from),
            _day(employee.active_to if employee.active_to and employee.active_to <= day else None),
        ))
        for employee in EMPLOYEES
    ]  # fmt: skip


def _assignments(day: date, care: list[Assignment]) -> list[Record]:
    return [
        Record(day, f"{stretch}", (
            stretch.account_no, stretch.employee_no, stretch.role, _day(stretch.valid_from),
            _day(stretch.valid_to if stretch.valid_to and stretch.valid_to <= day else None),
        ))
        for stretch in care if stretch.valid_from <= day
    ]  # fmt: skip


def _contracts(day: date, account: Account) -> list[Record]:
    """Yearly terms, each renewing the one before; who is silent by then does not renew, and signs anew two months later."""
    if account.index in SIGNS_BY_QUARTER:
        return _quarters(day, account)
    if account.index in PLAYERS:
        return [_term(day, account, f"V-{account.account_no[2:]}-frame", account.created_on, _FRAME_ENDS_ON, "")]
    if not account.has_terms:
        return []
    start = first_of(month_of(date(2022, 1, 1)) + account.index * 5 % 12)
    terms, renews = [], ""
    while start <= day:
        number = f"V-{account.account_no[2:]}-{start.year}"
        end = date(start.year + 1, start.month, 1) - timedelta(days=1)
        terms.append(_term(day, account, number, start, end, renews))
        start, renews = end + timedelta(days=1), number
        if story.is_silent(account.index, start):
            start, renews = first_of(month_of(start) + 2), ""
    return terms


def _quarters(day: date, account: Account) -> list[Record]:
    """Terms of three months from the middle of one on, renewed at the last moment: there always is one that ends soon."""
    terms, renews, month = [], "", month_of(date(2022, 1, 1))
    while (start := first_of(month).replace(day=15)) <= day:
        number = f"V-{account.account_no[2:]}-{start:%Y-%m}"
        terms.append(_term(day, account, number, start, first_of(month + 3).replace(day=14), renews))
        month, renews = month + 3, number
    return terms


def _term(day: date, account: Account, number: str, start: date, end: date, renews: str) -> Record:
    status, value = "active" if end >= day else "ended", money(account.estimated_spend // 4, ",")
    return Record(day, number, (number, account.account_no, _day(start), _day(end), value, "EUR", renews, status))


def _link(day: date, link: Link) -> Record:
    known_end = link.valid_to if link.valid_to and link.valid_to <= day else None
    cells = (link.buyer_no, link.account.account_no, _day(link.valid_from), _day(known_end))
    return Record(day, f"{link.buyer_no} {link.valid_from}", cells)


def _target_files(targets: list[Target]) -> list[ExportFile]:
    files = []
    for year in sorted({target.first.year for target in targets}):
        day = agreed_on(year)
        records = [
            Record(day, f"{target}", (
                target.metric, target.scope_type, target.scope_id, _day(target.first),
                _day(last_of(month_of(target.first)) + timedelta(days=1)), money(target.amount, ","), "EUR",
            ))
            for target in targets if target.first.year == year
        ]  # fmt: skip
        files.append(ExportFile(TARGETS, f"targets_{day}.csv", records))
    return files
