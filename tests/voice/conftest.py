"""The model that reads comments, rendered without dbt and run on sentences of our own; and the labelled sentences."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import jinja2
import pytest

from tests.conftest import PROJECT

DBT = PROJECT / "dbt_project"
SEEDS = ("text_polarity", "text_negations", "text_topics")


@dataclass(frozen=True)
class Sentence:
    """A sentence with what a person says about it."""

    language: str
    sentiment: str
    topics: frozenset[str]
    text: str


@dataclass(frozen=True)
class Reading:
    """What the model says about it."""

    sentiment: str
    topics: frozenset[str]
    read_in: str | None


def labelled(language: str, half: str) -> list[Sentence]:
    """The odd lines of a language are for tuning the lexicons, the even ones for judging them."""
    lines = (Path(__file__).parent / f"sentences_{language}.psv").read_text(encoding="utf-8").splitlines()
    cells = (line.split("|") for line in lines[{"tuning": 0, "held_out": 1}[half] :: 2])
    return [Sentence(language, sentiment, frozenset(topics.split()), text) for sentiment, topics, text in cells]


@pytest.fixture(scope="session")
def read() -> Callable[[list[Sentence]], list[Reading]]:
    """Reads sentences with the seeds as they lie in the project."""
    sql = _rendered()

    def reading(sentences: list[Sentence]) -> list[Reading]:
        with duckdb.connect() as connection:
            for seed in SEEDS:
                connection.execute(f"create table {seed} as from read_csv('{DBT}/seeds/{seed}.csv', header = true)")
            provenance = "'s' as _system, 'f' as _file_id, 1::bigint as _row"
            connection.execute(
                f"create table survey_scores as select '' as answer_id, 'nps' as kind, 'A' as customer_id, 'en' as language,"
                f" '' as comment, date '2026-01-01' as responded_on, {provenance} where false"
            )
            connection.execute(
                "create table feedback_items (feedback_id varchar, kind varchar, customer_id varchar, language varchar,"
                " body varchar, created_on date, _system varchar, _file_id varchar, _row bigint)"
            )
            connection.executemany(
                "insert into feedback_items values (?, 'review', 'A', ?, ?, date '2026-01-01', 's', 'f', 1)",
                [(f"{place:04}", one.language, one.text) for place, one in enumerate(sentences)],
            )
            found = connection.execute(f"select sentiment, topics, read_in from ({sql}) order by comment_id").fetchall()
        return [Reading(sentiment, frozenset(filter(None, topics.split("|"))), terms) for sentiment, topics, terms in found]

    return reading


def _rendered() -> str:
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(DBT), extensions=["jinja2.ext.do"])
    macros = environment.get_template("macros/words.sql").make_module({"return": lambda value: value})

    class Adapter:
        @staticmethod
        def dispatch(name: str, _package: str) -> Callable[..., str]:
            return getattr(macros, f"default__{name}")

    class Dbt:
        @staticmethod
        def listagg(column: str, separator: str, order: str) -> str:
            return f"string_agg({column}, {separator} {order})"

    names = {name: getattr(macros, f"default__{name}") for name in ("as_words", "has_chinese", "each_word")}
    template = environment.get_template("models/marts/voice/comments.sql")
    return template.render(adapter=Adapter, dbt=Dbt, ref=lambda name: name, var={"comment_language": "en"}.get, **names)
