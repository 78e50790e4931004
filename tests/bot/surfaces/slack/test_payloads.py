"""What Slack really sends, in its own shapes: each payload is read as what it is, and nothing breaks on it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.surfaces.slack.ports import Arrival, ArrivalKind
from bot.surfaces.slack.receiving.arriving import Edited, Withdrawn, delivered
from bot.surfaces.slack.receiving.wording import mentions, spoken
from tests.fakes.time import MIDNIGHT

PAYLOADS = Path(__file__).parents[5] / "shared" / "data" / "webhooks" / "slack"
IDS = {
    "user": "U1",
    "user_id": "U1",
    "team_id": "T1",
    "channel": "C1",
    "channel_id": "C1",
    "ts": "1.2",
    "deleted_ts": "1.2",
    "message_ts": "1.2",
    "event_id": "Ev1",
    "trigger_id": "1.2.3",
    "action_ts": "3.4",
    "hash": "1.x",
    "text": "words",
}
EXPECTED: dict[str, Any] = {
    "event_AppMentionPayload": ArrivalKind.MESSAGE,
    "event_MessagePayload": ArrivalKind.OVERHEARD,
    "event_MessageFileSharePayload": ArrivalKind.OVERHEARD,
    "event_MessageThreadBroadcastPayload": ArrivalKind.OVERHEARD,
    "event_MessageChangedPayload": Edited,
    "event_MessageDeletedPayload": Withdrawn,
    "event_MessageBotPayload": None,
    "event_MessageRepliedPayload": None,
    "app_backend_SlashCommandPayload": ArrivalKind.COMMAND,
    "app_backend_BlockActionPayload": ArrivalKind.CLICK,
    "app_backend_MessageShortcutPayload": ArrivalKind.SHORTCUT,
    "app_backend_ViewSubmissionPayload": ArrivalKind.SUBMISSION,
    "app_backend_ViewClosedPayload": None,
    "app_backend_AttachmentActionPayload": None,
    "app_backend_DialogSubmissionPayload": None,
    "app_backend_DialogCancellationPayload": None,
    "app_backend_DialogSuggestionPayload": None,
}


def payload(name: str) -> dict[str, Any]:
    """Return one payload, with ids where the collection has none, as if a person had sent it."""
    file = PAYLOADS / f"{name}.json"
    if not file.exists():
        pytest.skip("the collection of Slack's payloads is not here")
    told: dict[str, Any] = filled(json.loads(file.read_text()))
    if name.startswith("event_"):
        told |= {"type": "event_callback", "event_id": "Ev1", "team_id": "T1"}
    return told


def filled(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        made = {each: filled(inner, each) for each, inner in value.items()}
        if name in {"user", "team"} and "id" in made:
            made["id"] = {"user": "U1", "team": "T1"}[name]
        if made.get("subtype") not in {"bot_message", "message_replied"}:
            made.pop("bot_id", None)
        return made
    if isinstance(value, list):
        return [filled(each) for each in value]
    return IDS.get(name, value) if value == "" else value


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_of_slacks_shapes_is_what_it_is(name: str) -> None:
    came = delivered(payload(name), "acme", MIDNIGHT)
    expected = EXPECTED[name]
    if isinstance(came, Arrival):
        assert came.kind == expected
        assert (came.team, came.user) == ("T1", "U1")
        assert "token" not in came.payload
    else:
        assert (came is None) if expected is None else isinstance(came, expected)


@pytest.mark.parametrize("file", sorted(PAYLOADS.glob("event_*.json")), ids=lambda file: file.stem)
def test_each_event_has_an_id_that_is_the_same_the_next_time(file: Path) -> None:
    first, second = (delivered(payload(file.stem), "acme", MIDNIGHT) for _ in range(2))
    assert first == second
    if isinstance(first, Arrival):
        assert Arrival.model_validate_json(first.model_dump_json()) == first


def test_two_clicks_of_one_person_are_two_arrivals() -> None:
    click = payload("app_backend_BlockActionPayload")
    again = json.loads(json.dumps(click))
    again["actions"][0]["action_ts"] = "9.9"
    one, two = delivered(click, "acme", MIDNIGHT), delivered(again, "acme", MIDNIGHT)
    assert isinstance(one, Arrival)
    assert isinstance(two, Arrival)
    assert one.id != two.id


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<@U0QD> roll back &lt;checkout&gt;", "roll back <checkout>"),
        ("<@U0QD|quarterdeck> ask <@U1|bob> in <#C1|ops>", "ask @bob in #ops"),
        ("see <https://a.test/x|the graph> and <https://b.test>", "see the graph and https://b.test"),
        ("<!here> <!subteam^S1|@oncall> <!date^1^{date}|today>", "@here @oncall today"),
        ("1 &lt; 2 &amp;&amp; x", "1 < 2 && x"),
        ("プロダクション 🚀", "プロダクション 🚀"),
    ],
)
def test_slacks_marks_are_read(text: str, says: str) -> None:
    assert spoken(text, "U0QD") == says


@given(st.text())
def test_any_text_is_read_without_a_fault(text: str) -> None:
    spoken(text, "U0QD")
    assert not mentions(text.replace("<", ""), "U0QD")
