"""A reason: an English sentence that knows its key and values, so that a page can say it in another language."""

from rapport.errors import RapportError

_ENGLISH = {
    "hidden": "not told in this scope: {marts} does not say which account a row belongs to",
    "unfed": "no system feeds {tables}",
    "unfilled": "no system ever fills {column}",
    "only_from": "only from {day}",
    "only_up_to": "only up to {day}",
    "too_few": "too few to tell: {n}, where {needed} are needed",
    "after_last_day": "{period} lies after {day}, the last day this snapshot knows",
    "before_history": "{period} lies before the history, which starts on {day}",
    "no_data_yet": "there are no data for it yet",
    "history_too_short": "the history is too short: the first that can be told is {period}",
    "not_known_yet": "not known yet: the last that can be told is {period}",
    "nothing_to_divide_by": "nothing to divide by",
    "no_data": "no data in this period",
    "nothing_planned": "nothing is planned for {metric}",
    "not_planned_by": "{metric} is not planned by {dimensions}",
    "planned_for_parts_only": "there is no plan of the whole, only of its parts, by {scope}: ask by one of them",
    "not_known": "not known",
    "nothing_to_compare": "nothing to compare with",
    "compared_with_zero": "nothing to compare with: it was zero",
    "more_than_tenfold": "more than tenfold: what it is compared with was next to nothing",
    # what gates of marts and needs of metrics say
    "known_for_too_little": "known for {value} % only, where {least} % are needed",
    "too_few_repeat_buyers": "too few customers with repeat orders: {n}, where {needed} are needed",
    "too_few_spenders": "too few repeat customers whose orders are worth more than nothing: {n}, where {needed} are needed",
    "fit_not_converged": "the model's fit did not converge",
    "holdout_error": "on held-out months the model was wrong by {error} %, at most {allowed} % are allowed",
    "holdout_without_past": "no customer ordered before the held-out months, on which the model could have been tried",
    "holdout_empty": "nobody ordered in the held-out months, so that the model could not be tried",
    "holdout_not_converged": "before the held-out months the model's fit did not converge, so that it could not be tried",
    "spend_depends_on_frequency": "spend depends on how often customers order: correlation {correlation}, not below {allowed}",
    "too_few_terms_ended": "too few contract terms that ended: {n}, where {needed} are needed",
    "too_few_order_days": "too few order days to tell",
    "no_frequent_pair": "no pair of products reached {needed} orders in the last 12 months",
    "no_significant_pair": "of {n} pairs of products that reached {needed} orders, none was together more often than by chance",
    "no_holdout": "no customers were held out for comparison",
    "no_matured_points": "no issue of points has run its whole course yet",
    "no_cost_per_point": "no reward was claimed in the last 12 months, so that nobody knows what a point costs",
    "window_open": "its window is still open",
    "no_change_history": "no system tells when it changed",
    "not_better_than_naive": "the forecast is no better than last year's value: error {error} %, {naive} %",
    "several_series": "markets are never added up: ask by series",
    "several_scales": "answers on different scales are never pooled: ask by scale",
    "lunar_new_year": "compared for {period} as a whole, since the lunar new year moves",
    "lunar_new_year_waits": "compared once {period} is over, since the lunar new year moves",
    "other_length": "{days} days, compared with {other_days}",
}


class Reason(str):
    """Why a figure has no value, or what its value cannot contain; it reads as English wherever a text is expected.

    Args:
        key: of the sentence; catalogues have it under `reasons`.
        values: what stands in its places: numbers, days, names, or a tuple of names.
    """

    key: str
    values: dict[str, object]
    parts: tuple["Reason", ...]

    def __new__(cls, key: str, **values: object) -> "Reason":
        shown = {name: ", ".join(map(str, one)) if isinstance(one, tuple) else one for name, one in values.items()}
        self = super().__new__(cls, _ENGLISH[key].format(**shown))
        self.key, self.values, self.parts = key, values, (self,)
        return self

    @classmethod
    def read(cls, text: str) -> "Reason":
        """A reason as marts write it: `<key> <name>=<value> …`, several separated by semicolons.

        Raises:
            RapportError: the key is not one of ours, or lacks a value.
        """
        found = []
        for one in text.split(";"):
            key, *values = one.split()
            try:
                found.append(cls(key, **dict(value.split("=", 1) for value in values)))
            except (KeyError, ValueError) as error:
                raise RapportError(
                    f"A mart gives the reason {one.strip()!r}, which no language can say: {error}.",
                    fix="Name a key of src/rapport/metrics/reason.py with its values: `<key> <name>=<value> …`.",
                ) from None
        return cls.joined(found)

    @classmethod
    def joined(cls, reasons: list["Reason"]) -> "Reason | None":
        """Several reasons as one; None when there is none."""
        if len(reasons) < 2:
            return reasons[0] if reasons else None
        self = str.__new__(cls, "; ".join(reasons))
        self.key, self.values, self.parts = "", {}, tuple(reasons)
        return self


def reason_keys() -> list[str]:
    """Every key, so that a test can hold catalogues to them."""
    return list(_ENGLISH)
