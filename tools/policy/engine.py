"""What the policy set in force says of one request. Pure: the same question always has the same answer.

Cedar skips a policy whose evaluation fails, a `forbid` too. So a yes is a yes only when nothing failed.
"""

import json
from collections.abc import Iterable

import cedarpy

from memory.canonical import digest
from memory.errors import PolicyInvalid
from memory.model.catalogue import Catalogue
from memory.model.people import Principal
from memory.model.plan import Call
from memory.model.value import Digest, Value
from tools.contract import Capability
from tools.policy import entities
from tools.policy.schema import argument_types, cedar_schema

# The answers that come from no policy, under the names that stand in decisions and in the ledger.
NO_PERMIT = "no-policy-permits"
NOT_EVALUATED = "policy-evaluation-failed"


class Question(Value):
    """May this person make this call, given so many approvals by others?"""

    principal: str
    call: Call
    approvals: int = 0


class Ruling(Value):
    """What policy says: yes or no, the ids of the policies that decided, and their reasons and remedies."""

    allowed: bool
    policies: tuple[str, ...]
    reason: str = ""
    needed: str = ""


class Policy:
    """One tenant's policy set with its schema and its entities, parsed once.

    `hash` is the SHA-256 over all three, so that a decision names exactly what it rests on. Raises
    `PolicyInvalid` when the text does not parse, does not fit the schema, or holds no policy at all.
    """

    hash: Digest

    def __init__(
        self,
        text: str,
        *,
        tenant: str,
        capabilities: Iterable[Capability],
        people: Iterable[Principal],
        catalogue: Catalogue,
    ) -> None:
        capabilities = tuple(capabilities)
        schema = cedar_schema(capabilities)
        snapshot = entities.snapshot(tenant, people, catalogue)
        documents = _validated(text, schema)
        self._tenant = tenant
        self._services = frozenset(catalogue.names())
        self._types = {capability.name: argument_types(capability.arguments) for capability in capabilities}
        self._notes = {_name(key, document): document["annotations"] for key, document in documents.items()}
        self._schema = cedarpy.Schema.from_str(schema)
        self._policies = cedarpy.PolicySet.from_str(text)
        self._entities = cedarpy.Entities.from_json_str(json.dumps(snapshot), self._schema)
        self.hash = digest({"policies": documents, "schema": schema, "entities": snapshot})

    def rule(self, question: Question) -> Ruling:
        """Say whether the call is permitted with exactly so many approvals."""
        call = question.call
        service = call.arguments.get("service")
        if service is not None and service not in self._services:
            return _no(NOT_EVALUATED, f"{service} is not in the service catalogue")
        types = self._types.get(call.tool)
        if types is None or not call.arguments.keys() <= types.keys():
            return _no(NO_PERMIT, f"policy does not know the call {call.tool}")
        context = {
            "approvals": question.approvals,
            "environment": str(call.arguments.get("environment") or ""),
            "untrusted": list(call.untrusted()),
            "arguments": entities.argument_values(call.arguments, types),
        }
        resource = entities.uid("Service", self._tenant, str(service)) if service else self._estate()
        return self._ask(question.principal, call.tool, resource, context, self._entities)

    def rule_approval(self, approver: str, run: str, requester: str) -> Ruling:
        """Say whether this person may approve that run."""
        added = json.dumps([entities.run_entity(self._tenant, run, requester)])
        known = self._entities.with_added_json_str(added, self._schema)
        return self._ask(approver, "approve", entities.uid("Run", self._tenant, run), {}, known)

    def _estate(self) -> entities.Uid:
        return entities.uid("Estate", self._tenant)

    def _ask(
        self,
        principal: str,
        action: str,
        resource: entities.Uid,
        context: dict[str, object],
        known: cedarpy.Entities,
    ) -> Ruling:
        request = {
            "principal": entities.uid("User", self._tenant, principal),
            "action": {"type": "Action", "id": action},
            "resource": resource,
            "context": context,
        }
        result = cedarpy.is_authorized(request, self._policies, known, self._schema)
        if result.diagnostics.errors or result.decision is cedarpy.Decision.NoDecision:
            return _no(NOT_EVALUATED, f"policy could not be evaluated for {principal} and {action}, which is a no")
        decided = tuple(sorted(result.diagnostics.id_annotations_by_reason.values()))
        if result.decision is cedarpy.Decision.Allow:
            return Ruling(allowed=True, policies=decided)
        if not decided:
            return _no(NO_PERMIT, f"no policy permits {principal} to {action}")
        return Ruling(
            allowed=False,
            policies=decided,
            reason="; ".join(self._note(name, "reason") or f"policy {name} forbids it" for name in decided),
            needed="; ".join(filter(None, (self._note(name, "needed") for name in decided))),
        )

    def _note(self, policy: str, annotation: str) -> str:
        return str(self._notes.get(policy, {}).get(annotation, ""))


def _validated(text: str, schema: str) -> dict[str, dict[str, dict[str, str]]]:
    """Return the policies' JSON form by position, after every check; each must carry an `@id` of its own."""
    try:
        documents = json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"]
        found = cedarpy.validate_policies(text, schema)
    except ValueError as error:
        raise PolicyInvalid(f"expected Cedar policies that parse, found: {error}") from error
    if not found.validation_passed:
        raise PolicyInvalid(
            "expected policies that fit the schema, found: " + "; ".join(str(each.error) for each in found.errors)
        )
    if not documents:
        raise PolicyInvalid("expected at least one policy, found none", hint="An empty set denies everything.")
    names = [_name(key, document) for key, document in documents.items()]
    if len(set(names)) < len(names) or any("@id" in name for name in names):
        raise PolicyInvalid(f"expected every policy to carry an @id of its own, found {sorted(names)}")
    return documents  # type: ignore[no-any-return]  # JSON as Cedar prints it


def _no(policy: str, reason: str) -> Ruling:
    return Ruling(allowed=False, policies=(policy,), reason=reason)


def _name(key: str, document: dict[str, dict[str, str]]) -> str:
    return document.get("annotations", {}).get("id") or f"{key} without @id"
