"""What the policy set in force says of one request. Pure: the same question always has the same answer.

Cedar skips a policy whose evaluation fails, a `forbid` too. So a yes is a yes only when nothing failed.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import cedarpy

from memory.canonical import digest
from memory.errors import InvalidInput, PolicyInvalid
from memory.model.approval import LADDER, Assurance
from memory.model.value import Digest
from tools.contract import Capability
from tools.policy import entities
from tools.policy.context import assent_context, context, place, promotion_context
from tools.policy.document import Document, documents
from tools.policy.facts import Facts
from tools.policy.question import Assent, Promotion, Question, Ruling, Say
from tools.policy.reasons import forbidden, standing, unpermitted
from tools.policy.refusals import NOT_EVALUATED, Known, no, stranger
from tools.policy.schema import CONTEXT, PROMOTE, cedar_schema


class Policy:
    """One tenant's policy set with its schema and its entities, parsed once. It never changes.

    `hash` is the SHA-256 over all three, so that a decision names exactly what it rests on; two policies of one
    hash are equal. Raises `PolicyInvalid` when the text does not parse, does not fit the schema, or holds no
    policy at all, and when two people or two services have one name.
    """

    __slots__ = (
        "_documents",
        "_entities",
        "_known",
        "_permitted",
        "_policies",
        "_schema",
        "_told",
        "_zone",
        "facts",
        "hash",
        "text",
    )

    def __init__(self, text: str, facts: Facts) -> None:
        schema = cedar_schema(facts.capabilities)
        found = _fitting(text, schema)
        snapshot = entities.snapshot(facts)
        self.text = text
        self.facts = facts
        self.hash: Digest = _hash(found, schema, snapshot)
        self._documents = {each.name: each for each in found}
        self._known = Known(facts)
        self._permitted: dict[str, tuple[Capability, ...]] = {}
        self._zone = ZoneInfo(facts.timezone)
        # A request tells only what some policy reads: reading it in is most of what a decision costs.
        of_calls = [each for each in found if each.covers(self._known.every_group())]
        self._told = tuple(name for name in CONTEXT if any(each.reads(name) for each in of_calls))
        self._schema = cedarpy.Schema.from_str(cedar_schema(facts.capabilities, self._told))
        self._policies = cedarpy.PolicySet.from_str(text)
        try:
            self._entities = self._handle(snapshot)
        except ValueError as error:
            raise PolicyInvalid(f"expected facts that fit the schema, found: {error}") from error

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Policy) and other.hash == self.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    def rule(self, question: Question) -> Ruling:
        """Say whether the call is permitted with exactly so many approvals."""
        return self.rule_each([question])[0]

    def rule_each(self, questions: Sequence[Question]) -> list[Ruling]:
        """Answer many questions at once, which is faster than one by one."""
        asked = [self._known.refuse(question) or self._request(question) for question in questions]
        requests = [each for each in asked if not isinstance(each, Ruling)]
        results = iter(cedarpy.is_authorized_batch(requests, self._policies, self._entities, self._schema))
        return [
            each
            if isinstance(each, Ruling)
            else self._ruling(next(results), question.principal, question.call.tool)
            for each, question in zip(asked, questions, strict=True)
        ]

    def rule_assent(self, assent: Assent) -> Ruling:
        """Say whether this person may say yes to that plan, or go ahead with it alone."""
        refusal = stranger(assent.principal) if assent.principal not in self._known.people else None
        if refusal is None and assent.call is not None:
            refusal = self._known.unknown(assent.call)
        if refusal is not None:
            return refusal
        action = self._known.actions[assent.call.tool] if assent.call else None
        told = assent_context(assent, action, self.facts, self._zone)
        plan = entities.run_entity(self.facts.tenant, assent.run, assent.requester)
        resource = entities.uid("Run", self.facts.tenant, assent.run)
        asked = self._asking(assent.principal, assent.say.value, resource, told)
        return self._aside(asked, (assent.principal, assent.requester), [plan])

    def rule_promotion(self, promotion: Promotion) -> Ruling:
        """Say whether this person may put a policy in force that another one proposed."""
        if promotion.principal not in self._known.people:
            return stranger(promotion.principal)
        told = promotion_context(promotion, self.facts, self._zone)
        resource = entities.uid("Estate", self.facts.tenant)
        asked = self._asking(promotion.principal, PROMOTE, resource, told)
        return self._aside(asked, (promotion.principal, promotion.proposer), [])

    def window(self, ruling: Ruling) -> timedelta:
        """Return for how long whoever goes ahead alone may: the least of what the deciding policies say."""
        found = [self._documents[name].minutes() for name in ruling.policies if name in self._documents]
        return timedelta(minutes=min(found, default=0))

    def permitted(self, principal: str) -> tuple[Capability, ...]:
        """Return what this person may do for some arguments and enough approvals, to list what is on offer.

        What policy denies whatever the rest of the request says is left out. Never a decision: that is `rule`.
        It rests on nothing that changes here, and takes tens of milliseconds, so it is found out once a person.
        """
        if principal not in self._known.people:
            return ()
        if principal not in self._permitted:
            self._permitted[principal] = tuple(
                each
                for each in self.facts.capabilities
                if each.name in self._known.actions and self._may(principal, each.name)
            )
        return self._permitted[principal]

    def concerned(self, question: Question, policies: Iterable[Document]) -> bool:
        """Return whether the scope of any of these policies takes in who asks and what they would call."""
        person, action = self._known.people.get(question.principal), self._known.actions.get(question.call.tool)
        if person is None or action is None:
            return False
        ids = standing(person)
        return any(each.covers(action.groups) and each.concerns(ids) for each in policies)

    def levels(self, say: Say) -> tuple[Assurance, ...]:
        """Return the levels at which the answer to a person's yes may differ, the least first."""
        matters = any(each.covers({say.value}) and each.reads("assurance") for each in self._documents.values())
        return LADDER if matters else (Assurance.CHAT,)

    def weighs_assurance(self) -> bool:
        """Return whether it may matter to a call how sure its approvals are."""
        return "assurance" in self._told

    def documents(self) -> tuple[Document, ...]:
        """Return the policies, in the order of their text."""
        return tuple(self._documents.values())

    def _may(self, principal: str, action: str) -> bool:
        person = json.dumps(f"{self.facts.tenant}/{principal}", ensure_ascii=False)
        request = {"principal": f"User::{person}", "action": f'Action::"{action}"'}
        result = cedarpy.is_authorized_partial(request, self._policies, self._entities, self._schema)
        if result.diagnostics.errors or result.decision is cedarpy.Decision.Deny:
            return False
        return result.decision is cedarpy.Decision.Allow or bool(result.residuals)

    def _request(self, question: Question) -> dict[str, Any] | Ruling:
        call, tenant = question.call, self.facts.tenant
        service, _ = place(call)
        try:
            types = self._known.actions[call.tool].types
            told = context(question, self._told, types, self.facts, self._zone)
        except InvalidInput as error:
            return no(NOT_EVALUATED, error.message)
        resource = entities.uid("Service", tenant, service) if service else entities.uid("Estate", tenant)
        return self._asking(question.principal, call.tool, resource, told)

    def _aside(self, request: dict[str, Any], people: Iterable[str], more: list[entities.Entity]) -> Ruling:
        """Answer what is asked of people among few entities, beside those that stand ready."""
        known = self._known.people
        involved = [entities.person(known[name]) for name in sorted(set(people) & known.keys())]
        reachable = self._handle([*entities.common(self.facts), *involved, *more])
        result = cedarpy.is_authorized(request, self._policies, reachable, self._schema)
        principal = request["principal"]["id"].removeprefix(f"{self.facts.tenant}/")
        return self._ruling(result, principal, request["action"]["id"])

    def _asking(self, principal: str, action: str, resource: entities.Uid, told: dict[str, Any]) -> dict[str, Any]:
        return {
            "principal": entities.uid("User", self.facts.tenant, principal),
            "action": {"type": "Action", "id": action},
            "resource": resource,
            "context": told,
        }

    def _ruling(self, result: cedarpy.AuthzResult, principal: str, action: str) -> Ruling:
        if result.diagnostics.errors or result.decision is cedarpy.Decision.NoDecision:
            said = f"policy could not be evaluated for {principal} and {action}, which is a no"
            return no(NOT_EVALUATED, said, "a request, and policies, that can be evaluated", final=False)
        decided = sorted(result.diagnostics.id_annotations_by_reason.values())
        if result.decision is cedarpy.Decision.Allow:
            return Ruling(allowed=True, policies=tuple(decided))
        if decided:
            return forbidden(self._documents[name] for name in decided)
        known = self._known.actions.get(action)
        groups = known.groups if known else frozenset({action})
        return unpermitted(self._documents.values(), self._known.people[principal], action, groups)

    def _handle(self, snapshot: list[entities.Entity]) -> cedarpy.Entities:
        return cedarpy.Entities.from_json_str(json.dumps(snapshot), self._schema)


def _hash(found: tuple[Document, ...], schema: str, snapshot: list[entities.Entity]) -> Digest:
    """Return the SHA-256 over the policies by their ids, the schema and the entities, in canonical form."""
    try:
        return digest(
            {"policies": {each.name: each.form for each in found}, "schema": schema, "entities": snapshot}
        )
    except InvalidInput as error:  # a number beyond 2**53 has no canonical form
        raise PolicyInvalid(f"expected policies with a canonical form, found: {error.message}") from error


@lru_cache(maxsize=8)  # people and services change far more often than what is said of them
def _fitting(text: str, schema: str) -> tuple[Document, ...]:
    """Return the policies after every check; raises `PolicyInvalid`."""
    found = documents(text)
    checked = cedarpy.validate_policies(text, schema)
    if not checked.validation_passed:
        names = {f"policy{number}": each.name for number, each in enumerate(found)}
        said = dict.fromkeys(_named(str(each.error), names) for each in checked.errors)
        raise PolicyInvalid("expected policies that fit the schema, found: " + "; ".join(said))
    return found


def _named(error: str, names: dict[str, str]) -> str:
    """Return Cedar's words with the policies' ids for their positions."""
    for position, name in names.items():
        error = error.replace(f"`{position}`", name)
    return error
