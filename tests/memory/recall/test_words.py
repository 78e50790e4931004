"""Texts as terms and parts, BM25 and fusion: what they promise for any text there is."""

import bm25s  # type: ignore[import-untyped]  # it ships no types
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.errors import InvalidInput
from memory.recall.bm25 import Bm25
from memory.recall.entry import Features
from memory.recall.fusion import fused
from memory.recall.passages import Passages
from memory.recall.ranking import MEMORIES, RUNBOOKS, dice, fits, score
from memory.recall.reading import entry_of
from memory.recall.sections import LONGEST, MOST, parts
from memory.recall.terms import name_terms, ordered, plain, spaced, stem, terms
from memory.recall.together import WINDOW, Together
from memory.recall.vectors import Vectors, packed, unpacked

TEXTS = [
    "the etcd member is down and the quorum is lost",
    "a disk is full, no space left on the device",
    "the disk of etcd is slow, fsync takes a second",
    "certificates expire and nobody renews them",
    "nobody renews the disk",
]


def test_an_identifier_is_found_whole_and_by_its_parts() -> None:
    found = terms("KubePersistentVolumeFillingUp")
    assert found["kubepersistentvolumefillingup"] == 1
    assert {"kube", "persistent", "volum", "fill"} <= set(found)
    assert set(terms("disk_full")) >= {"diskfull", "disk", "full"}


def test_an_abbreviation_finds_what_it_is_short_for_and_counts_less() -> None:
    assert terms("OOMKilled")["memory"] == pytest.approx(0.4)
    assert terms("PVC")["volum"] == pytest.approx(0.4)
    assert terms("memory")["memory"] == 1


