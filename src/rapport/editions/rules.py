"""Rules: which sentences a page says, decided by the figures and by nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rapport.editions.report import read_yaml, validated
from rapport.settings import Settings

ROW = "row."  # what names of a row's cells begin with, in the rules of a slot that has `each`
_COMPARING = ("above", "below")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(_Strict):
    """What must hold of a figure, or of a cell `row.<column>` where the slot goes through rows.

    `known`, `missing`; `above` or `below` `than`, or `than` times the figure `of`; `good` or `bad` (a change beyond what is
    material and beyond chance, in the metric's own direction); `contains` a `text` (a cell that is a list of texts).
    `material` is the metric's own threshold of what is worth saying; a change that may be chance is neither above nor below it,
    but `immaterial`.
    """

    figure: str
    is_: Literal["known", "missing", "above", "below", "immaterial", "good", "bad", "contains"]
    than: Decimal | Literal["material", "-material"] | None = None
    of: str | None = None
    text: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_is(cls, content: dict) -> dict:
        return {("is_" if name == "is" else name): value for name, value in content.items()}

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> "Condition":
        if (self.is_ in _COMPARING) != (self.than is not None):
            raise ValueError("`than` belongs to `above` and `below`, and only to them")
        if (self.is_ == "contains") != (self.text is not None):
            raise ValueError("`text` belongs to `contains`, and only to it")
        return self


class Action(_Strict):
    """Who does by when what a sentence asks for, and which figure is in play."""

    owner: str  # a cell such as `row.account_manager_name`, or a role of the catalogue such as `roles.logistics`
    due_business_days: int = Field(ge=1, le=60)  # from the day after as-of on
    in_play: str | None = None


class Rule(_Strict):
    """Say a text when every condition holds; of several that could speak, the one with the highest priority does.

    With `first_of`, it speaks about the first row of a listing, and not at all when there is none.
    """

    when: list[Condition] = []
    say: str
    priority: int = 0
    first_of: str | None = None
    action: Action | None = None


class Slot(_Strict):
    """A place on the page: how many sentences it takes, and whether its rules are asked once or for each row of a listing."""

    take: int = Field(default=1, ge=1)
    each: str | None = None
    rules: list[Rule]

    @model_validator(mode="before")
    @classmethod
    def _plain_list(cls, content: object) -> object:
        return {"rules": content} if isinstance(content, list) else content

    @property
    def by_priority(self) -> list[Rule]:
        """The rules, the most important first; equal ones in the order of the file."""
        return sorted(self.rules, key=lambda rule: -rule.priority)


class Rules(_Strict):
    """rules.yml: the slots of the pages; none of a slot's rules may fit, then it stays empty."""

    slots: dict[str, Slot]


@dataclass(frozen=True)
class Sentence:
    """What a rule says: the key of its text, the row that it is about, if any, and the action that it asks for, if any."""

    rule: str  # slot/key, which the page carries beside the words
    key: str
    row: Mapping[str, object] | None = None
    action: Action | None = None


class Known(Protocol):
    """What rules ask about figures."""

    def value_of(self, name: str) -> Decimal | None: ...

    def material(self, name: str) -> Decimal: ...

    def is_certain(self, name: str) -> bool: ...

    def effect_of(self, name: str) -> str: ...

    def rows_of(self, listing: str) -> Sequence[Mapping[str, object]]: ...


def read_rules(settings: Settings, report: str) -> Rules:
    """Read and validate a report's rules.yml."""
    file = settings.reports / report / "rules.yml"
    return validated(Rules, read_yaml(file), file)


def chosen(rules: Rules, figures: Known) -> dict[str, list[Sentence]]:
    """The sentences that each slot says, in order; a slot in which no rule fits is absent."""
    said = {name: list(_sentences(name, slot, figures))[: slot.take] for name, slot in rules.slots.items()}
    return {name: sentences for name, sentences in said.items() if sentences}


def _sentences(name: str, slot: Slot, figures: Known) -> Iterator[Sentence]:
    """Of a slot with `each`, the best rule of every row; else every rule that fits."""
    if slot.each is None:
        for rule in slot.by_priority:
            for row in figures.rows_of(rule.first_of)[:1] if rule.first_of else [None]:
                if _speaks(rule, figures, row):
                    yield Sentence(f"{name}/{rule.say}", rule.say, row, rule.action)
        return
    for row in figures.rows_of(slot.each):
        rule = next((rule for rule in slot.by_priority if _speaks(rule, figures, row)), None)
        if rule:
            yield Sentence(f"{name}/{rule.say}", rule.say, row, rule.action)


def _speaks(rule: Rule, figures: Known, row: Mapping[str, object] | None) -> bool:
    return all(_holds(condition, figures, row) for condition in rule.when)


def _holds(condition: Condition, figures: Known, row: Mapping[str, object] | None) -> bool:
    if condition.is_ == "contains":
        return condition.text in (_cell(condition.figure, row) or ())
    if condition.is_ in ("good", "bad"):
        return figures.effect_of(condition.figure) == condition.is_
    value = _value(condition.figure, figures, row)
    if condition.is_ in ("known", "missing"):
        return (value is not None) == (condition.is_ == "known")
    if value is None:
        return False
    if condition.is_ == "immaterial":
        return not figures.is_certain(condition.figure) or abs(value) <= figures.material(condition.figure)
    than = condition.than
    if isinstance(than, str):
        if not figures.is_certain(condition.figure):
            return False
        than = figures.material(condition.figure) * (-1 if than.startswith("-") else 1)
    if condition.of:
        whole = _value(condition.of, figures, row)
        if whole is None:
            return False
        than *= whole
    return value > than if condition.is_ == "above" else value < than


def _value(name: str, figures: Known, row: Mapping[str, object] | None) -> object:
    """The number of a figure or cell, or the text of a cell."""
    if not name.startswith(ROW):
        return figures.value_of(name)
    cell = _cell(name, row)
    return cell.value if hasattr(cell, "unit") else cell


def _cell(name: str, row: Mapping[str, object] | None) -> object:
    column, _, key = name.removeprefix(ROW).partition(".")
    cell = (row or {}).get(column)
    return cell.get(key) if key and isinstance(cell, dict) else cell
