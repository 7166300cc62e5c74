"""Counts in the place of a rate or score, as each language says them."""

from decimal import Decimal

from rapport.metrics.counts import Counts, counted_in

SENTENCES = {
    "en": "{promoters:promoter|promoters}, {detractors:detractor|detractors} of {answers:answer|answers}",
    "zh": "{answers}个回答中推荐者{promoters}个、贬损者{detractors}个",
}


def counts(promoters: int, detractors: int, answers: int) -> Counts:
    numbers = {"promoters": promoters, "detractors": detractors, "answers": answers}
    return Counts({name: Decimal(number) for name, number in numbers.items()}, SENTENCES)


def test_one_and_many_have_words_of_their_own():
    assert counts(3, 1, 12).text("en", str, "") == "3 promoters, 1 detractor of 12 answers"
    assert counts(1, 0, 1).text("en", str, "") == "1 promoter, 0 detractors of 1 answer"
    assert counts(3, 1, 12).text("zh", str, "") == "12个回答中推荐者3个、贬损者1个"


def test_a_language_that_lacks_a_sentence_gets_the_english_one_and_a_proportion_the_common_one():
    assert counts(3, 1, 12).text("de", str, "") == "3 promoters, 1 detractor of 12 answers"
    assert Counts({"part": Decimal(1), "whole": Decimal(3)}).text("zh", str, "{whole}中的{part}") == "3中的1"


def test_the_metrics_that_count_are_named_by_the_sentences():
    assert counted_in(SENTENCES) == ("promoters", "detractors", "answers")
    assert counted_in({}) == ()
