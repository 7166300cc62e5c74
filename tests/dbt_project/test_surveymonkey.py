"""SurveyMonkey's answers, from the drop to core: the sample of examples/surveymonkey against what was worked out by hand."""

import csv
from datetime import UTC, datetime

import pytest
from tests.dbt_project.ready_systems import ReadySystem

FIRST = "Customer relationship survey 2026-03-15.csv"
# Answers to the recommendation and to satisfaction, as they were made up; 8 answered neither, 2 was deleted afterwards.
RECOMMEND = {1: 10, 2: 9, 3: 6, 4: 3, 5: 8, 7: 0}
SATISFIED = {1: 5, 2: 4, 3: 3, 4: 1, 5: 4, 6: 2}


def response(respondent: int, kind: str) -> str:
    return f"surveymonkey:relationship:1140000000{respondent:02d}:{kind}"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    survey = ReadySystem(tmp_path_factory.mktemp("surveymonkey"), "surveymonkey")
    survey.drop()
    return survey, survey.load()


@pytest.fixture(scope="module")
def survey(loaded) -> ReadySystem:
    survey, _ = loaded
    survey.build()
    return survey


def test_records_begin_below_the_second_row_of_the_header(loaded):
    _, result = loaded

    assert (result.files, result.rows_good, result.rows_rejected, result.refused) == (2, 7 + 7, 0, [])


def test_who_answered_by_name_never_reaches_the_lake(loaded):
    _, result = loaded

    assert all(f"'{name}'" in result.notices[0] for name in ("IP Address", "Email Address", "First Name", "Last Name"))


def test_words_and_numbers_become_scores_of_their_question(survey):
    scores = "select response_id, score, scale_min, scale_max from core.survey_responses where kind = '{}' order by 1"

    nps, csat = survey.core(scores.format("nps")), survey.core(scores.format("csat"))
    assert nps == [(response(respondent, "nps"), score, 0, 10) for respondent, score in RECOMMEND.items()]
    assert csat == [(response(respondent, "csat"), score, 1, 5) for respondent, score in SATISFIED.items()]


def test_who_answered_when_and_why(survey):
    assert survey.core(
        "select response_id, customer_id, comment, responded_at from core.survey_responses"
        f" where response_id in ('{response(3, 'nps')}', '{response(5, 'csat')}', '{response(6, 'csat')}') order by 1"
    ) == [
        (response(3, "nps"), "crm:K-10003", 'Delivery took "two weeks",\nno news meanwhile',
         datetime(2026, 3, 3, 20, 15, 30, tzinfo=UTC)),
        (response(5, "csat"), "crm:K-10004", None, datetime(2026, 3, 29, 1, 31, tzinfo=UTC)),  # summer time had begun
        (response(6, "csat"), "crm:K-10005", "No manual in German", datetime(2026, 3, 9, 7, 4, tzinfo=UTC)),
    ]  # fmt: skip


def test_a_question_stands_over_all_of_its_choices(survey):
    columns = "right(respondent_no, 1), buys_online, buys_in_store"
    assert survey.core(f"select {columns} from staging.stg_surveymonkey__relationship_answers order by 1") == [
        ("1", True, True),
        ("2", True, False),
        ("3", False, True),
        ("4", False, False),
        ("5", True, False),
        ("6", True, False),
        ("7", False, False),
        ("8", False, False),
    ]


def test_an_answer_that_was_deleted_is_marked(survey):
    removed = "select response_id, _removed_at from core.survey_responses where _removed_at is not null order by 1"
    last = datetime(2026, 3, 31, 21, 30, tzinfo=UTC)  # 23:30 in Berlin
    assert survey.core(removed) == [(response(2, "csat"), last), (response(2, "nps"), last)]


def test_the_older_spelling_gives_the_same_answers(survey, tmp_path):
    older = ReadySystem(tmp_path, "surveymonkey")
    older.drop(takes="*2026-03-31.csv")
    with open(older.sample / FIRST, encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    first, second = ["RespondentID", "CollectorID", "StartDate", "EndDate"], ["First Name", "LastName", "Custom Data"]
    header[:9] = [*first, "IP Address", "Email Address", *second]
    with open(older.drops / FIRST, "w", encoding="cp1252", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    older.load()
    older.build()

    query = "select * exclude (_file_id, _loaded_at, _load) from core.survey_responses order by 1"
    assert older.core(query) == survey.core(query)
