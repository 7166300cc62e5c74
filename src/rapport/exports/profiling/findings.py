"""Findings: what was decided about an export and its columns, why, and what only a person can decide."""

from dataclasses import dataclass, field


@dataclass
class Question:
    """What the samples leave open.

    Attributes:
        column: name of the column; empty when it is about the export.
        key: of the declaration, such as `format`.
        text: the question, with what the samples say.
        choices: answer → the keys of the declaration that it means.
    """

    column: str
    key: str
    text: str
    choices: dict[str, dict[str, object]]


@dataclass
class ColumnFinding:
    """One column.

    Attributes:
        place: in the samples, the first is 1.
        header: as in the samples; empty where a column has none.
        nth: which of several columns of one header it is.
        name: in the lake.
        meta: keys of the declaration that are not `header`.
        evidence: why, in words, with record numbers.
        facts: what its values are, without quoting any.
    """

    place: int
    header: str
    nth: int
    name: str
    data_type: str = "varchar"
    meta: dict[str, object] = field(default_factory=dict)
    evidence: list[str] = field(default_factory=list)
    facts: str = ""


@dataclass
class Findings:
    """The export.

    Attributes:
        export: keys of the declaration.
        evidence: key → why.
        records: in all samples; `faulty` of them have another number of values than the header.
        questions: open ones; an answered one is gone and its answer is in `export` or in the column's `meta`.
    """

    system: str
    table: str
    export: dict[str, object]
    evidence: dict[str, str]
    columns: list[ColumnFinding]
    records: int = 0
    faulty: int = 0
    questions: list[Question] = field(default_factory=list)

    def answer(self, question: Question, choice: str) -> None:
        """Settle a question by one of its choices."""
        keys = question.choices[choice]
        for column in self.columns:
            if column.name == question.column:
                column.meta |= keys
                column.evidence.append(f"{choice}: said by a person")
        if not question.column:
            self.export |= keys
            self.evidence[question.key] = f"{choice}: said by a person"
        self.questions.remove(question)
