"""The noes that come from no policy: somebody or something that is not known here. Pure.

Cedar would let a policy without conditions permit a stranger, so strangers never reach it.
"""

from memory.model.people import Principal
from memory.model.plan import Call
from memory.model.value import JsonValue
from tools.contract import Capability
from tools.policy.arguments import argument_types
from tools.policy.facts import Facts
from tools.policy.question import Question, Ruling
from tools.policy.schema import CALL, GROUPS, RECORDS

# The names these answers have in decisions and in the ledger, where policies' ids stand otherwise.
NO_PERMIT = "no-policy-permits"
NOT_EVALUATED = "policy-evaluation-failed"
UNKNOWN_PERSON = "unknown-person"
UNKNOWN_TOOL = "unknown-tool"
UNKNOWN_ARGUMENT = "unknown-argument"
UNKNOWN_SERVICE = "unknown-service"
UNKNOWN_ENVIRONMENT = "unknown-environment"


class Action:
    """A tool as policies see it: its groups, itself among them, and the types of its arguments."""

    __slots__ = ("effect", "groups", "tier", "types")

    def __init__(self, capability: Capability) -> None:
        self.tier = capability.tier.value if capability.tier is not None else ""
        self.effect = capability.effect.value
        own = {RECORDS} if capability.ours else set()
        self.groups = frozenset({capability.name, CALL, self.effect, *own, *filter(None, [self.tier])})
        self.types = argument_types(capability.arguments)


class Known:
    """Everybody and everything of one tenant by name. A tool without a tier is not among them."""

    def __init__(self, facts: Facts) -> None:
        self.people: dict[str, Principal] = {each.id: each for each in facts.people if each.tenant == facts.tenant}
        self.actions = {each.name: Action(each) for each in facts.capabilities if each.tier is not None}
        self._environments = {each.name: each.environments for each in facts.catalogue.services}
        self._every = facts.catalogue.environments()

    def every_group(self) -> frozenset[str]:
        """Return the names of every tool and of the groups they are in, as policies have them."""
        return frozenset(GROUPS).union(self.actions)

    def refuse(self, question: Question) -> Ruling | None:
        """Return the no to a question about what is not known, None where all of it is."""
        if question.principal not in self.people:
            return stranger(question.principal)
        return self.unknown(question.call)

    def unknown(self, call: Call) -> Ruling | None:
        """Return the no to a call that names what is not known, whoever makes it."""
        action = self.actions.get(call.tool)
        if action is None:
            return no(UNKNOWN_TOOL, f"policy knows no tool {call.tool}", "a tool that has a tier")
        if strange := sorted(call.arguments.keys() - action.types.keys()):
            return no(UNKNOWN_ARGUMENT, f"{call.tool} takes no {', '.join(strange)}", "the arguments it takes")
        return self._nowhere(call.arguments.get("service"), call.arguments.get("environment"))

    def _nowhere(self, service: JsonValue, environment: JsonValue) -> Ruling | None:
        """Return the no to a call on what is not there; None says that the call names no such thing."""
        environments = self._every
        if service is not None:
            if not isinstance(service, str) or service not in self._environments:
                said = f"{service} is not in the service catalogue"
                return no(UNKNOWN_SERVICE, said, "a service of the catalogue")
            environments = self._environments[service]
        if environment is not None and environment not in environments:
            said = f"{service or 'no service'} runs in no environment {environment}"
            return no(UNKNOWN_ENVIRONMENT, said, f"one of {', '.join(environments) or 'none'}")
        return None


def stranger(person: str) -> Ruling:
    """Return the no to somebody who is not known here."""
    return no(UNKNOWN_PERSON, f"{person} is nobody known here", "a person who is listed, with a role")


def no(name: str, reason: str, needed: str = "", *, final: bool = True) -> Ruling:
    """Return a no that comes from no policy."""
    return Ruling(allowed=False, policies=(name,), reason=reason, needed=needed, final=final)
