"""What a model says, as it comes: no secret goes out, nor half of one; an element of a list once it is whole."""

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.model.chat import OpenAIChat
from agents.model.completion import Begins, Completion, Item
from agents.model.fleet import Rules
from agents.model.items import Items
from agents.model.screen import Screen
from agents.profiles import Profiles
from memory.errors import ModelRejected
from memory.model.people import Role
from tests.agents.model.routing import model, provider, question, routed, tool
from tests.fakes.observer import NOW
from tests.fakes.openai_server import Manners, call, openai_server
from tests.fakes.time import FakeClock

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
PASSWORD = "correct.horse-battery9"
KEY = (
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAx0abc\nfinally the last line\n-----END RSA PRIVATE KEY-----"
)
SAID = (
    f"The token is {TOKEN} and it works.",
    f"Sign in with password: {PASSWORD} please.",
    'It says password="correct horse battery staple" there, and more.',
    f"Authorization: Bearer {TOKEN[4:]} was sent",
    f"Here it is:\n{KEY}\nand that was it.",
    f"postgres://app:{PASSWORD}@db/orders is the address",
)
SECRETS = (TOKEN, TOKEN[4:20], PASSWORD, "horse battery", "MIIEowIBAAKCAQEAx0abc", "finally the last line")
PROFILES = Profiles({}, FakeClock(NOW), b"key")


def veil() -> Any:
    return PROFILES.begin("acme", (Role.OPERATOR,))


def parted(text: str, cuts: Sequence[int]) -> list[str]:
    at = [0, *sorted({each % (len(text) + 1) for each in cuts}), len(text)]
    return [text[start:end] for start, end in pairwise(at)]


@given(st.sampled_from(SAID), st.lists(st.integers(0, 400), max_size=40))
def test_no_secret_gets_out_of_a_stream_however_it_is_cut(text: str, cuts: list[int]) -> None:
    screen = Screen(veil())
    told = "".join([*(screen.take(piece) for piece in parted(text, cuts)), screen.rest()])
    assert not [secret for secret in SECRETS if secret in told]
    assert veil().scan(text).startswith(told.rstrip()[:10])


@given(st.text(alphabet="ab 12.\n", max_size=300), st.lists(st.integers(0, 300), max_size=20))
def test_what_holds_no_secret_comes_through_whole(text: str, cuts: list[int]) -> None:
    screen = Screen(veil())
    assert "".join([*(screen.take(piece) for piece in parted(text, cuts)), screen.rest()]) == text


def test_a_long_key_is_held_back_to_its_end_and_what_follows_comes_through() -> None:
    lines = "\n".join(f"line {n} of the key" for n in range(200))
    text = f"So:\n-----BEGIN PRIVATE KEY-----\n{lines}\n-----END PRIVATE KEY-----\nDone with it."
    screen = Screen(veil())
    told = "".join([*(screen.take(each + " ") for each in text.split(" ")), screen.rest()])
    assert "of the key" not in told
    assert told.rstrip().endswith("Done with it.")


def test_a_secret_in_two_texts_of_one_document_is_found() -> None:
    screen = Screen(veil())
    halves: list[Any] = [f"It is {TOKEN[:20]}", TOKEN[20:]]
    assert screen.document(halves) == [f"It is {TOKEN[:20]}", ""]
    assert Screen(veil()).document({"text": TOKEN}) == {"text": "[token removed]"}


_LEAVES = st.one_of(st.text(max_size=20), st.integers(), st.booleans(), st.none())
_OBJECTS = st.dictionaries(st.text(max_size=5), st.one_of(_LEAVES, st.lists(_LEAVES, max_size=3)), max_size=4)


@given(st.lists(_OBJECTS, max_size=6), st.text(max_size=30), st.lists(st.integers(0, 2000), max_size=60))
def test_each_element_of_a_list_is_told_once_whole_however_the_document_is_cut(
    listed: list[dict[str, Any]], beside: str, cuts: list[int]
) -> None:
    items = Items()
    text = json.dumps({"proposal": beside, "sentences": listed, "later": [{"not": "this"}]})
    assert [each for piece in parted(text, cuts) for each in items.take(piece)] == listed


@given(st.text(alphabet='{}[]",:\\ab', max_size=60))
def test_what_is_no_document_is_told_nothing_of_that_is_none(text: str) -> None:
    assert all(isinstance(each, dict) for each in Items().take(text))


