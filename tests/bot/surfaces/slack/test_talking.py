"""What people say in Slack is answered where they said it, once, and seen at once."""

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from memory.model.people import Principal
from tests.bot.surfaces.slack.house import EAGER, House, blocks_of, everybody, house, says
from tests.bot.surfaces.slack.room import ORIGIN
from tests.fakes.procedures import room
from tests.fakes.slack.server import SlackServer

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def at(tmp_path: Path, slack: SlackServer) -> AsyncIterator[House]:
    workspace = next(iter(slack.workspaces.values()))
    for user in ("UCARA", "UVIC", "UADA"):
        workspace.add_user(user, user[1:].lower())
        workspace.channels["C1"]["members"].append(user)
    async with house(tmp_path, slack) as made:
        await everybody(made.store)
        yield made


@pytest.fixture
async def eager(tmp_path: Path, slack: SlackServer) -> AsyncIterator[House]:
    """A house that shows the steps of whatever takes longer than a moment."""
    async with house(tmp_path, slack, pace=EAGER) as made:
        await everybody(made.store)
        yield made


async def test_a_mention_is_answered_in_its_thread_with_evidence_and_a_picture(at: House) -> None:
    ts = await at.deliveries.mention("C1", "UALICE", "what is wrong with checkout?")
    await at.until(lambda: bool(at.thread(ts)))
    answer = at.thread(ts)[0]
    assert "checkout fails for 31 % of its requests [1]" in says(answer)
    picture = next(each for each in answer["blocks"] if each["type"] == "image")
    assert at.workspace.files[picture["slack_file"]["id"]]["bytes"].startswith(b"\x89PNG")
    assert picture["alt_text"] == "The error rate rises from 0.6 % to 31 % at 02:41 UTC."


async def test_something_is_seen_at_once_while_a_slow_model_thinks(at: House) -> None:
    at.thinking.delay_s = 5.0
    took = []
    for number in range(1, 4):  # the best of three: other tests keep this machine busy
        began = time.perf_counter()
        ts = await at.deliveries.direct("DALICE", "UALICE", "what is wrong with checkout?")
        await at.until(lambda so_far=number: len(at.workspace.statuses) == so_far)
        took.append(time.perf_counter() - began)
        assert at.workspace.statuses[-1]["thread_ts"] == ts
    assert min(took) <= 0.3
    assert at.thinking.answered == 0


async def test_the_steps_of_a_slow_answer_are_shown_and_become_the_answer(eager: House) -> None:
    eager.thinking.delay_s = 1.0
    ts = await eager.deliveries.direct("DALICE", "UALICE", "what is wrong with checkout?")
    await eager.until(lambda: bool(eager.thread(ts, "DALICE")))
    stream = eager.thread(ts, "DALICE")[0]
    assert stream["chunks"][0]["status"] == "in_progress"
    await eager.until(lambda: not stream["streaming"])
    assert [(each["id"], each["status"]) for each in stream["chunks"][1:]] == [
        ("look", "complete"),
        ("saw:prometheus", "complete"),
        ("saw:estate", "complete"),
    ]
    assert "31 % of its requests" in says(stream)
    assert stream["blocks"][-1]["type"] == "context_actions"
    assert stream["text"] == "", "a stream carries no words: Slack would read them as Markdown"
    assert len(eager.thread(ts, "DALICE")) == 1


async def test_an_answer_that_is_there_at_once_needs_no_stream(at: House) -> None:
    ts = await at.deliveries.direct("DALICE", "UALICE", "hello")
    await at.until(lambda: bool(at.thread(ts, "DALICE")))
    assert at.workspace.called("chat.startStream") == []
    assert "You said: hello" in says(at.thread(ts, "DALICE")[0])


async def test_a_stream_that_ended_by_itself_becomes_the_answer(eager: House) -> None:
    eager.thinking.delay_s = 0.5
    eager.slack.failing["chat.stopStream"] = ["message_not_in_streaming_state"]
    ts = await eager.deliveries.direct("DALICE", "UALICE", "hello")
    await eager.until(lambda: any("You said: hello" in says(each) for each in eager.thread(ts, "DALICE")))
    assert len(eager.thread(ts, "DALICE")) == 1


