"""What every chat has to show: a plan that waits, with an untrusted argument, and an answer with its evidence."""

from datetime import timedelta
from typing import Any

from memory.model.intent import Provenance
from memory.model.run import Change
from memory.model.talk import Button, ButtonAction, Card, CardStep, Fact, Reply
from tests.fakes import scenes
from tests.fakes.time import MIDNIGHT

DIGEST = "ab" * 32
CARD = Card(
    run="run_1",
    title="Roll back checkout to 1.4.1",
    status="waiting",
    plan_digest=DIGEST,
    requester="Alice",
    steps=(
        CardStep(
            says="Roll back checkout in production to 1.4.1",
            tool="deploy.rollback",
            arguments=(
                Fact(name="service", value="checkout"),
                Fact(name="version", value="1.4.1", provenance=Provenance.UNTRUSTED),
            ),
            changes=(Change(field="version", before="1.4.2", after="1.4.1"),),
            undo="deploy.release version=1.4.2",
            checks=("checkout's error rate is below 2 %",),
        ),
    ),
    blast_radius=("checkout", "storefront"),
    untrusted=("version",),
    policy="writes-need-two",
    quorum=2,
    expires_at=MIDNIGHT + timedelta(hours=1),
    buttons=(
        Button(label="Approve", action=ButtonAction.APPROVE, value="run_1", plan_digest=DIGEST, primary=True),
        Button(label="Deny", action=ButtonAction.DENY, value="run_1", plan_digest=DIGEST, danger=True),
        Button(label="Why?", action=ButtonAction.WHY, value="run_1"),
    ),
)


def reply(text: str = "Checkout fails since 02:41 [1][2].\n- a log line says so [3]", **changes: Any) -> Reply:
    told = {
        "id": "reply_1",
        "thread": "t",
        "to": "msg_1",
        "kind": "answer",
        "text": text,
        "evidence": scenes.evidence("msg_1", MIDNIGHT),
        "correlation": "cor_1",
        "at": MIDNIGHT,
    }
    return Reply.model_validate(told | changes)
