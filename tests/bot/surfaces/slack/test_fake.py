"""The fake Slack knows nothing that Slack does not: its methods, their arguments, and its words for errors."""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.surfaces.slack import calling, pacing, refusals
from bot.surfaces.slack.installing.manifest import manifest, reasons
from bot.surfaces.slack.installing.scopes import needed
from tests.fakes.slack import rates, things, workspace
from tests.fakes.slack.workspace import Workspace

SCHEMA = Path(__file__).parents[5] / "shared" / "data" / "schemas" / "slack_methods.json"
OURS = Path(__file__).parents[4] / "bot" / "surfaces" / "slack"
NOT_LISTED = {  # newer than the collection, or general to all methods (docs.slack.dev/reference/methods)
    "ratelimited",
    "invalid_auth",
    "unknown_method",
    "invalid_arguments",
    "missing_scope",
}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    if not SCHEMA.exists():
        pytest.skip("the collection of Slack's methods is not here")
    read: dict[str, Any] = json.loads(SCHEMA.read_text())
    return read


def faked() -> list[str]:
    return [name.replace("_", ".") for name in dir(Workspace) if re.fullmatch(r"[a-z]+(_[a-zA-Z]+)+", name)]


def called() -> Iterator[tuple[str, str]]:
    """Yield each method that our code names in a call, and the file that does."""
    for file in OURS.rglob("*.py"):
        for method in re.findall(r'\bcall\(\s*"([a-zA-Z.]+)"', file.read_text()):
            yield method, file.name


def known(schema: dict[str, Any], method: str) -> bool:
    return method in schema or method.startswith("assistant.")


def test_each_method_we_call_is_one_of_slacks(schema: dict[str, Any]) -> None:
    unknown = {(method, file) for method, file in called() if not known(schema, method)}
    assert not unknown


def test_each_method_we_call_is_one_the_fake_has() -> None:
    assert {method for method, _ in called()} <= {*faked(), "oauth.v2.access"}


def test_each_method_with_a_rate_is_one_of_slacks(schema: dict[str, Any]) -> None:
    paced = {*pacing._A_MINUTE, *pacing._A_SECOND, *calling._SETS, *rates._PER_MINUTE}
    assert not {method for method in paced if not known(schema, method)}


def test_each_error_of_the_fake_is_slacks_own_word(schema: dict[str, Any]) -> None:
    fakes = inspect.getsource(workspace) + inspect.getsource(things)
    words = set(re.findall(r'Refused\(\s*"([a-z_]+)"', fakes))
    theirs = {error for method in schema.values() for error in method["errors"]}
    assert not words - theirs - NOT_LISTED


def test_the_words_that_we_tell_apart_are_slacks_own(schema: dict[str, Any]) -> None:
    theirs = {error for method in schema.values() for error in method["errors"]}
    documented = {  # docs.slack.dev/apis/web-api#errors: of every method, and of rate limits and rotation
        *NOT_LISTED,
        "rate_limited",
        "message_limit_exceeded",
        "channel_is_archived",
        "invalid_refresh_token",
        "not_allowed_token_type",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "account_inactive",
        "not_authed",
        "no_permission",
        "request_timeout",
        "team_added_to_org",
        "internal_error",
        "fatal_error",
        "service_unavailable",
    }
    assert not set(refusals._KINDS) - theirs - documented


def test_our_pace_is_nowhere_faster_than_slacks() -> None:
    slower = {**dict.fromkeys(rates._PER_MINUTE, 100), **pacing._A_MINUTE}
    assert all(slower[method] <= most for method, most in rates._PER_MINUTE.items())


def test_the_manifest_has_what_slack_asks_for_and_only_scopes_with_a_reason() -> None:
    made: Any = manifest("https://qd.acme.test")
    assert made["features"]["agent_view"]["agent_description"]
    assert made["features"]["slash_commands"][0]["url"] == "https://qd.acme.test/slack/events"
    assert made["features"]["unfurl_domains"] == ["qd.acme.test"]
    assert made["settings"]["token_rotation_enabled"]
    assert set(made["oauth_config"]["scopes"]["bot"]) == set(needed(audio=False, war_rooms=False))
    told = reasons()
    assert all(told[each] for each in made["oauth_config"]["scopes"]["bot"])
    assert all(told[each] for each in made["settings"]["event_subscriptions"]["bot_events"])
    assert len(made["display_information"]["description"]) <= 140


def test_more_is_asked_for_only_where_it_is_used() -> None:
    plain: Any = manifest("https://qd.acme.test")
    rooms: Any = manifest("https://qd.acme.test", war_rooms=True, audio=True)
    scopes = [set(each["oauth_config"]["scopes"]["bot"]) for each in (plain, rooms)]
    assert scopes[1] - scopes[0] >= {"channels:history", "channels:manage", "files:read"}
    assert "message.channels" not in plain["settings"]["event_subscriptions"]["bot_events"]


def test_by_socket_mode_slack_is_given_no_address() -> None:
    made: Any = manifest("http://127.0.0.1:8480", socket=True)
    assert made["settings"]["socket_mode_enabled"]
    assert "8480/slack" not in json.dumps(made)