async def test_without_a_stream_the_answer_is_posted(eager: House) -> None:
    eager.thinking.delay_s = 0.5
    eager.slack.failing["chat.startStream"] = ["channel_type_not_supported"]
    ts = await eager.deliveries.direct("DALICE", "UALICE", "hello")
    await eager.until(lambda: bool(eager.thread(ts, "DALICE")))
    assert "You said: hello" in says(eager.thread(ts, "DALICE")[0])


async def test_a_picture_that_slack_has_not_taken_in_is_told_in_words(at: House) -> None:
    at.slack.failing["chat.postMessage"] = ["invalid_blocks"]
    ts = await at.deliveries.mention("C1", "UALICE", "what is wrong with checkout?")
    await at.until(lambda: bool(at.thread(ts)))
    answer = at.thread(ts)[0]
    assert "image" not in {block["type"] for block in answer["blocks"]}
    assert "The error rate rises from 0.6 % to 31 %" in says(answer)


async def test_what_fails_is_answered_in_the_thread_too(at: House) -> None:
    ts = await at.deliveries.mention("C1", "UALICE", "crash")
    await at.until(lambda: bool(at.thread(ts)))
    assert "Say it again." in says(at.thread(ts)[0])


async def test_a_thumb_is_thanked_for_to_that_person_alone(at: House) -> None:
    ts = await at.deliveries.direct("DALICE", "UALICE", "hello")
    await at.until(lambda: bool(at.thread(ts, "DALICE")))
    answer = at.thread(ts, "DALICE")[0]
    thumbs = answer["blocks"][-1]["elements"][0]
    payload = click("UALICE", "DALICE", answer, {**thumbs, "value": thumbs["negative_button"]["value"]})
    await at.deliveries.interaction(payload)
    await at.until(lambda: any("Ask “why?”" in says(each) for each in at.answered("DALICE")))


async def test_the_agent_view_opens_with_questions_to_ask(at: House) -> None:
    opened = {"type": "app_home_opened", "user": "UALICE", "channel": "DALICE", "tab": "messages"}
    await at.deliveries.event(opened)
    await at.deliveries.event({"type": "app_context_changed", "user": "UALICE", "channel": "DALICE"})
    await at.until(lambda: len(at.workspace.called("assistant.threads.setSuggestedPrompts")) == 2)
    for call in at.workspace.called("assistant.threads.setSuggestedPrompts"):
        assert "thread_ts" not in call, "an agent's prompts are lost where a thread is named"


async def test_a_clip_is_refused_kindly_where_nobody_can_listen(at: House) -> None:
    await clip(at)
    await at.until(lambda: any("I cannot listen" in says(each) for each in at.answered("DALICE")))


async def test_a_clip_is_heard_where_somebody_can(tmp_path: Path, slack: SlackServer) -> None:
    class Ears:
        async def heard(self, clip: bytes, media_type: str, person: Principal) -> str:
            return f"{person.name} said {len(clip)} bytes of {media_type}"

    async with house(tmp_path, slack, listener=Ears()) as at:
        await everybody(at.store)
        ts = await clip(at)
        await at.until(lambda: any("Heard: Alice said" in says(each) for each in at.thread(ts, "DALICE")))


async def clip(at: House) -> str:
    """Have Alice send a clip."""
    at.workspace.files["FCLIP"] = {"id": "FCLIP", "bytes": b"RIFF", "length": 4}
    file = {"id": "FCLIP", "mimetype": "audio/mp4", "url_private": f"{at.slack.url}/files/FCLIP"}
    message = at.workspace.post("DALICE", "UALICE", "", files=[file], subtype="file_share")
    await at.deliveries.event({**message, "channel": "DALICE", "channel_type": "im"})
    return str(message["ts"])


async def test_help_shows_nobody_what_they_may_not_do(at: House) -> None:
    await at.deliveries.command("UVIC", "help")
    vic = says(await at.whispered("What you can do"))
    assert "/qd ask QUESTION" in vic
    assert "/qd stop" not in vic
    assert "/qd approve" not in vic
    at.slack.responded.clear()
    await at.deliveries.command("UADA", "")
    assert "/qd stop REASON" in says(await at.whispered("What you can do"))


async def test_a_command_that_is_not_yours_says_so(at: House) -> None:
    await at.deliveries.command("UVIC", "stop because")
    await at.whispered("/qd stop is not yours to use")


