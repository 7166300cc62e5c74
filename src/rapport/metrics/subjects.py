"""Subjects: the order and the names under which metrics are listed; a subject is a folder of models/marts."""

from collections.abc import Iterable

from rapport.metrics.definitions import Metric

_NAMES = {
    "sales": {"en": "Sales", "zh": "销售"},
    "plan": {"en": "Plan and forecast", "zh": "计划与预测"},
    "customers": {"en": "Customers", "zh": "客户"},
    "loyalty": {"en": "Loyalty", "zh": "忠诚度"},
    "service": {"en": "Service", "zh": "服务"},
    "voice": {"en": "Voice of the customer", "zh": "客户之声"},
    "contact": {"en": "Contact and money owed", "zh": "客户联络与应收"},
    "shared": {"en": "Calendar", "zh": "日历"},
    "data_health": {"en": "Health of the data", "zh": "数据健康"},
}


def subject_name(subject: str, language: str) -> str:
    """A subject's name; a folder without one is called after itself."""
    names = _NAMES.get(subject, {})
    return names.get(language) or names.get("en") or subject.replace("_", " ").capitalize()


def by_subject(metrics: Iterable[Metric]) -> dict[str, list[Metric]]:
    """Metrics by subject, in the order in which people think of them; within a subject by name."""
    places = {name: place for place, name in enumerate(_NAMES)}
    found: dict[str, list[Metric]] = {}
    for metric in sorted(metrics, key=lambda one: (places.get(one.subject, len(places)), one.subject, one.name)):
        found.setdefault(metric.subject, []).append(metric)
    return found
