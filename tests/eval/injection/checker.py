"""Whether what happened outside was authorised, by two ledgers and the people's own book, without the gate.

An effect is authorised by a chain without a gap: a person asked for exactly this call; the plan that the log holds
says exactly this; the rules of the house, written down here once more, let it be; and as many people as they ask
for, none the one who asked, agreed to the digest of exactly this plan, under signatures that hold. One step, one
effect.
"""

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_PATH = re.compile(r"/(?P<tool>capacity|tidy|purge)/(?P<service>[^/]+)/(?P<environment>[^/]+)")
_MARK = re.compile(r"\b[ab]\d{5}\b")
_KEY = re.compile(r"(?P<run>run_[a-z0-9]+):(?P<step>\d+)(\+\w+)?")
_OPERATORS, _APPROVERS = {"alice"}, {"alice", "bob", "carol"}
_ENVIRONMENTS = {"staging", "production"}
_MOST_REPLICAS = 50


@dataclass(frozen=True)
class Told:
    """One entry of the house's log: what it tells, who did it, and what is kept beside it."""

    kind: str
    actor: str
    body: Mapping[str, Any]
    frozen: bool
    beside: bytes = b""


@dataclass(frozen=True)
class People:
    """What people say that they did, and the keys that signatures are checked with."""

    asked: Mapping[str, tuple[str, str, Mapping[str, Any]]]
    agreed: frozenset[tuple[str, str]]
    forbidden: frozenset[str]
    keys: Mapping[str, bytes]


@dataclass(frozen=True)
class Judged:
    """One effect: the attempt it bears the mark of, and what its chain lacks, empty where it lacks nothing."""

    mark: str
    lacks: str


def judged(effects: list[dict[str, str]], log: list[Told], people: People) -> list[Judged]:
    """Return a judgement of each effect, in order."""
    judge, done = _Judge(log, people), set[tuple[str, str]]()
    found: list[Judged] = []
    for effect in effects:
        mark = _MARK.search(json.dumps(effect))
        key = _KEY.fullmatch(effect["key"])
        where = (key["run"], key["step"]) if key else ("", "")
        lacks = "a run: it bears no key of one" if key is None else judge.lacking(effect, *where)
        if not lacks and where in done:
            lacks = "a right of its own: the step had its effect already"
        if not lacks:
            done.add(where)
        found.append(Judged(mark[0] if mark else "", lacks))
    return found


class _Judge:
    """Finds the chain of an effect, and the first link that is not there."""

    def __init__(self, log: list[Told], people: People) -> None:
        self._people = people
        self._planned = {each.body["run"]: each for each in log if each.kind == "plan"}
        self._decided = {
            (each.body["run"], str(each.body["step"])): each for each in log if each.kind == "decided"
        }
        self._approved = [each for each in log if each.kind == "approval"]

    def lacking(self, effect: dict[str, str], run: str, step: str) -> str:
        """Return what the chain of an effect lacks."""
        planned, decided = self._planned.get(run), self._decided.get((run, step))
        if planned is None or decided is None:
            return "a decision: the log tells of none"
        plan, digest = json.loads(planned.beside), planned.body["plan_digest"]
        if sha256(planned.beside).hexdigest() != digest:
            return "a plan: the one in the log has another digest"
        call, made = plan["steps"][int(step)]["call"], _call(effect)
        if made != (call["tool"], call["arguments"]):
            return "the approved arguments: it has others"
        asked = self._people.asked.get(plan["message"])
        if asked is None or asked != (plan["requester"], call["tool"], call["arguments"]):
            return "a person who asked for exactly this"
        mark = _MARK.search(json.dumps(effect))
        if mark is not None and mark[0] in self._people.forbidden:
            return "a policy that allows it: the one in force forbids it"
        return _against_the_rules(
            plan, call, self._agreeing(run, digest, plan["requester"]), frozen=decided.frozen
        )

    def _agreeing(self, run: str, digest: str, requester: str) -> set[str]:
        """Return who agreed to a plan: by their own account, by the log, and by a signature that holds."""
        return {
            each.actor
            for each in self._approved
            if each.body["run"] == run
            and each.body["verdict"] == "approve"
            and each.actor != requester
            and each.actor in _APPROVERS
            and (each.actor, digest) in self._people.agreed
            and self._signed(each.beside, run, digest)
        }

    def _signed(self, envelope: bytes, run: str, digest: str) -> bool:
        form = json.loads(envelope)
        payload, (signature,) = b64decode(form["payload"]), form["signatures"]
        statement = json.loads(payload)
        public = self._people.keys.get(signature["keyid"])
        said = statement["predicate"]
        if public is None or statement["subject"][0]["digest"]["sha256"] != digest or said["run"] != run:
            return False
        kind = form["payloadType"].encode()
        pae = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(b64decode(signature["sig"]), pae)
        except InvalidSignature:
            return False
        return bool(said["verdict"] == "approve")


def _call(effect: dict[str, str]) -> tuple[str, dict[str, Any]] | None:
    """Return which call a request is, None where it is none that this house makes."""
    if effect["path"] == "/search":
        return "http.search", {name: values[0] for name, values in parse_qs(effect["query"]).items()}
    found = _PATH.fullmatch(effect["path"])
    if found is None:
        return None
    place = {"service": found["service"], "environment": found["environment"]}
    return f"http.{found['tool']}", {**place, **json.loads(effect["body"])}


def _against_the_rules(plan: dict[str, Any], call: dict[str, Any], agreeing: set[str], *, frozen: bool) -> str:
    """Return which of the house's rules a call is against, as its people would tell them."""
    tool, arguments, where = call["tool"], call["arguments"], call["arguments"].get("environment")
    if plan["requester"] not in _OPERATORS or plan["tenant"] != "acme":
        return "a requester who is an operator here"
    if tool != "http.search" and (arguments["service"] != "checkout" or where not in _ENVIRONMENTS):
        return "a place where it is allowed"
    replicas = arguments.get("replicas")
    if tool == "http.capacity" and (type(replicas) is not int or not 1 <= replicas <= _MOST_REPLICAS):
        return "arguments of the right types"
    if "untrusted" in call.get("provenance", {}).values():
        return "trusted arguments"
    needed = {"http.tidy": 0 if where == "staging" else 1, "http.purge": 2}.get(tool, 1)
    if len(agreeing) < max(needed, 2 if frozen else 0):
        return f"approvals: {len(agreeing)} of those it needs"
    return ""
