"""How right the reading of comments is, on sentences that people labelled: half for tuning the lexicons, half held out."""

import re
from collections import Counter

import pytest

from tests.conftest import PROJECT
from tests.voice.conftest import Sentence, labelled

DOC = PROJECT / "docs/analysts/comments.md"


def figures(read, language: str, half: str) -> dict[str, int]:
    """Percentages: sentiment right; precision and recall of positive, negative and topics."""
    sentences = labelled(language, half)
    counts: Counter = Counter()
    for sentence, reading in zip(sentences, read(sentences), strict=True):
        counts["right"] += sentence.sentiment == reading.sentiment
        for feeling in ("positive", "negative"):
            counts[feeling, "said"] += reading.sentiment == feeling
            counts[feeling, "true"] += sentence.sentiment == feeling
            counts[feeling, "both"] += reading.sentiment == sentence.sentiment == feeling
        counts["topics", "said"] += len(reading.topics)
        counts["topics", "true"] += len(sentence.topics)
        counts["topics", "both"] += len(reading.topics & sentence.topics)
    found = {"sentences": len(sentences), "right": round(100 * counts["right"] / len(sentences))}
    for what in ("positive", "negative", "topics"):
        found[f"{what} precision"] = round(100 * counts[what, "both"] / counts[what, "said"])
        found[f"{what} recall"] = round(100 * counts[what, "both"] / counts[what, "true"])
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("half", ["tuning", "held_out"])
def test_the_documentation_says_what_is_measured(read, language, half):
    """Never more than this may be claimed: who edits a lexicon measures again and writes it down."""
    (row,) = re.findall(rf"^\| {language} \| {half.replace('_', ' ')} \|(.*)\|$", DOC.read_text(encoding="utf-8"), re.MULTILINE)
    said = [int(cell.strip().removesuffix(" %")) for cell in row.split("|")]

    assert said == list(figures(read, language, half).values())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_there_are_enough_sentences_of_all_feelings_in_both_halves(language):
    for half in ("tuning", "held_out"):
        feelings = Counter(sentence.sentiment for sentence in labelled(language, half))
        assert sum(feelings.values()) >= 60
        assert min(feelings[feeling] for feeling in ("positive", "negative", "neutral")) >= 8
    tuning, held_out = ({one.text for one in labelled(language, half)} for half in ("tuning", "held_out"))
    assert not tuning & held_out


@pytest.mark.parametrize(
    ("language", "text", "sentiment"),
    [
        ("en", "not good", "negative"),
        ("en", "Not bad at all!", "positive"),
        ("en", "I can't say it was good", "negative"),
        ("en", "Not late, good service", "positive"),
        ("en", "Late, but good", "neutral"),
        ("zh", "不满意", "negative"),
        ("zh", "没有问题", "positive"),
        ("zh", "不是很好", "negative"),
        ("zh", "不错", "positive"),
        ("zh", "没有不满意", "positive"),
    ],
)
def test_negations_turn_feelings_over(read, language, text, sentiment):
    (reading,) = read([Sentence(language, sentiment, frozenset(), text)])

    assert reading.sentiment == sentiment, reading.read_in
