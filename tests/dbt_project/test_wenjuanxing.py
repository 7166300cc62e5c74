"""问卷星's answers, from the drop to core: the sample of examples/wenjuanxing against what was worked out by hand."""

import csv
from datetime import UTC, datetime

import pytest
from tests.dbt_project.ready_systems import ReadySystem

FIRST, SECOND = "312345678_按文本_客户关系调查_2026-03-15_8_8.csv", "312345678_按文本_客户关系调查_2026-03-31_9_9.csv"
# Answers to the recommendation and to satisfaction, as they were made up; 9 answered neither, 5 was deleted afterwards.
RECOMMEND = {1: 10, 2: 9, 3: 6, 4: 3, 5: 8, 7: 10, 8: 7, 10: 0}
SATISFIED = {1: 5, 2: 4, 3: 3, 4: 1, 5: 4, 6: 2, 8: 4, 10: 1}


def scores(survey: ReadySystem, kind: str) -> dict[int, float]:
    rows = survey.core(f"select split_part(response_id, ':', 3)::int, score from core.survey_responses where kind = '{kind}'")
    return dict(rows)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    survey = ReadySystem(tmp_path_factory.mktemp("wenjuanxing"), "wenjuanxing")
    survey.drop()
    return survey, survey.load()


@pytest.fixture(scope="module")
def survey(loaded) -> ReadySystem:
    survey, _ = loaded
    survey.build()
    return survey


def test_every_answer_is_loaded_from_utf_8_and_gbk(loaded):
    survey, result = loaded

    assert (result.files, result.rows_good, result.rows_rejected, result.refused) == (2, 8 + 9, 0, [])
    assert (survey.sample / FIRST).read_bytes().startswith("\ufeff序号".encode())
    assert (survey.sample / SECOND).read_bytes().startswith("序号".encode("gbk"))


def test_the_address_of_the_computer_never_reaches_the_lake(loaded):
    _, result = loaded

    assert "'来自IP'" in result.notices[0]


def test_words_and_numbers_become_scores_of_their_question(survey):
    assert scores(survey, "nps") == RECOMMEND
    assert scores(survey, "csat") == SATISFIED
    columns = "kind, survey_id, touchpoint, scale_min, scale_max, language"
    assert survey.core(f"select distinct {columns} from core.survey_responses order by 1") == [
        ("csat", "wenjuanxing:relationship", "relationship", 1, 5, "zh"),
        ("nps", "wenjuanxing:relationship", "relationship", 0, 10, "zh"),
    ]


def test_who_answered_when_and_why(survey):
    assert survey.core(
        "select response_id, customer_id, comment, responded_at from core.survey_responses"
        " where split_part(response_id, ':', 3) in ('3', '4', '6') order by 1"
    ) == [
        ("wenjuanxing:relationship:3:csat", "crm:K-10003", None, datetime(2026, 3, 3, 13, 15, 30, tzinfo=UTC)),
        ("wenjuanxing:relationship:3:nps", "crm:K-10003", "送货太慢,\n等了两周", datetime(2026, 3, 3, 13, 15, 30, tzinfo=UTC)),
        ("wenjuanxing:relationship:4:csat", None, None, datetime(2026, 3, 5, 6, 23, 45, tzinfo=UTC)),
        ("wenjuanxing:relationship:4:nps", None, "包装破损，退款慢", datetime(2026, 3, 5, 6, 23, 45, tzinfo=UTC)),
        ("wenjuanxing:relationship:6:csat", "crm:K-10005", "说明书没有中文", datetime(2026, 3, 9, 0, 0, 1, tzinfo=UTC)),
    ]  # fmt: skip
    assert survey.core("select count(comment) from core.survey_responses") == [(6,)]  # one row of each sheet with words


def test_an_answer_that_was_deleted_is_marked(survey):
    removed = "select response_id, _removed_at from core.survey_responses where _removed_at is not null order by 1"
    last = datetime(2026, 3, 31, 15, 30, tzinfo=UTC)  # 23:30 in Shanghai
    assert survey.core(removed) == [("wenjuanxing:relationship:5:csat", last), ("wenjuanxing:relationship:5:nps", last)]


def test_a_choice_that_nobody_declared_is_a_reject(tmp_path):
    other = ReadySystem(tmp_path, "wenjuanxing")
    text = (other.sample / FIRST).read_text(encoding="utf-8-sig").replace("非常满意", "超级满意")
    (other.drops / FIRST).write_text(text, encoding="utf-8")

    result = other.load()

    assert (result.rows_good, result.rows_rejected) == (7, 1)


def test_a_workbook_gives_the_same_core(survey, tmp_path):
    workbooks = ReadySystem(tmp_path, "wenjuanxing")
    for name, encoding in ((FIRST, "utf-8-sig"), (SECOND, "gb18030")):
        with open(workbooks.sample / name, encoding=encoding, newline="") as file:
            write_workbook(workbooks.drops / name.replace(".csv", ".xlsx"), list(csv.reader(file)))
    workbooks.load()
    workbooks.build()

    query = "select * exclude (_file_id, _row, _loaded_at, _load) from core.survey_responses order by 1"
    assert workbooks.core(query) == survey.core(query)


def write_workbook(path, rows: list[list[str]]) -> None:
    """Numbers as numbers, all else as texts, which is how 问卷星 writes them."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write(place, column, int(text) if text.isdecimal() else text)
