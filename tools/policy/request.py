"""A request to policy as people and files write it, and the verdict on it in a word. Pure.

`{"principal": "alice", "tool": "deploy.rollback", "arguments": {…}}` asks about a call,
`{"principal": "bob", "approves": "alice"}` about bob's approval of a plan that alice asked for.
"""

from typing import Self

from pydantic import Field, ValidationError, model_validator

from memory.errors import InvalidInput
from memory.model.decision import Allow, Basis, Decision, Deny, NeedsApproval
from memory.model.intent import Provenance
from memory.model.plan import Call
from memory.model.value import Identifier, JsonValue, Moment, Value
from tools.policy.engine import Policy
from tools.policy.question import Budget, Question
from tools.policy.quorum import decide

ALLOW, DENY, NEEDS = "allow", "deny", "needs"
_RUN = "run"  # stands for any plan: policies compare who asked for it, not which it is


class Request(Value):
    """What somebody wants: to call a tool, or to approve what `approves`, another person, asked for.

    `approvals` have been given already; `at` is when, and may be left to whoever reads the request.
    """

    principal: str
    tool: Identifier | None = None
    arguments: dict[str, JsonValue] = Field(default_factory=dict)
    provenance: dict[str, Provenance] = Field(default_factory=dict)
    approvals: int = Field(default=0, ge=0)
    at: Moment | None = None
    budget: Budget | None = None
    approves: str = ""

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if bool(self.tool) == bool(self.approves):
            raise ValueError("either a tool or approves, the person who asked for a plan")
        return self

    def question(self, now: Moment) -> Question | None:
        """Return it as a question about a call, `now` where it does not say when; None for an approval."""
        if self.tool is None:
            return None
        call = Call(tool=self.tool, arguments=self.arguments, provenance=self.provenance)
        return Question(
            principal=self.principal,
            call=call,
            at=self.at or now,
            approvals=self.approvals,
            budget=self.budget,
        )


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
    ruling = policy.rule_approval(request.principal, _RUN, request.approves)
    basis = Basis(policies=ruling.policies, policy_hash=policy.hash)
    if ruling.allowed:
        return Allow(basis=basis)
    return Deny(basis=basis, reason=ruling.reason, needed=ruling.needed)


def verdict(decision: Decision) -> str:
    """Return a decision in a word or two: `allow`, `needs 2` (approvals), `deny`."""
    if isinstance(decision, NeedsApproval):
        return f"{NEEDS} {decision.quorum()}"
    return ALLOW if isinstance(decision, Allow) else DENY


def misfit(error: ValidationError) -> str:
    """Return the first thing that does not fit, in words: where, and why."""
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])
