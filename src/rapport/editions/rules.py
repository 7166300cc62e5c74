"""Rules: which sentence a page says, decided by the figures and by nothing else."""

from decimal import Decimal
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, model_validator

from rapport.editions.report import read_yaml, validated
from rapport.settings import Settings


class Condition(BaseModel):
    """`figure` is known, missing, above or below `than`, or `than` times the figure `of`.

    `material` is the metric's own threshold of what is worth saying.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    figure: str
    is_: Literal["known", "missing", "above", "below"]
    than: Decimal | Literal["material", "-material"] | None = None
    of: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_is(cls, content: dict) -> dict:
        return {("is_" if name == "is" else name): value for name, value in content.items()}

    @model_validator(mode="after")
    def _has_threshold(self) -> "Condition":
        if (self.is_ in ("above", "below")) != (self.than is not None):
            raise ValueError("`than` belongs to `above` and `below`, and only to them")
        return self


class Rule(BaseModel):
    """Say a text when every condition holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    when: list[Condition] = []
    say: str


class Rules(BaseModel):
    """rules.yml: for each slot of the page, its rules; the first that fits speaks, and none may fit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slots: dict[str, list[Rule]]


class Known(Protocol):
    """What rules ask about figures."""

    def value_of(self, name: str) -> Decimal | None: ...

    def material(self, name: str) -> Decimal: ...


def read_rules(settings: Settings, report: str) -> Rules:
    """Read and validate a report's rules.yml."""
    file = settings.reports / report / "rules.yml"
    return validated(Rules, read_yaml(file), file)


def chosen(rules: Rules, figures: Known) -> dict[str, str]:
    """The text key that each slot says; a slot in which no rule fits is absent."""
    said: dict[str, str] = {}
    for slot, candidates in rules.slots.items():
        for rule in candidates:
            if all(_holds(condition, figures) for condition in rule.when):
                said[slot] = rule.say
                break
    return said


def _holds(condition: Condition, figures: Known) -> bool:
    value = figures.value_of(condition.figure)
    if condition.is_ in ("known", "missing"):
        return (value is not None) == (condition.is_ == "known")
    if value is None:
        return False
    than = condition.than
    if isinstance(than, str):
        than = figures.material(condition.figure) * (-1 if than.startswith("-") else 1)
    if condition.of:
        whole = figures.value_of(condition.of)
        if whole is None:
            return False
        than *= whole
    return value > than if condition.is_ == "above" else value < than
