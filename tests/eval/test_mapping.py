"""The public request sets are mapped whole, and the mapping is written down once."""

import pytest

from tests.eval import public
from tests.eval.agreement import CAPABILITIES
from tests.eval.mapping import RULES, Source
from tests.eval.score import ACTIONS, asks_for_action
from tests.eval.sets import INTENTS


def test_the_page_about_the_mapping_says_what_the_mapping_says() -> None:
    assert (INTENTS / "public.md").read_text(encoding="utf-8") == public.as_markdown()


def test_the_last_rule_of_every_source_fits_everything() -> None:
    for source in Source:
        last = [rule for rule in RULES if rule.source is source][-1]
        assert (last.action, last.says) == (r".*", "") or source is Source.HUBOT


def test_every_tool_of_a_rule_exists() -> None:
    named = {outcome.tool for rule in RULES for outcome in rule.outcomes if outcome.tool}
    assert named <= set(CAPABILITIES)


def test_no_public_request_is_complete_enough_for_an_action() -> None:
    called = {outcome.tool for rule in RULES for outcome in rule.outcomes if outcome.kind == "tool"}
    assert called & ACTIONS == set()


@pytest.mark.parametrize("source", Source)
def test_every_public_request_has_a_rule(source: Source) -> None:
    if not public.present():
        pytest.skip(public.ABSENT)
    found = public.requests(source)
    assert found
    assert all(request.text.strip() for request in found)
    assert not any("{{" in request.text for request in found)


def test_every_rule_is_of_use() -> None:
    if not public.present():
        pytest.skip(public.ABSENT)
    used = [request.rule for source in Source for request in public.requests(source)]
    assert [rule for rule in RULES if rule not in used] == []


def test_most_public_requests_ask_for_no_action_of_ours() -> None:
    if not public.present():
        pytest.skip(public.ABSENT)
    lines = [request.utterance() for source in Source for request in public.requests(source)]
    assert sum(asks_for_action(line) for line in lines) < len(lines) / 20