def finishing(*sentences: str) -> dict[str, Any]:
    said = [{"text": each, "evidence": ["e1"]} for each in sentences]
    return {"content": "", "tool_calls": [call("finish", {"sentences": said, "proposal": ""})]}


async def test_elements_come_while_the_rest_is_still_to_be_said_and_without_secrets() -> None:
    async with openai_server(script=lambda _: finishing("First.", f"Use {TOKEN} now.", "Third.")) as server:
        server.pauses_at = "Third"
        async with routed([provider("one", server)], redaction=PROFILES) as watched:
            stream = watched.router.stream(question(tools=(tool("finish"),)))
            begins, first, second = [await anext(stream) for _ in range(3)]
            assert "Third" not in f"{first} {second}"
            server.resumed.set()
            *_, whole = [each async for each in stream]
    assert begins == Begins(model="one")
    assert first == Item(tool="finish", value={"text": "First.", "evidence": ["e1"]})
    assert isinstance(second, Item)
    assert "[token removed]" in json.dumps(second.value)
    assert server.paused
    assert isinstance(whole, Completion)
    assert TOKEN not in whole.model_dump_json()


async def test_a_secret_that_a_provider_says_over_two_pieces_gets_out_of_neither() -> None:
    async with (
        openai_server(script=lambda _: {"content": f"It is {TOKEN}, I think."}) as server,
        routed([provider("one", server)], redaction=PROFILES) as watched,
    ):
        pieces = [each async for each in watched.router.stream(question())]
    told = "".join(each for each in pieces if isinstance(each, str))
    assert told == "It is [token removed], I think."


async def test_a_refusal_in_a_stream_has_the_next_model_asked() -> None:
    async with openai_server(manners=Manners.REFUSES) as one, openai_server(lambda _: {"well": 1}) as other:
        rules = Rules(order=("one", "two"))
        async with routed([provider("one", one), provider("two", other)], rules=rules) as watched:
            pieces = [each async for each in watched.router.stream(question())]
            outcomes = watched.outcomes()
    assert [each.model for each in pieces if isinstance(each, Begins)] == ["one", "two"]
    assert outcomes == [("one", "refused"), ("two", "answered")]


async def test_a_prompt_is_not_sent_where_a_server_redirects_it_to() -> None:
    async with openai_server(lambda _: {}) as elsewhere, openai_server(lambda _: {}) as server:
        server.redirects_to = elsewhere.base_url
        chat = OpenAIChat(provider("one", server), model("one", "one"))
        with pytest.raises(ModelRejected, match="307"):
            await chat.answer(question(), 3.0)
        await chat.close()
    assert elsewhere.requests == []


async def test_a_client_that_is_closed_closes_nobody_elses_of_the_same_address() -> None:
    async with openai_server(lambda _: {"well": 1}) as server:
        first, second = (OpenAIChat(provider("one", server), model("one", "one")) for _ in range(2))
        await first.answer(question(), 3.0)
        await second.answer(question(), 3.0)
        await first.close()
        assert (await second.answer(question(), 3.0)).text == '{"well": 1}'
        await second.close()


async def test_a_model_that_knows_no_form_of_answers_is_told_of_it_in_words_and_any_other_by_the_protocol() -> (
    None
):
    schema = {"type": "object", "properties": {"kind": {"type": "string"}}}
    async with openai_server(lambda _: {"well": 1}) as server:
        models = (model("plain", "one", json_schema=False), model("strict", "one"))
        async with routed([provider("one", server)], models) as subject:
            for name in ("plain", "strict"):
                await subject.router.ask(question(schema_=schema), only=name)
    plain, strict = server.requests
    assert "response_format" not in plain
    assert json.dumps(schema) in plain["messages"][0]["content"]
    assert strict["response_format"]["json_schema"]["schema"] == schema
    assert json.dumps(schema) not in strict["messages"][0]["content"]


async def test_a_server_that_knows_no_streams_is_asked_for_the_whole_from_then_on() -> None:
    async with openai_server(lambda _: {"well": 1}) as server:
        server.streams = False
        async with routed([provider("one", server)]) as watched:
            for _ in range(2):
                *_, whole = [each async for each in watched.router.stream(question())]
                assert isinstance(whole, Completion)
                assert whole.text == '{"well": 1}'
        assert [bool(each.get("stream")) for each in server.requests] == [True, False, False]
