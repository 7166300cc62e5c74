"""A score that rests on too few answers: every form of an edition tells its counts, and why."""

import re
from decimal import Decimal
from html import unescape

import pytest
import yaml
from pypdf import PdfReader

from rapport.editions.compose import compose
from rapport.metrics.counts import Counts
from tests.conftest import PROJECT
from tests.editions import conftest
from tests.editions.test_workbook import records, sheets

SAID = {"en": "3 promoters, 2 detractors of 12 answers", "zh": "12个回答中推荐者3个、贬损者2个"}
WHY = {"en": "too few to tell: 12, where 30 are needed", "zh": "12"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """October with 12 answers, 3 of promoters and 2 of detractors, told as the project's NPS declares it."""
    file = yaml.safe_load((PROJECT / "dbt_project/models/marts/voice/nps_accounts.yml").read_text(encoding="utf-8"))
    nps = next(metric for metric in file["models"][0]["metrics"] if metric["name"] == "nps")
    numbers = {"nps_promoters": Decimal(3), "nps_detractors": Decimal(2), "nps_answers": Decimal(12)}
    with pytest.MonkeyPatch.context() as monkeypatch:
        settings = conftest.settings_at(tmp_path_factory.mktemp("counts"), monkeypatch)
        company = settings.company_file
        company.write_text(company.read_text(encoding="utf-8") + "languages: [en, zh]\n", encoding="utf-8")
        answers = conftest.october()
        answers.counted["nps"] = Counts(numbers, nps["config"]["meta"]["counts"])
        conftest.ask(answers, monkeypatch)
        yield compose(settings, conftest.state_of(settings), "management_month", "2026-10").folder


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_mail_and_text_tell_the_counts_and_that_they_are_too_few(folder, language):
    for name in ("index.html", "mail.html", "mail.txt"):
        text = unescape(re.sub(r"<[^>]*>", "", (folder / language / name).read_text(encoding="utf-8")))
        assert SAID[language] in " ".join(text.split()), name
        assert WHY[language] in text, name


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pdf_tells_them(folder, language):
    text = "".join(page.extract_text() for page in PdfReader(folder / language / "report.pdf").pages)

    assert re.sub(r"\s", "", SAID[language]) in re.sub(r"\s", "", text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_workbook_has_them_where_the_value_would_stand_and_no_change_is_made_of_them(folder, language):
    book = sheets((folder / language / "report.xlsx").read_bytes())
    first, figures = list(book.values())[:2]

    assert SAID[language] in [cell for row in first for cell in row]
    told = {tuple(row.values())[-1] for row in records(figures) if SAID[language] in row.values()}
    assert "nps@2026-10" in told
    assert all("~o" not in name for name in told), "a change is no count"
