"""The workbook: typed cells that say what figures.json says, totals that add up, and texts that stay texts."""

import json
import re
import subprocess
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from rapport.editions.compose import compose
from rapport.editions.workbook.amounts import amount
from rapport.editions.workbook.spreadsheet import Amount, Spreadsheet, Styles, fitted
from rapport.errors import UsageError

STYLES = Styles(
    **dict.fromkeys(("ink", "muted", "rule", "good", "bad"), "#000000"),
    day="d mmm yyyy",
    instant="d mmm yyyy, hh:mm",
    yes="Yes",
    no="No",
    cut=" … (cut)",
)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Euro:
    """A printer as far as numbers need one."""

    language = "en"

    def word(self, key, otherwise):
        return {"units.percentage_points": "{number} pp"}.get(key, otherwise)


def a_book() -> Spreadsheet:
    return Spreadsheet(STYLES, ZoneInfo("Europe/Berlin"), "Confidential & more", {"created": datetime(2026, 11, 4)})


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def one_sheet(*cells: object) -> tuple[list[list[object]], zipfile.ZipFile]:
    book = a_book()
    sheet = book.sheet("one")
    sheet.table(["head"], [[cell] for cell in cells])
    sheet.finish()
    content = book.close()
    return sheets(content)["one"], zipfile.ZipFile(BytesIO(content))


def records(rows: list[list[object]]) -> list[dict[str, object]]:
    head, *rest = rows
    return [dict(zip(head, row, strict=True)) for row in rest]


@pytest.fixture(scope="module")
def content(composed) -> bytes:
    return (composed.folder / "en/report.xlsx").read_bytes()


@pytest.fixture(scope="module")
def book(content):
    return sheets(content)


@pytest.fixture(scope="module")
def figures(composed):
    plain = json.loads((composed.folder / "figures.json").read_text(encoding="utf-8"))
    return {figure["id"]: figure for figure in plain["figures"]}


def test_every_figure_of_figures_json_stands_in_the_workbook_with_its_value_and_percent_as_shares_of_one(book, figures):
    rows = {row["Id of the figure"]: row for row in records(book["Figures"])}

    assert set(rows) == set(figures)
    for name, figure in figures.items():
        value = rows[name]["Value"]
        if figure["value"] is None:
            assert value == "", name
            continue
        whole = 100 if figure["unit"] == "percent" else 1
        assert value == pytest.approx(float(figure["value"]) / whole, abs=1e-9), name
    assert rows["on_time_delivery_rate@2026-10"]["Value"] == 0.94
    assert rows["on_time_delivery_rate@2026-10"]["Low end, likely"] == 0.92
    assert rows["net_revenue@2026-10"]["Value"] == 12_840_000
    assert rows["net_revenue@2026-10"]["To"] == date(2026, 10, 31)
    assert rows["net_revenue@2026-10~on_plan"]["Comparison"] == "Change on plan"


def test_the_first_sheet_says_what_this_is_whether_it_is_to_be_trusted_and_the_headline_figures(book):
    said = [[cell for cell in row if cell != ""] for row in next(iter(book.values()))]

    assert ["Edition", "management_month.2026-10.all.r1"] in said
    assert ["Snapshot", "000007"] in said
    assert ["Data as of", datetime(2026, 11, 4, 7)] in said  # 06:00 UTC in Berlin
    assert ["Data quality", "1 of 2 checks of the data did not pass:"] in said
    assert ["marts.sales_lines: At most 1 sale in 20 has no account."] in said
    assert [row for row in said if row[:2] == ["Net revenue", 12_840_000]] == [
        ["Net revenue", 12_840_000, 11_790_000, 0.089, 12_466_000, 0.03]
    ]


def test_the_totals_of_a_list_are_its_figures_and_add_up_what_stands_above(book, figures):
    *rows, total = records(book["Accounts at risk"])
    revenue = "Net revenue, twelve months"

    assert total["Account number"] == "Total"
    assert total[revenue] == float(figures["accounts_at_risk.revenue_12m@2026-10"]["value"]) == 2_710_000
    assert sum(row[revenue] for row in rows) == total[revenue]
    assert records(book["Exports"])[-1]["Records loaded"] == 1200


