"""The questions of the recall report: made by rule, searched without their own words, and counted honestly."""

import pytest

from tests.eval.recall_scores import answered, gain, score, share
from tests.eval.recall_sets import Half, Question, Task, questions, searched
from tests.eval.recall_texts import ABSENT, Document, first_noticed, opening, present, sentences, undated

public = pytest.mark.skipif(not present(), reason=ABSENT)


@public
@pytest.mark.parametrize("task", list(Task))
def test_nothing_is_searched_with_a_sentence_that_is_asked(task: Task) -> None:
    every = {document.name: document.text for document in searched(task)}
    for question in questions(task):
        assert set(question.right) <= set(every)
        assert not any(sentence in every[question.source] for sentence in question.taken)
        assert question.itself or question.source not in question.right


@public
@pytest.mark.parametrize("task", list(Task))
def test_each_half_has_twenty_questions_of_ten_documents_and_no_document_is_of_both(task: Task) -> None:
    halves = {half: {each.source for each in questions(task) if each.half is half} for half in Half}
    assert not halves[Half.CHOSEN_ON] & halves[Half.UNSEEN]
    assert all(len(sources) >= 10 for sources in halves.values())
    assert all(sum(each.half is half for each in questions(task)) >= 20 for half in Half)


def test_sentences_are_of_prose_and_of_lists_and_none_is_there_twice() -> None:
    text = (
        "# Title\n\nThis is a sentence of forty characters at the least. Short one.\n\n"
        "- An item of a list that has some more than forty characters.\n"
        "- x\n\n| a table of rather more than forty characters in its cells |\n\n"
        "```\na line of code that is long enough to be a sentence.\n```\n"
    )
    assert sentences(text) == [
        "This is a sentence of forty characters at the least.",
        "An item of a list that has some more than forty characters.",
    ]


def test_days_and_hours_and_what_was_written_later_are_left_out_of_what_is_told() -> None:
    assert undated("2024-07-25 12:10: writes are **blocked**") == "writes are blocked"
    document = Document(
        name="a.md", text="# T\n\n- First detected: 2024-01-01 10:00\n- 10:05 it is slow\n- 10:09 gone\n"
    )
    assert first_noticed(document) == "- it is slow - gone"
    assert opening(document) == "- 10:05 it is slow - 10:09 gone"


def asked(source: str, *right: str) -> Question:
    return Question(task=Task.SAME_KIND, source=source, words="w", itself=False, right=right)


def test_a_ranking_is_worth_what_its_first_three_are() -> None:
    found = answered(asked("a", "b", "c", "d", "e"), ["x", "b", "c", "y", "d"])
    assert (found.first, found.three, found.reciprocal) == (0, 1, 0.5)
    assert found.recall == pytest.approx(2 / 3)
    nothing = answered(asked("a", "b"), [])
    assert (nothing.first, nothing.three, nothing.recall, nothing.reciprocal) == (0, 0, 0, 0)


def test_intervals_are_wider_where_few_documents_have_many_questions() -> None:
    values = [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    alone = share([str(number) for number in range(8)], values)
    few = share(["a"] * 4 + ["b"] * 4, values)
    assert alone.value == few.value == 0.5
    assert (few.low, few.high) == (0, 1)
    assert few.low < alone.low < alone.high < few.high


def test_a_gain_is_of_the_same_questions_of_one_half() -> None:
    question = asked("a", "b")
    plain, better = [answered(question, ["x", "b"])], [answered(question, ["b"])]
    found = gain(Task.SAME_KIND, question.half, plain, better)
    assert (found.first.value, found.three.value) == (1, 0)
    assert score("ours", Task.SAME_KIND, question.half, better).first.value == 1