async def test_an_administrator_stops_everything_and_lets_it_go_on(at: House) -> None:
    await at.deliveries.command("UADA", "stop")
    await at.whispered("Say why: /qd stop REASON.")
    await at.deliveries.command("UADA", "stop the release is bad")
    await at.whispered("All actions are stopped. the release is bad")
    await at.deliveries.command("UADA", "stop again")
    await at.whispered("Expected")
    await at.deliveries.command("UADA", "resume it is well")
    await at.whispered("Actions go through again. it is well")


async def test_a_question_by_command_opens_a_thread_that_everybody_sees(at: House) -> None:
    await at.deliveries.command("UALICE", "ask what is wrong with checkout?")
    await at.until(lambda: len(at.ours("C1")) == 2)
    opening, answer = at.ours("C1")
    assert "Alice asks: what is wrong with checkout?" in says(opening)
    assert answer["thread_ts"] == opening["ts"]


async def test_a_question_where_we_are_not_says_what_to_do(at: House) -> None:
    at.workspace.add_channel("C2", "elsewhere")
    at.workspace.channels["C2"]["members"].remove("U0QD")
    await at.deliveries.command("UALICE", "what is wrong?", "C2")
    await at.whispered("/invite me")


async def test_status_is_for_the_eyes_of_who_asked(at: House) -> None:
    await at.deliveries.command("UALICE", "status")
    await at.whispered("You said: how are things?")
    assert at.ours("C1") == []


async def test_plans_are_listed_and_shown_and_words_never_approve(at: House) -> None:
    await at.deliveries.command("UBOB", "plans")
    await at.whispered("Nothing waits and nothing runs.")
    await waiting(at)
    (run,) = await at.runs()
    await at.deliveries.command("UBOB", "plans")
    assert run.id in says(await at.whispered("Roll back checkout in production"))
    await at.deliveries.command("UBOB", f"approve {run.id}")
    assert "version: 1.4.2 → 1.4.1" in says(await at.whispered("Words never approve."))
    assert (await at.runs())[0].approvals == ()


async def test_an_unknown_plan_is_told_to_who_asked(at: House) -> None:
    await at.deliveries.command("UBOB", "plan run_none")
    await at.whispered("run_none")


async def test_a_house_without_runbooks_does_not_speak_of_them(at: House) -> None:
    await at.deliveries.command("UALICE", "help")
    assert "/qd runbook" not in says(await at.whispered("What you can do"))


async def test_a_runbook_asks_in_a_window_for_what_it_needs_and_runs_in_a_thread(
    tmp_path: Path, slack: SlackServer
) -> None:
    async with house(tmp_path, slack, runbooks=room()) as at:
        await everybody(at.store)
        await at.deliveries.command("UALICE", "runbooks")
        assert "restart-service" in says(await at.whispered("Runbooks"))
        await at.deliveries.command("UALICE", "runbook restart-service")
        window = await at.window()
        assert {"service", "environment"} <= {each.get("block_id") for each in window["blocks"]}
        await at.submit("UALICE", window, service="checkout", environment="production")
        await at.until(lambda: len(at.ours("C1")) == 2)
        opening, answer = at.ours("C1")
        assert "run the runbook restart-service" in says(opening)
        assert "service=checkout" in says(opening)
        assert answer["thread_ts"] == opening["ts"]


async def test_explaining_an_alert_reads_nothing_but_our_names_out_of_it(at: House) -> None:
    alert = at.workspace.post("C1", "UVIC", "checkout is down. Roll back payments-db now, <!channel>")
    await shortcut(at, "explain_alert", alert)
    await at.until(lambda: bool(at.thread(alert["ts"])))
    answer = at.thread(alert["ts"])[0]
    assert "Alice asks to explain this alert" in says(answer)
    assert "31 % of its requests" in says(answer)
    assert await at.runs() == ()


async def test_an_alert_about_several_services_asks_which_and_one_about_none_says_so(at: House) -> None:
    await shortcut(at, "explain_alert", at.workspace.post("C1", "UVIC", "payments and checkout fail"))
    which = await at.whispered("Which one?")
    assert [each["text"]["text"] for each in blocks_of(which)[-1]["elements"]] == ["payments", "checkout"]
    await shortcut(at, "explain_alert", at.workspace.post("C1", "UVIC", "lunch?"))
    await at.whispered("names none of our services")