@pytest.mark.usefixtures("no_pdf")
def test_a_list_has_all_its_rows_where_the_page_shows_the_first(settings, state, answers):
    one = answers.rows_of["account_months"][0]
    many = [{**one, "customer_id": f"crm:A-{number:03}", "revenue_12m": Decimal(f"{number}.05")} for number in range(1, 101)]
    answers.rows_of["account_months"] = many

    folder = compose(settings, state, "management_month", "2026-10").folder

    rows = records(sheets((folder / "en/report.xlsx").read_bytes())["Accounts at risk"])
    assert {row["Account number"] for row in rows} == {*(f"crm:A-{number:03}" for number in range(1, 101)), "Total"}
    assert rows[-1]["Net revenue, twelve months"] == 5055.0  # 1 + … + 100, and 100 × 0.05
    assert "crm:A-001" not in (folder / "en/index.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("no_pdf")
def test_a_changed_row_that_no_page_shows_is_a_change_of_the_edition(settings, state, answers):
    one = answers.rows_of["account_months"][0]
    rows = [{**one, "customer_id": f"crm:A-{number:03}", "revenue_rank": number} for number in range(1, 61)]
    answers.rows_of["account_months"] = rows
    compose(settings, state, "management_month", "2026-10")
    rows[-1]["industry"] = "Toys"

    with pytest.raises(UsageError, match="--revise"):
        compose(settings, state, "management_month", "2026-10")


def test_each_reason_of_a_list_is_said_in_words(book):
    assert records(book["Accounts at risk"])[0]["Why"] == "Silent longer than usual; a_rule_without_words"
    assert records(book["Accounts"])[0]["Status"] == "On track"


def test_a_trend_stands_in_one_column_for_each_period_beside_a_picture_of_it(book, content):
    row = records(book["Accounts"])[0]

    assert [row[f"Net revenue by month {place}"] for place in (1, 12, 13)] == [136_200, 147_200, 148_200]
    sheet = list(book).index("Accounts") + 1
    assert "sparkline" in zipfile.ZipFile(BytesIO(content)).read(f"xl/worksheets/sheet{sheet}.xml").decode()


def test_a_measure_stands_in_the_column_of_its_reason(book):
    row = records(book["Accounts at risk"])[0]

    assert (row["Measured: Silent longer than usual"], row["Measured: a_rule_without_words"]) == (3.3, 7.0)


def test_definitions_and_checks_are_there(book):
    definitions = {row["Metric"]: row for row in records(book["Definitions"])}
    checks = records(book["Checks"])

    assert definitions["net_revenue"]["Definition"] == "Net revenue, as the metric defines it."
    assert (definitions["net_revenue"]["Version"], definitions["net_revenue"]["Unit"]) == ("1", "Money")
    assert [row["Result"] for row in checks] == ["Did not pass", "Passed"]


def test_provenance_leads_from_a_figure_to_the_files_by_their_hashes_and_adds_up_to_it(book):
    (row,) = [row for row in records(book["Provenance"]) if row["Id of the figure"] == "net_revenue@2026-10"]

    assert (row["SHA of the file"], row["Records"], row["Amount"]) == ("f" * 64, 2, 12_840_000)


def test_numbers_are_shown_by_their_unit():
    shown = {
        unit: amount(Decimal(1), unit, currency, Euro(), signed=signed).format
        for unit, currency, signed in (
            ("currency", "EUR", False),
            ("percent", None, True),
            ("percentage_points", None, True),
            ("count", None, False),
        )
    }

    assert shown == {
        "currency": '"€"#,##0.00',
        "percent": "+#,##0.0%;-#,##0.0%;#,##0.0%",
        "percentage_points": '+#,##0.0" pp";-#,##0.0" pp";#,##0.0" pp"',
        "count": "#,##0",
    }
    assert amount(Decimal("96.4"), "percent", None, Euro()).value == Decimal("0.964")
    assert amount(Decimal(5), "currency", "JPY", Euro()).format == '"¥"#,##0'


def test_a_number_is_a_number_and_a_day_a_day_with_the_format_of_its_kind():
    rows, archive = one_sheet(Amount(Decimal("0.964"), "0.0%"), date(2026, 10, 31), datetime(2026, 11, 4, 6, tzinfo=UTC), True)

    assert [row[0] for row in rows[1:]] == [0.964, date(2026, 10, 31), datetime(2026, 11, 4, 7), "Yes"]
    styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    codes = {entry.get("numFmtId"): entry.get("formatCode") for entry in styles.iter(f"{MAIN}numFmt")}
    shapes = [codes.get(entry.get("numFmtId")) for entry in styles.find(f"{MAIN}cellXfs")]
    cells = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml")).iter(f"{MAIN}c")
    assert [shapes[int(cell.get("s"))] for cell in cells][1:4] == ["0.0%", "d mmm yyyy", "d mmm yyyy, hh:mm"]


HOSTILE = [
    '=HYPERLINK("http://127.0.0.1:9/","click")',
    "+1+1",
    "-1+1",
    "@SUM(1,2)",
    "\t=1+1",
    "http://127.0.0.1:9/",
    "mailto:x@y.example",
    "00123",
    "1e5",
    "{=1+1}",
    "{{ 7*7 }}",
    "<b>&amp;</b>",
    "_x0041_ is not A",
    "😀" * 10,
    "  kept  ",
]


def test_foreign_text_stays_the_text_that_it_is_and_is_no_formula_link_or_number():
    rows, archive = one_sheet(*HOSTILE)

    assert [row[0] for row in rows[1:]] == HOSTILE
    sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "hyperlink" not in sheet.lower()
    assert not any("external" in name.lower() or "sheet1.xml.rels" in name for name in archive.namelist())
    assert 'quotePrefix="1"' in archive.read("xl/styles.xml").decode()


def test_characters_that_draw_nothing_or_turn_what_follows_do_not_reach_a_cell():
    rows, _ = one_sheet("a\x00b\x1bc\ud800d", "evil\u202egpj.exe", "עברית")

    assert [row[0] for row in rows[1:]] == ["a�b�c�d", "evilgpj.exe", "עברית"]


@pytest.mark.parametrize(("text", "kept"), [("x" * 40_000, 32_759), ("😀" * 20_000, 16_379)], ids=["letters", "emoji"])
def test_a_text_that_no_cell_can_hold_is_cut_and_says_so(text, kept):
    assert fitted(text[:16_383], STYLES.cut) == text[:16_383]
    cut = fitted(text, STYLES.cut)

    assert cut == text[:kept] + " … (cut)"
    assert len(cut.encode("utf-16-le")) // 2 <= 32_767


def test_names_of_sheets_are_legal_and_unlike_each_other_in_any_script():
    long = "按客户经理划分的本月重点客户流失风险与净营收变化明细清单第一部分合计"
    book = a_book()
    for name in (long, long + "二", "a/b:c*d?e[f]\\g", "'quoted'", "History", "SALES", "sales", "", "名\u202e字"):
        book.sheet(name)

    names = list(sheets(book.close()))
    assert len({name.casefold() for name in names}) == len(names) == 9
    assert all(1 <= len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)
    assert names[2:4] == ["a b c d e f g", "quoted"] and names[8] == "名字"


def test_rounded_rows_that_do_not_add_up_to_the_figure_leave_the_figure_standing():
    book = a_book()
    sheet = book.sheet("one")
    third = Amount(Decimal("33.33"), "0.00")
    sheet.table(["name", "share"], [["a", third], ["b", third], ["c", third]], {1: Amount(Decimal(100), "0.00")}, "Total")
    content = book.close()

    assert sheets(content)["one"][-1] == ["Total", 100.0]
    assert "<f>" not in zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()


def test_no_clock_is_in_the_file(content):
    archive = zipfile.ZipFile(BytesIO(content))

    assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+", archive.read("docProps/core.xml").decode())) == {"2026-11-04T07:00:00"}


def test_an_ampersand_at_the_foot_is_a_character():
    archive = one_sheet("x")[1]

    assert "Confidential &amp;&amp; more" in archive.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.slow
def test_libreoffice_calculates_the_same_totals(content, book, tmp_path):
    bare = tmp_path / "bare.xlsx"  # without the stored results, so that LibreOffice has to calculate
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(bare, "w") as new:
        for entry in old.infolist():
            text = old.read(entry)
            new.writestr(entry, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", text) if "worksheets/" in entry.filename else text)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(bare)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)

    calculated = sheets((tmp_path / "out/bare.xlsx").read_bytes())
    for name in ("Accounts at risk", "Exports"):
        assert calculated[name][-1] == pytest.approx(book[name][-1])
        assert calculated[name][-1][-1] != 0
    assert [row[:2] for row in calculated["Figures"]] == [row[:2] for row in book["Figures"]]