@pytest.mark.parametrize(
    ("one", "other"), [("alerts", "alert"), ("restarting", "restarted"), ("queries", "query")]
)
def test_a_word_and_its_endings_are_one(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_a_name_is_the_same_however_it_is_written() -> None:
    assert plain("Kube API Down") == plain("KubeAPIDown") == plain("kube-api_down")
    assert spaced("KubeAPIDown disk_full") == "Kube API Down disk full"
    assert name_terms("etcd members are down") == name_terms("etcdMembersDown")


@given(st.text(max_size=2000))
def test_any_text_gives_terms_and_parts_and_never_an_error(text: str) -> None:
    assert all(weight > 0 for weight in terms(text).values())
    name_terms(text)
    found = parts(text)
    assert len(found) <= MOST
    assert all(len(part.text) <= LONGEST for part in found)


@given(st.text(alphabet="ab \n", max_size=600))
def test_no_word_of_plain_prose_is_lost_in_its_parts(text: str) -> None:
    kept = " ".join(part.text for part in parts(text))
    assert kept.split() == text.split()


def test_a_part_stands_under_its_headings() -> None:
    text = (
        "---\ntitle: no\n---\n# Title\n\nfirst\n\n## Cause\n\n```sh\n# no heading\n```\n\n"
        "### Deep\n\nlast\n\n## Fix\n\nend"
    )
    assert [(part.headings, part.text) for part in parts(text)] == [
        (("Title",), "first"),
        (("Title", "Cause"), "```sh\n# no heading\n```"),
        (("Title", "Cause", "Deep"), "last"),
        (("Title", "Fix"), "end"),
    ]


def test_a_long_section_is_cut_between_its_paragraphs() -> None:
    found = parts("\n\n".join(f"paragraph {number} " + "word " * 30 for number in range(20)))
    assert len(found) > 5
    assert all(part.text.startswith("paragraph") for part in found)


@pytest.mark.parametrize("query", ["disk full", "etcd quorum", "nobody renews certificates", "second"])
def test_bm25_gives_the_scores_of_the_library_that_is_its_reference(query: str) -> None:
    theirs = bm25s.BM25(k1=1.2, b=0.6)
    theirs.index([text.split() for text in TEXTS], show_progress=False)
    ours = Bm25(k1=1.2, b=0.6)
    for text in TEXTS:
        ours.add(counted(text))
    wanted = theirs.get_scores(query.split())
    assert ours.scores(counted(query)) / 2.2 == pytest.approx(wanted, rel=1e-4)


def counted(text: str) -> dict[str, float]:
    return {word: float(text.split().count(word)) for word in text.split()}


def test_a_text_that_was_taken_away_counts_no_more() -> None:
    index, fresh = Bm25(), Bm25()
    numbers = [index.add(counted(text)) for text in TEXTS]
    index.remove(numbers[1])
    index.remove(numbers[1])
    assert len(index) == 4
    assert index.scores(counted("disk full"))[1] == 0
    assert len(fresh.scores(counted("disk"))) == 0


@pytest.mark.parametrize("few", [0, 1000])
def test_texts_that_change_often_leave_no_trace_in_the_scores_of_others(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("memory.recall.bm25.FEW", few)
    index, fresh = Bm25(), Bm25()
    for text in [*TEXTS, *TEXTS]:
        index.remove(index.add(counted(f"{text} disk disk")))
    kept = [index.add(counted(text)) for text in TEXTS]
    for text in TEXTS:
        fresh.add(counted(text))
    assert index.scores(counted("disk quorum"))[kept] == pytest.approx(fresh.scores(counted("disk quorum")))


def test_a_text_without_words_harms_nobody() -> None:
    index = Bm25()
    index.add({})
    assert list(index.scores({"disk": 1.0})) == [0]


def test_what_several_rankings_agree_on_comes_first() -> None:
    found = fused((["a", "b", "c"], ["b", "c", "d"]), k=60)
    assert list(found) == ["b", "c", "a", "d"]
    assert found["b"] == pytest.approx(1 / 62 + 1 / 61)


def test_names_are_alike_as_far_as_they_share_rare_words() -> None:
    words = name_terms("etcdMembersDown")
    assert dice([words], [words], lambda _: 1.0) == 1
    assert 0 < dice([words], [name_terms("KubeAPIDown")], lambda _: 1.0) < 0.5
    assert dice([], [words], lambda _: 1.0) == 0


def test_what_has_the_words_a_name_or_the_meaning_fits_and_what_has_none_does_not() -> None:
    assert not fits(Features(meaning=0.2, coverage=0.05, name=0.4, words=1.0))
    for enough in (Features(meaning=0.3), Features(coverage=0.2), Features(name=0.6), Features(same_name=1.0)):
        assert fits(enough)


def test_names_count_only_where_a_question_has_one_and_a_score_is_a_share() -> None:
    whole = Features(**dict.fromkeys(Features.model_fields, 1.0))
    for weights in (RUNBOOKS, MEMORIES):
        assert score(whole, weights, named=True) == score(whole, weights, named=False) == 1
        assert score(Features(name=1.0, same_name=1.0), weights, named=False) == 0
    assert score(Features(passage=1.0), RUNBOOKS, named=False) > score(
        Features(passage=1.0), MEMORIES, named=False
    )


def test_the_part_that_has_the_words_close_together_is_found_in_a_long_text() -> None:
    passages = Passages()
    passages.add(1, "\n\n".join(["disk " + "word " * 80, "other " * 80, "full " + "word " * 80]))
    passages.add(2, "\n\n".join(["the disk is full", "other " * 80]))
    near, far = passages.best({"disk": 1.0, "full": 1.0}, [2, 1])
    assert near > far > 0
    passages.remove(2)
    assert passages.best({"disk": 1.0}, [2, 7]) == [0, 0]


def of(*texts: str) -> Together:
    made = Together()
    for number, text in enumerate(texts):
        made.add(number, text)
    return made


def test_words_that_stand_together_count_for_more_than_the_same_words_apart() -> None:
    apart = "The disk was slow. " + "Nothing else happened here today. " * 9 + "The room was full."
    near, far, turned, gone = of("The disk is full.", apart, "full disk", "disk full").shares(
        "disk full", lambda _: 1.0, [0, 1, 2, 7]
    )
    assert near == turned > far == gone == 0


def test_a_text_that_was_taken_away_has_nothing_together() -> None:
    index = of("disk full")
    index.remove(0)
    index.remove(0)
    assert index.shares("disk full", lambda _: 1.0, [0]) == [0]
    assert of("disk full").shares("disk", lambda _: 1.0, [0]) == [0]
    assert of("disk full").shares("disk full", lambda _: 1.0, []) == []
    assert of("disk full").shares("disk full", lambda _: 0.0, [0]) == [0]


@given(st.lists(st.text("abcd ", max_size=40), min_size=1, max_size=5), st.text("abcd ", max_size=20))
def test_pairs_are_counted_within_a_text_as_if_each_was_read_alone(texts: list[str], said: str) -> None:
    index = of(*texts)
    together = [number for number, text in enumerate(texts) if _pairs(text) & _pairs(said)]
    shares = index.shares(said, lambda _: 1.0, range(len(texts)))
    assert [number for number, share in enumerate(shares) if share > 0] == together
    assert all(0 <= share < 1 for share in shares)


def _pairs(text: str) -> set[frozenset[str]]:
    words = ordered(text)
    near = (words[at : at + WINDOW] for at in range(len(words)))
    return {frozenset((some[0], other)) for some in near for other in some[1:] if other != some[0]}


def test_coverage_is_a_share_of_what_a_text_would_have_that_says_it_all() -> None:
    index = Bm25()
    index.add(dict.fromkeys(("disk", "full"), 1000.0))
    index.add({"disk": 1.0})
    index.add({"other": 1.0})
    query = {"disk": 1.0, "full": 2.0, "nowhere": 0.0}
    scores = index.scores(query)
    assert scores[1] < scores[0] <= index.whole(query)
    assert index.scores({"full": 1.0})[0] > 0.5 * index.whole({"full": 1.0})
    assert index.whole({}) == 0


def test_vectors_are_kept_in_half_precision_and_come_back_as_unit_vectors() -> None:
    rows = np.random.default_rng(1).normal(size=(3, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    back = unpacked("model", packed(Vectors("model", rows)))
    assert np.abs((back.rows * rows).sum(axis=1) - 1).max() < 1e-4
    with pytest.raises(InvalidInput, match="expected vectors, found 7 bytes"):
        unpacked("model", b"1234567")


def test_a_file_is_called_by_its_title_its_name_and_what_its_front_matter_says() -> None:
    text = (
        "---\nid: x\nalerts: [DiskFull, 7]\nservices: [search]\n---\n\n```\n# comment\n```\n# Full disk\n\nwords"
    )
    found = entry_of("docs__disk-full", text)
    assert (found.title, found.names, found.services) == ("Full disk", ("disk-full", "DiskFull"), ("search",))
    assert entry_of("restart-it", "no title").title == "restart it"
    assert entry_of("x", "---\n: [\n---\nwords").title == "x"
