"""Each kind of approval is verified by its bytes and public keys alone; whatever was changed is refused."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.errors import StatementInvalid
from memory.model.approval import Assurance
from tests.fakes.authenticator import Authenticator
from tests.keys import private_key
from tests.tools.approvals.signed import EVENT, PLAN, SITE, Case, by_chat, by_key, by_passkey, statement
from tools.approvals import Envelope, verify
from tools.approvals.envelope import PAYLOAD_TYPE, pae
from tools.approvals.signing import signed
from tools.approvals.statement import parse_statement

CASES = pytest.mark.parametrize("made", [by_key, by_chat, by_passkey], ids=["key", "chat", "passkey"])

PAYLOAD = (
    b'{"_type":"https://in-toto.io/Statement/v1","predicate":{"approver":"p_bob","assurance":"key",'
    b'"breakGlass":false,"checkpoint":{"origin":"quarterdeck.test/acme",'
    b'"root":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","size":7},"event":null,'
    b'"expiresAt":"2026-11-20T03:30:00Z","issuedAt":"2026-11-20T03:00:00Z","nonce":"nonce_1",'
    b'"policyHash":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","reason":"Looks right",'
    b'"requester":"p_alice","run":"run_1","surface":"console","tenant":"acme","verdict":"approve"},'
    b'"predicateType":"urn:quarterdeck:approval:v1","subject":[{"digest":{"sha256":'
    b'"5555555555555555555555555555555555555555555555555555555555555555"},"name":"run_1"}]}'
)


def test_a_statement_has_the_bytes_that_are_signed() -> None:
    assert statement().encode() == PAYLOAD


def test_what_is_signed_is_the_pre_authentication_encoding_of_dsse() -> None:
    length = str(len(PAYLOAD)).encode()
    assert pae(PAYLOAD) == b"DSSEv1 28 application/vnd.in-toto+json " + length + b" " + PAYLOAD
    assert len(PAYLOAD_TYPE) == 28


@CASES
def test_each_kind_is_verified_from_its_bytes_and_public_keys(made: Callable[[], Case]) -> None:
    case = made()
    found = verify(Envelope.parse(case.envelope.encode()), case.keys, case.event)
    assert found.statement.plan_digest == PLAN
    assert found.statement.predicate.approver == "p_bob"


@CASES
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("approver", "p_cara"),
        ("tenant", "evil"),
        ("run", "run_2"),
        ("verdict", "deny"),
        ("nonce", "nonce_2"),
        ("policyHash", "c" * 64),
        ("expiresAt", "2027-11-20T03:30:00Z"),
        ("breakGlass", True),
        ("checkpoint", {"origin": "quarterdeck.test/acme", "root": "c" * 64, "size": 7}),
    ],
)
def test_a_statement_that_was_edited_is_not_what_was_signed(
    made: Callable[[], Case], name: str, value: object
) -> None:
    case = made()
    form = json.loads(case.envelope.payload)
    form["predicate"][name] = value
    edited = replace(case.envelope, payload=json.dumps(form, sort_keys=True, separators=(",", ":")).encode())
    with pytest.raises(StatementInvalid):
        verify(edited, case.keys, case.event)


@CASES
def test_another_plan_is_not_what_was_signed(made: Callable[[], Case]) -> None:
    case = made()
    edited = replace(case.envelope, payload=case.envelope.payload.replace(PLAN.encode(), b"6" * 64))
    with pytest.raises(StatementInvalid):
        verify(edited, case.keys, case.event)


@pytest.mark.parametrize("level", [Assurance.CHAT, Assurance.PASSKEY])
def test_a_key_does_not_give_another_level_than_its_own(level: Assurance) -> None:
    case = by_key(assurance=level)
    with pytest.raises(StatementInvalid, match="level key"):
        verify(case.envelope, case.keys)


def test_the_log_does_not_attest_more_than_a_click() -> None:
    case = by_chat(assurance=Assurance.KEY)
    with pytest.raises(StatementInvalid, match="level chat"):
        verify(case.envelope, case.keys, EVENT)


def test_a_persons_key_signs_for_that_person_alone() -> None:
    case = by_key(approver="p_cara")
    with pytest.raises(StatementInvalid, match="another person"):
        verify(case.envelope, case.keys)


def test_an_unknown_key_signs_nothing() -> None:
    case = by_key()
    with pytest.raises(StatementInvalid, match="known key"):
        verify(case.envelope, {})


def test_somebody_elses_signature_under_a_known_name_is_refused() -> None:
    case = by_key()
    forged = signed(case.envelope.payload, "credential_1", private_key("mallory"))
    with pytest.raises(StatementInvalid, match="exactly this"):
        verify(forged, case.keys)


def test_the_event_that_the_platform_attests_is_the_one_it_kept() -> None:
    case = by_chat()
    with pytest.raises(StatementInvalid, match="event"):
        verify(case.envelope, case.keys, b"another event")
    without = by_chat(event=None)
    with pytest.raises(StatementInvalid, match="event"):
        verify(without.envelope, without.keys, EVENT)


def test_a_passkey_that_did_not_verify_its_holder_is_refused() -> None:
    case = by_passkey(Authenticator(SITE, verifies=False))
    with pytest.raises(StatementInvalid, match="verif"):
        verify(case.envelope, case.keys)


def test_a_passkey_used_on_another_site_is_refused() -> None:
    case = by_passkey(origin="https://quarterdeck.example.evil")
    with pytest.raises(StatementInvalid, match="origin"):
        verify(case.envelope, case.keys)


def test_a_passkey_of_another_site_is_refused() -> None:
    case = by_passkey(Authenticator("https://other.example"), origin=SITE)
    with pytest.raises(StatementInvalid, match="RP ID"):
        verify(case.envelope, case.keys)


def test_a_passkey_whose_counter_went_back_is_refused() -> None:
    case = by_passkey(Authenticator(SITE, uses=4))
    assert verify(case.envelope, case.keys, uses=4).uses == 5
    with pytest.raises(StatementInvalid, match="count"):
        verify(case.envelope, case.keys, uses=5)


def test_a_passkeys_assertion_is_not_left_out_and_not_added() -> None:
    passkey, key = by_passkey(), by_key()
    with pytest.raises(StatementInvalid):
        verify(replace(passkey.envelope, assertion=None), passkey.keys)
    with pytest.raises(StatementInvalid):
        verify(replace(key.envelope, assertion=passkey.envelope.assertion), key.keys)


@given(st.binary(max_size=400))
def test_other_bytes_are_no_envelope(data: bytes) -> None:
    with pytest.raises(StatementInvalid):
        Envelope.parse(data)


@given(st.binary(max_size=200))
def test_other_bytes_are_no_statement(data: bytes) -> None:
    with pytest.raises(StatementInvalid):
        parse_statement(data)


@given(place=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=7))
def test_no_bit_of_a_signed_envelope_can_be_turned(place: int, bit: int) -> None:
    case = by_key()
    data = bytearray(case.envelope.encode())
    data[place % len(data)] ^= 1 << bit
    with pytest.raises(StatementInvalid):
        verify(Envelope.parse(bytes(data)), case.keys)


def test_an_envelope_with_two_signatures_or_another_type_is_refused() -> None:
    form = json.loads(by_key().envelope.encode())
    for changed in (
        form | {"signatures": form["signatures"] * 2},
        form | {"signatures": []},
        form | {"payloadType": "text/plain"},
        form | {"payload": b64encode(b"{}").decode().replace("=", "")},
        form | {"more": 1},
    ):
        with pytest.raises(StatementInvalid):
            verify(Envelope.parse(json.dumps(changed).encode()), by_key().keys)
