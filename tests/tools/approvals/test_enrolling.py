"""A credential begins and ends with two people; the log's entries alone tell when it counted."""

from base64 import b64encode
from datetime import timedelta

import pytest

from memory.errors import CredentialRefused, PolicyDenied, StatementInvalid
from memory.model.bodies import Body, CredentialChanged, KeyChanged
from memory.model.credential import Credential, CredentialForm, CredentialStanding
from memory.model.people import PrincipalKind, Role
from tests.fakes.people import ALICE, BOB, person
from tests.fakes.time import MIDNIGHT
from tests.keys import LOG_KEY, private_key
from tests.tools.approvals.signed import EVENT, by_chat, by_key
from tools.approvals import keyring, verify
from tools.approvals.enrolling import confirmed, ended
from tools.approvals.keyring import from_base64url
from tools.approvals.signing import check_enrolment, enrolment

ADA, EVE = person("ada", Role.ADMIN), person("eve", Role.ADMIN)
BOT = person("bot", Role.ADMIN, kind=PrincipalKind.SERVICE)
PUBLIC = private_key("bob").public_key().public_bytes_raw()
NOW = MIDNIGHT + timedelta(hours=1)
BOBS = Credential(
    id="credential_1",
    tenant="acme",
    holder="bob",
    form=CredentialForm.KEY,
    public=b64encode(PUBLIC).decode(),
    proposed_at=MIDNIGHT,
)
ACTIVE = confirmed(BOBS, ADA, NOW)


def test_it_counts_once_an_administrator_agreed_and_no_more_once_it_is_ended() -> None:
    assert ACTIVE.standing() is CredentialStanding.ACTIVE
    suspended = ended(ACTIVE, BOB, NOW)
    assert suspended.standing() is CredentialStanding.SUSPENDED
    revoked = confirmed(suspended, ADA, NOW)
    assert revoked.standing() is CredentialStanding.REVOKED
    for over in (ended, confirmed):
        with pytest.raises(CredentialRefused):
            over(revoked, ADA, NOW)


def test_what_never_counted_ends_without_a_second_person() -> None:
    assert ended(BOBS, BOB, NOW).standing() is CredentialStanding.REVOKED


@pytest.mark.parametrize("who", [BOB, ALICE, BOT, person("bob", Role.ADMIN)], ids=["holder", "no", "bot", "own"])
def test_nobody_but_another_administrator_agrees(who: object) -> None:
    with pytest.raises(PolicyDenied):
        confirmed(BOBS, who, NOW)  # type: ignore[arg-type]  # a person
    with pytest.raises(PolicyDenied):
        confirmed(ended(ACTIVE, ADA, NOW), who, NOW)  # type: ignore[arg-type]  # likewise


def test_whoever_asked_to_end_it_does_not_agree_to_that() -> None:
    asked = ended(ACTIVE, ADA, NOW)
    with pytest.raises(PolicyDenied):
        confirmed(asked, ADA, NOW)
    assert confirmed(asked, EVE, NOW).revoked_by == "eve"


@pytest.mark.parametrize("who", [ALICE, BOT])
def test_nobody_else_ends_it(who: object) -> None:
    with pytest.raises(PolicyDenied):
        ended(ACTIVE, who, NOW)  # type: ignore[arg-type]  # a person


def test_a_key_is_enrolled_by_whoever_has_it_for_themselves() -> None:
    signature = private_key("bob").sign(enrolment("acme", "bob", PUBLIC))
    check_enrolment("acme", "bob", PUBLIC, signature)
    for tenant, holder, public in (("evil", "bob", PUBLIC), ("acme", "cara", PUBLIC), ("acme", "bob", b"x" * 32)):
        with pytest.raises(StatementInvalid):
            check_enrolment(tenant, holder, public, signature)


def change(what: str) -> CredentialChanged:
    return CredentialChanged.model_validate(
        {
            "credential": "credential_1",
            "change": what,
            "holder": "p_bob",
            "form": "key",
            "public": b64encode(PUBLIC).decode(),
        }
    )


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ((), False),
        (("proposed",), False),
        (("proposed", "confirmed"), True),
        (("proposed", "confirmed", "suspended"), False),
        (("proposed", "confirmed", "suspended", "revoked"), False),
        (("proposed", "revoked"), False),
    ],
)
def test_the_log_tells_whether_a_key_counted(changes: tuple[str, ...], counts: bool) -> None:
    entries: list[Body] = [change(each) for each in changes]
    case = by_key()
    if counts:
        assert verify(case.envelope, keyring(enumerate(entries), len(entries))).keyid == "credential_1"
    else:
        with pytest.raises(StatementInvalid, match="known key"):
            verify(case.envelope, keyring(enumerate(entries), len(entries)))


def test_the_log_tells_its_own_key() -> None:
    entry = KeyChanged(change="created", key=str(LOG_KEY.signer("acme").key))
    case = by_chat()
    assert verify(case.envelope, keyring([(0, entry)], 1), EVENT).statement.predicate.run == "run_1"


@pytest.mark.parametrize("text", ["ä", "a", "a b="])
def test_what_is_not_base64url_is_refused(text: str) -> None:
    with pytest.raises(StatementInvalid):
        from_base64url(text)


@pytest.mark.parametrize(("from_size", "holds"), [(5, True), (3, False), (0, False)])
def test_what_a_revoked_key_of_the_log_attested_holds_only_for_trees_it_is_believed_for(
    from_size: int, holds: bool
) -> None:
    key = str(LOG_KEY.signer("acme").key)
    revoked = KeyChanged(change="revoked", key=key, from_size=from_size)
    keys = keyring([(0, KeyChanged(change="created", key=key)), (9, revoked)], 3)
    assert (key in keys) is holds
