"""Personal data of editions: told in the manifest and the appendix; contact data is printed only where a list names it."""

import json
from types import SimpleNamespace

import pytest
import yaml
from python_calamine import CalamineWorkbook

from rapport.editions.compose import compose
from rapport.editions.figures import FigureSet
from rapport.editions.listings import list_rows
from rapport.editions.personal import CONTACT_DATA, personal_data
from rapport.editions.report import QueryFigure, Report, read_report, report_names
from rapport.errors import UsageError
from rapport.metrics.definitions import Dimension, Mart
from rapport.settings import Settings
from tests.conftest import PROJECT
from tests.editions.conftest import ask
from tests.editions.fakes import OCTOBER, FakeFigures, described_mart

PEOPLE = Mart(
    "people",
    "model.rapport.people",
    dict.fromkeys(("id", "called", "mail", "team"), "varchar"),
    {},
    {"called": "name", "mail": "email"},
)


class Catalogue:
    """A mart of people, some of whose columns customers can be asked by."""

    def __init__(self):
        self.marts, self.attribute_model = {"people": PEOPLE}, "people"

    def metric(self, name):
        return name

    def mart_of(self, _model):
        return PEOPLE

    def dimension(self, _metric, name):
        return Dimension(name, f"person__{name}", "people_model", self.customer_dimensions()[name], is_attribute=True)

    def customer_dimensions(self):
        return {"team": "team", "greeting": "'Dear ' || called"}


def figure_set(listings: dict) -> FigureSet:
    return FigureSet(answers={}, listings=listings, counts={})


def of_query(query: str, rows: int = 1) -> dict[str, list[str]]:
    """The personal data of an edition of one list."""
    entry = QueryFigure(query=query)
    asked = SimpleNamespace(query=lambda _sql: [{"id": str(number)} for number in range(rows)])
    listing = list_rows("people", entry, OCTOBER, asked, "EUR")
    return personal_data(_report({"people": {"query": query}}), figure_set({"people": listing}), "all", Catalogue())


def _report(figures: dict):
    due = {"business_day": 1, "at": "07:00"}
    return Report.model_validate(
        {
            "name": "small",
            "title": {"en": "Small"},
            "period": "month",
            "due": due,
            "recipients": "all",
            "figures": figures,
            "sections": [],
        }
    )


def test_an_edition_tells_the_columns_that_it_prints_by_class(composed):
    manifest = json.loads((composed.folder / "manifest.json").read_text(encoding="utf-8"))

    # lists of orders and debts have these, too, from another mart, but no rows in this company
    assert manifest["personal_data"] == {"name": ["account_months.account_manager_name", "account_months.account_name"]}


def test_the_appendix_and_the_workbook_say_what_personal_data_there_are(composed):
    pages = {language: (composed.folder / language / "index.html").read_text(encoding="utf-8") for language in ("en", "zh")}

    assert "Personal data in this edition: names." in pages["en"]
    assert "本期包含的个人信息：姓名或名称。" in pages["zh"]
    first = CalamineWorkbook.from_path(composed.folder / "en/report.xlsx").get_sheet_by_index(0).to_python()
    assert ["Personal data", "names"] in [row[:2] for row in first]


@pytest.mark.usefixtures("no_pdf")
def test_an_edition_without_personal_data_says_nothing_of_it(settings, state, monkeypatch):
    ask(FakeFigures({"net_revenue@2026-10": "12"}, {}, {}), monkeypatch)

    edition = compose(settings, state, "management_month", "2026-10")

    assert json.loads((edition.folder / "manifest.json").read_text(encoding="utf-8"))["personal_data"] == {}
    assert "Personal data" not in (edition.folder / "en/index.html").read_text(encoding="utf-8")


def test_a_column_under_another_name_or_within_a_text_is_told():
    assert of_query("select id, upper(called) || '!' as greeting from marts.people") == {"name": ["people.called"]}


def test_a_column_that_is_only_counted_or_filtered_by_is_not_told():
    assert (
        of_query("select team as id, count(distinct called) as people from marts.people where mail <> '' group by team") == {}
    )


def test_a_list_without_rows_tells_nothing():
    assert of_query("select id, called from marts.people", rows=0) == {}


def test_contact_data_is_printed_where_the_list_names_it():
    for query in ("select id, mail from marts.people", "select id, MAIL as contact from marts.people"):
        assert of_query(query) == {"email": ["people.mail"]}


@pytest.mark.parametrize(
    "query",
    [
        "select * from marts.people",
        "from marts.people",
        "select people.* exclude (called) from marts.people",
        "with everybody as (select * from marts.people) select everybody.* from everybody",
        "select id, columns(*) from marts.people",
        "select id, people as whole_row from marts.people",
    ],
)
def test_contact_data_that_no_list_names_is_refused(query):
    with pytest.raises(UsageError, match=r"would print people\.mail, which is contact data \(email\), without naming it"):
        of_query(query)


def test_what_figures_are_broken_down_by_is_told():
    report = _report({"by_person": {"metrics": ["visits"], "by": "greeting"}, "by_team": {"metrics": ["visits"], "by": "team"}})
    rows = SimpleNamespace(all_rows=[{"greeting": "Dear A"}])

    assert personal_data(report, figure_set({"by_team": rows}), "all", Catalogue()) == {}
    assert personal_data(report, figure_set({"by_person": rows}), "all", Catalogue()) == {"name": ["people.called"]}


def test_the_dimension_of_a_scope_is_told():
    report, nothing = _report({}), figure_set({})

    assert personal_data(report, nothing, "greeting=Dear A", Catalogue()) == {"name": ["people.called"]}
    assert personal_data(report, nothing, "team=North", Catalogue()) == {}


def test_no_report_prints_contact_data_by_default():
    settings = Settings(project=PROJECT)
    marts = {
        file.stem: described_mart(file.stem) for file in (PROJECT / "dbt_project/models/marts").rglob("*.yml") if is_model(file)
    }
    catalogue = SimpleNamespace(marts=marts)
    asked = SimpleNamespace(query=lambda _sql: [{"id": "1"}])
    for name in report_names(settings):
        report = read_report(settings, name)
        lists = {
            figure: list_rows(figure, entry.model_copy(update={"columns": {}}), OCTOBER, asked, "EUR")
            for figure, entry in report.figures.items()
            if isinstance(entry, QueryFigure)
        }
        found = personal_data(report, figure_set(lists), "all", catalogue)
        assert found["name"], name
        assert not set(found) & set(CONTACT_DATA), name


def is_model(file) -> bool:
    content = yaml.load(file.read_bytes(), yaml.CSafeLoader)
    return file.with_suffix(".sql").exists() and "columns" in content["models"][0]
