"""Timelines in the styles people really write: chats in small letters, other kinds, noise, gaps."""

import pytest

from agents.summaries import Document, living, public_update, review, understand
from agents.summaries.document import Part
from agents.summaries.given import given
from agents.summaries.kinds import heard
from memory.model.incident import Happening
from tests.agents.summaries.outage import NOW

Row = tuple[str, str, str, str]


def documents(*rows: Row) -> dict[str, Document]:
    told = [dict(zip(("time", "kind", "author", "text"), row, strict=True)) for row in rows]
    story = understand(given({"input_timeline": told}, NOW).account)
    return {"living": living(story), "review": review(story), "public": public_update(story)}


def section(document: Document, part: Part) -> str:
    return " | ".join(each.text for every in document.sections if every.part is part for each in every.sentences)


CHAT: tuple[Row, ...] = (
    ("09:02", "alert", "pagerbot", "[FIRING] OrdersErrorBudgetBurn"),
    ("09:03", "message", "dana", "looking"),
    ("09:06", "message", "lena", "40ish customers cant check out"),
    ("09:08", "message", "dana", "declaring sev2, I'm IC"),
    ("09:11", "message", "tom", "we pushed orders v412 at 08:55, could be that"),
    ("09:24", "message", "mei", "db is at max connections. pgbouncer pool got doubled in yesterday's change"),
    ("09:25", "message", "mei", "pretty sure thats the cause"),
    ("09:27", "message", "mei", "reverting pool size and restarting pgbouncer"),
    ("09:31", "message", "dana", "errors dropping, 3% now"),
    ("09:35", "message", "dana", "0.1%, back to normal. watching for 30 min"),
    ("09:36", "message", "ravi", "status page updated to monitoring"),
)


def test_a_chat_in_small_letters_tells_who_suffers_who_leads_and_when_it_was_well_again() -> None:
    told = documents(*CHAT)
    assert "cant check out" in section(told["living"], Part.IMPACT)
    assert "I'm IC" in section(told["living"], Part.PEOPLE)
    assert "back to normal." in section(told["living"], Part.STANDING)
    assert "noticed at 09:02, taken up at 09:03" in section(told["review"], Part.TIMES)


def test_who_only_says_that_it_is_the_cause_is_told_with_what_that_is_and_how_sure_they_are() -> None:
    held = section(documents(*CHAT)["living"], Part.HYPOTHESIS)
    assert held.startswith("Likely, not confirmed: 09:24 mei: pgbouncer pool got doubled")
    assert "09:25 mei: pretty sure thats the cause." in held


def test_news_to_people_and_what_was_done_before_it_began_are_no_tries() -> None:
    tried = section(documents(*CHAT)["living"], Part.TRIED)
    assert "reverting pool size" in tried
    assert "Then it got better, 09:35" in tried
    assert "status page" not in tried
    assert "v412" not in tried


def test_a_try_among_alerts_that_fire_on_is_told_with_what_people_said_of_it() -> None:
    noise = [(f"12:{minute}", "alert", "am", f"Latency high on pod-{minute}") for minute in range(22, 40)]
    told = documents(
        ("12:05", "alert", "am", "Latency high on pod-1"),
        ("12:20", "message", "oli", "scaled search from 7 to 14 pods"),
        *noise[:9],
        ("12:30", "message", "oli", "didn't help, just as slow"),
        ("12:31", "message", "sara", "decision: roll back to 9.0.7"),
        *noise[9:],
        ("12:41", "message", "oli", "works again"),
    )
    tried = section(told["living"], Part.TRIED)
    assert "14 pods. It did not help, 12:30" in tried
    assert "roll back to 9.0.7. Then it got better, 12:41" in tried


def test_a_guess_that_is_cleared_in_three_words_is_told_as_refuted_and_is_no_open_question() -> None:
    told = documents(
        ("22:10", "alert", "am", "Consumer lag climbing"),
        ("22:26", "note", "jo", "Maybe the broker disk?"),
        ("22:40", "note", "jo", "Lag still growing. Not the disk."),
        ("23:02", "note", "jo", "Next update at 23:30"),
    )
    assert "Against it: 22:40 jo: Not the disk." in section(told["living"], Part.HYPOTHESIS)
    assert "disk" not in section(told["living"], Part.OPEN)
    assert section(told["public"], Part.NOTICE).endswith("Next update: 23:30.")


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("Enforce block public access - owner: cloud team", "cloud team"),
        ("Network team to configure failover (Anna Petrov, due 2026-01-24)", "Anna Petrov"),
        ("Platform team to add a canary", "Platform team"),
        ("Add an alert, owner: @dave", "dave"),
        ("Kim adds a canary by next week", "Kim"),
        ("Add a canary stage", "none named"),
    ],
)
def test_the_owner_of_an_action_item_is_found_as_people_write_it(text: str, owner: str) -> None:
    rows: tuple[Row, ...] = (
        ("14:00", "alert", "am", "Checkout down"),
        ("15:00", "note", "Kim", "Incident closed"),
    )
    told = documents(*rows, ("15:10", "action item", "Kim", text))
    assert section(told["review"], Part.ACTIONS).endswith(f"Owner: {owner}.")


def test_what_a_change_did_before_and_what_should_have_been_are_told_as_such() -> None:
    told = documents(
        ("08:00", "report", "bounty", "Bucket exports is world readable"),
        ("08:25", "containment", "soc", "Blocked public access on the bucket"),
        ("09:10", "analysis", "soc", "Policy was changed by terraform apply on 2026-05-28"),
        ("10:30", "close", "soc", "Incident closed. Review should have been required but was not configured."),
    )
    tried = section(told["review"], Part.SUMMARY) + section(told["living"], Part.TRIED)
    assert "terraform" not in tried
    assert "Blocked public access" in tried
    assert "should have been required" in section(told["review"], Part.BADLY)
    assert "should have been required" not in section(told["review"], Part.ACTIONS)


def test_what_broke_and_that_it_works_again_both_stand_in_the_timeline() -> None:
    told = documents(
        ("06:00", "alert", "nagios", "HOST DOWN"),
        ("06:15", "note", "noc", "Staff in Berlin report that VPN and telephony are unavailable"),
        ("08:25", "action", "noc", "Traffic moved to core-2"),
        ("08:31", "note", "noc", "VPN and telephony confirmed working by Berlin staff"),
        ("09:00", "closed", "noc", "Service restored; incident closed"),
    )
    timeline = section(told["review"], Part.TIMELINE)
    assert "are unavailable" in timeline
    assert "confirmed working" in timeline
    assert "from 06:00 to 08:31" in section(told["review"], Part.TIMES)


def test_kinds_of_other_trades_are_understood() -> None:
    kinds = [heard(each).kind for each in ("containment", "analysis", "close", "escalation")]
    assert kinds == [Happening.EFFECT, Happening.OBSERVATION, Happening.STATUS, Happening.UPDATE]
