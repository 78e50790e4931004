"""What somebody calls the kind of a timeline entry, as one of ours, and what it says of its part. Pure."""

from dataclasses import dataclass
from functools import cache

from agents.summaries.lexicon import Role
from agents.summaries.words import tokens
from memory.model.incident import Happening


@dataclass(frozen=True)
class Heard:
    """Our kind for it, the roles the word gives, and whether such text comes from people of the house."""

    kind: Happening
    roles: tuple[Role, ...] = ()
    trusted: bool = True


_ALERT = Heard(Happening.ALERT, trusted=False)
_OUTSIDE = Heard(Happening.NOTE, (Role.DETECTION, Role.IMPACT), trusted=False)
_DONE = Heard(Happening.EFFECT)
_COMMS = Heard(Happening.UPDATE)
_CAUSE = Heard(Happening.NOTE, (Role.CAUSE,))
_OVER = Heard(Happening.STATUS, (Role.RESOLVED,))
_ITEM = Heard(Happening.NOTE, (Role.FOLLOW_UP,))

# The first of a kind's words that stands here decides.
_WORDS: dict[str, Heard] = {
    **dict.fromkeys(("alert", "alarm", "page", "pager", "pagerduty", "monitor", "monitoring"), _ALERT),
    **dict.fromkeys(
        ("log", "logs", "trace", "webhook", "external", "untrusted"), Heard(Happening.OBSERVATION, trusted=False)
    ),
    **dict.fromkeys(("customer", "ticket", "complaint", "email", "support"), _OUTSIDE),
    **dict.fromkeys(("metric", "metrics", "signal", "graph", "measurement"), Heard(Happening.METRIC)),
    **dict.fromkeys(("deploy", "deployment", "release", "rollout", "change", "config"), Heard(Happening.DEPLOY)),
    **dict.fromkeys(("flag", "toggle"), Heard(Happening.FLAG)),
    **dict.fromkeys(
        (
            *("action", "mitigation", "command", "fix", "remediation", "effect", "rollback", "response"),
            *("containment", "eradication", "workaround"),
        ),
        _DONE,
    ),
    **dict.fromkeys(("hypothesis", "theory", "suspicion", "suspect"), Heard(Happening.HYPOTHESIS)),
    **dict.fromkeys(("decision",), Heard(Happening.DECISION)),
    **dict.fromkeys(("approval",), Heard(Happening.APPROVAL)),
    **dict.fromkeys(("proposal", "plan"), Heard(Happening.PROPOSAL)),
    **dict.fromkeys(
        ("update", "comms", "communication", "communications", "statuspage", "announcement", "escalation"), _COMMS
    ),
    **dict.fromkeys(("severity", "sev", "priority"), Heard(Happening.SEVERITY)),
    **dict.fromkeys(("resolution", "resolved", "resolve", "closed", "close", "closure", "end"), _OVER),
    **dict.fromkeys(
        ("recovery", "recovered", "restored", "mitigated"), Heard(Happening.STATUS, (Role.BETTER, Role.MITIGATED))
    ),
    **dict.fromkeys(("declared", "declaration", "declare"), Heard(Happening.STATUS, (Role.DECLARED,))),
    **dict.fromkeys(("status", "state"), Heard(Happening.STATUS)),
    **dict.fromkeys(("role", "duty", "assignment", "handover", "handoff"), Heard(Happening.DUTY)),
    **dict.fromkeys(("correction",), Heard(Happening.CORRECTION)),
    **dict.fromkeys(("impact", "symptom"), Heard(Happening.NOTE, (Role.IMPACT,))),
    **dict.fromkeys(("detection", "detected", "report"), Heard(Happening.NOTE, (Role.DETECTION,))),
    **dict.fromkeys(("cause", "diagnosis"), _CAUSE),
    **dict.fromkeys(("followup", "follow", "todo", "item", "postmortem", "retrospective"), _ITEM),
    **dict.fromkeys(("question",), Heard(Happening.MESSAGE, (Role.QUESTION,))),
    **dict.fromkeys(
        (
            *("observation", "finding", "investigation", "diagnostic", "evidence"),
            *("analysis", "triage", "verification", "validation", "check"),
        ),
        Heard(Happening.OBSERVATION),
    ),
    **dict.fromkeys(("message", "chat", "slack", "comment"), Heard(Happening.MESSAGE)),
}
_PHRASES = {
    "action item": _ITEM,
    "root cause": _CAUSE,
    "status page": _COMMS,
    "status update": _COMMS,
    "customer update": _COMMS,
    "customer communication": _COMMS,
    "slack alert": _ALERT,
    "support ticket": _OUTSIDE,
    "user report": _OUTSIDE,
    "config change": _WORDS["config"],
    "flag change": _WORDS["flag"],
    "feature flag": _WORDS["flag"],
    "incident declared": _WORDS["declared"],
}


@cache
def heard(kind: str) -> Heard:
    """Return what a kind means; a word nobody knows is a note."""
    found = tokens(kind)
    phrase = " ".join(found)
    for known, meant in _PHRASES.items():
        if known in phrase:
            return meant
    return next((_WORDS[word] for word in found if word in _WORDS), Heard(Happening.NOTE))