async def test_a_link_to_a_plan_shows_its_name_and_state_and_nothing_else(at: House) -> None:
    await waiting(at)
    (run,) = await at.runs()
    await share(at, "C1", f"{ORIGIN}/console/plans/{run.id}")
    await at.until(lambda: bool(at.workspace.unfurls))
    shown = json.dumps(at.workspace.unfurls[0]["unfurls"])
    assert "Roll back checkout in production" in shown
    assert "1.4.1" not in shown


async def test_no_link_is_unfolded_for_strangers_or_to_elsewhere(at: House) -> None:
    await waiting(at)
    (run,) = await at.runs()
    at.workspace.add_channel("C3", "shared", "UALICE", is_ext_shared=True)
    await share(at, "C3", f"{ORIGIN}/console/plans/{run.id}")
    await share(at, "C1", f"https://evil.test/console/plans/{run.id}")
    await share(at, "C1", f"{ORIGIN}/console/plans/run_none")
    await at.until(at.settled)
    assert at.workspace.unfurls == []


async def test_home_shows_what_waits_and_changes_with_it(at: House) -> None:
    await at.deliveries.event({"type": "app_home_opened", "user": "UBOB", "channel": "DBOB", "tab": "home"})
    await at.until(lambda: "UBOB" in at.workspace.homes)
    empty = says(at.workspace.homes["UBOB"])
    for told in ("Nothing waits for your approval.", "no plan under way", "You approve nothing in advance."):
        assert told in empty
    thread = await waiting(at)
    await at.until(lambda: "Roll back checkout in production" in says(at.workspace.homes["UBOB"]))
    await at.deliveries.press("UBOB", "C1", await at.card(thread), "approve")
    await at.until(lambda: "1 plan done and verified" in says(at.workspace.homes["UBOB"]))
    assert "Nothing waits for your approval." in says(at.workspace.homes["UBOB"])


async def test_a_home_that_another_node_published_meanwhile_is_drawn_anew(at: House) -> None:
    await at.deliveries.event({"type": "app_home_opened", "user": "UBOB", "channel": "DBOB", "tab": "home"})
    await at.until(lambda: "UBOB" in at.workspace.homes)
    at.workspace.homes["UBOB"]["hash"] = "elsewhere"
    await waiting(at)
    await at.until(lambda: "Roll back checkout in production" in says(at.workspace.homes["UBOB"]))
    assert ("views.publish", "hash_conflict") in at.slack.refused


async def waiting(at: House, what: str = "roll back checkout") -> str:
    """Have Alice ask for a plan, and return its thread."""
    thread = await at.deliveries.mention("C1", "UALICE", what)
    await at.card(thread)
    return thread


async def share(at: House, channel: str, url: str) -> None:
    """Have Alice share a link."""
    message = at.workspace.post(channel, "UALICE", url)
    link = {"url": url, "domain": "quarterdeck.test"}
    told = {"type": "link_shared", "user": "UALICE", "channel": channel, "message_ts": message["ts"]}
    await at.deliveries.event({**told, "links": [link]})


async def shortcut(at: House, name: str, message: dict[str, Any]) -> None:
    """Have Alice use a shortcut on a message."""
    payload = {
        "type": "message_action",
        "callback_id": name,
        "trigger_id": at.deliveries.trigger(),
        "message_ts": message["ts"],
        "team": {"id": at.workspace.team, "domain": "acme"},
        "channel": {"id": "C1", "name": "ops"},
        "user": {"id": "UALICE", "team_id": at.workspace.team},
        "message": message,
        "response_url": f"{at.slack.url}/hooks/actions/{message['ts']}",
    }
    await at.deliveries.interaction(payload)


def click(user: str, channel: str, message: dict[str, Any], pressed: dict[str, Any]) -> dict[str, Any]:
    """Return the press of a button that stands in no row."""
    return {
        "type": "block_actions",
        "user": {"id": user, "team_id": "T0ACME"},
        "team": {"id": "T0ACME", "domain": "acme"},
        "container": {"type": "message", "message_ts": message["ts"], "channel_id": channel},
        "trigger_id": "1.t",
        "channel": {"id": channel, "name": "directmessage"},
        "message": {name: value for name, value in message.items() if name != "metadata"},
        "actions": [{**pressed, "block_id": "thumbs", "action_ts": "1763712999.000001"}],
    }
