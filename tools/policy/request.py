"""A request to policy as people and files write it, and the verdict on it in a word. Pure.

`{"principal": "alice", "tool": "deploy.rollback", "arguments": {…}}` asks about a call,
`{"principal": "bob", "approves": "alice", "tool": …}` about bob's yes to alice's plan that would make it, and
`{"principal": "bob", "promotes": "ada"}` about putting the policy in force that ada proposed.
"""

from collections.abc import Collection, Mapping
from typing import Self

from pydantic import Field, ValidationError, model_validator

from memory.errors import InvalidInput
from memory.model.approval import Assurance
from memory.model.decision import Allow, Basis, Decision, Deny, NeedsApproval
from memory.model.intent import Provenance
from memory.model.plan import Call
from memory.model.value import Identifier, JsonValue, Moment, Value
from tools.policy.engine import Policy
from tools.policy.question import Assent, Budget, Promotion, Question, Say
from tools.policy.quorum import decide
from tools.policy.schema import PROMOTE

ALLOW, DENY, NEEDS = "allow", "deny", "needs"


class Request(Value):
    """What somebody wants: to call a tool, to approve what `approves` asked for, or to promote a policy.

    `approvals` have been given already, each at least as sure as `assurance`; `at` is when, and may be left to
    whoever reads the request. Of a yes to a plan, `assurance` is its own, `approved_by` are those who came before,
    and with `break_glass` it is a going ahead alone.
    """

    principal: str
    tool: Identifier | None = None
    arguments: dict[str, JsonValue] = Field(default_factory=dict)
    provenance: dict[str, Provenance] = Field(default_factory=dict)
    approvals: int = Field(default=0, ge=0)
    at: Moment | None = None
    budget: Budget | None = None
    assurance: Assurance = Assurance.CHAT
    approves: str = ""
    approved_by: tuple[str, ...] = ()
    break_glass: bool = False
    promotes: str = ""
    changed: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if bool(self.tool or self.approves) == bool(self.promotes):
            raise ValueError(
                "either a tool or approves, the person who asked for a plan, or promotes, who proposed a policy"
            )
        if not self.approves and (self.approved_by or self.break_glass):
            raise ValueError("approved_by and break_glass only with approves, the person who asked for a plan")
        return self

    def question(self, now: Moment) -> Question | None:
        """Return it as a question about a call, `now` where it does not say when; None of other things."""
        call = self._call()
        if call is None or self.approves:
            return None
        return Question(
            principal=self.principal,
            call=call,
            at=self.at or now,
            approvals=self.approvals,
            assurance=self.assurance,
            budget=self.budget,
        )

    def assent(self, now: Moment, teams: Mapping[str, Collection[str]]) -> Assent | None:
        """Return it as a question about a yes to a plan, None where it is none; `teams` are each person's."""
        if not self.approves:
            return None
        return Assent(
            principal=self.principal,
            requester=self.approves,
            at=self.at or now,
            say=Say.BREAK_GLASS if self.break_glass else Say.APPROVE,
            call=self._call(),
            assurance=self.assurance,
            approvals=len(set(self.approved_by)) or self.approvals,
            teams=tuple(sorted({team for person in self.approved_by for team in teams.get(person, ())})),
        )

    def promotion(self, now: Moment) -> Promotion:
        """Return it as a question about putting a policy in force."""
        return Promotion(
            principal=self.principal,
            proposer=self.promotes,
            at=self.at or now,
            assurance=self.assurance,
            changed=self.changed,
        )

    def _call(self) -> Call | None:
        if self.tool is None:
            return None
        return Call(tool=self.tool, arguments=self.arguments, provenance=self.provenance)

    def what(self) -> str:
        """Return what it is about, in a word: the tool, or what a person says yes to."""
        if self.promotes:
            return PROMOTE
        said = Say.BREAK_GLASS if self.break_glass else Say.APPROVE
        return said.value if self.approves else str(self.tool)


def parse_request(text: str, where: str) -> Request:
    """Return a request out of its JSON form; raises `InvalidInput` that says where and what."""
    try:
        return Request.model_validate_json(text)
    except ValidationError as error:
        raise InvalidInput(f"{where}: expected a request, found {misfit(error)}") from None


def decided(policy: Policy, request: Request, now: Moment) -> Decision:
    """Return policy's decision on a request."""
    question = request.question(now)
    if question is not None:
        return decide(policy, question)
    assent = request.assent(now, {each.id: each.teams for each in policy.facts.people})
    ruling = policy.rule_assent(assent) if assent else policy.rule_promotion(request.promotion(now))
    basis = Basis(policies=ruling.policies, policy_hash=policy.hash)
    if ruling.allowed:
        return Allow(basis=basis)
    return Deny(basis=basis, reason=ruling.reason, needed=ruling.needed)


def verdict(decision: Decision) -> str:
    """Return a decision in a few words: `allow`, `needs 2` (approvals), `needs 1 passkey`, `deny`."""
    if isinstance(decision, NeedsApproval):
        needed = decision.assurance()
        return f"{NEEDS} {decision.quorum()}" + ("" if needed is Assurance.CHAT else f" {needed.value}")
    return ALLOW if isinstance(decision, Allow) else DENY


def misfit(error: ValidationError) -> str:
    """Return the first thing that does not fit, in words: where, and why."""
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])
