"""Why policy said no, and what would be needed, in the words its policies carry as annotations. Pure."""

from collections.abc import Iterable

from memory.model.people import Principal
from tools.policy.document import Document
from tools.policy.entities import held, uid
from tools.policy.question import Ruling
from tools.policy.refusals import NO_PERMIT, no


def forbidden(decided: Iterable[Document]) -> Ruling:
    """Return the no of these policies, each of which forbids."""
    found = sorted(decided, key=lambda each: each.name)
    return Ruling(
        allowed=False,
        policies=tuple(each.name for each in found),
        reason="; ".join(each.note("reason") or f"policy {each.name} forbids it" for each in found),
        needed="; ".join(filter(None, (each.note("needed") for each in found))),
        final=not all(each.counts_approvals for each in found),
    )


def unpermitted(documents: Iterable[Document], person: Principal, action: str, groups: frozenset[str]) -> Ruling:
    """Return the no to what no policy permits, with what those ask for that permit it to others."""
    permits = [each for each in documents if each.permits and each.covers(groups)]
    mine = [each for each in permits if each.concerns(standing(person))]
    asked = dict.fromkeys(each.note("needed") or f"what policy {each.name} asks for" for each in mine or permits)
    return no(
        NO_PERMIT,
        f"no policy permits {person.id} to {action}",
        "; or ".join(asked) or f"a policy that permits {action}: there is none",
        final=not any(each.counts_approvals for each in mine),
    )


def standing(person: Principal) -> frozenset[str]:
    """Return the ids of a person and of the roles they hold, as policies name them."""
    return frozenset({uid("User", person.tenant, person.id)["id"], *(role.value for role in held(person.roles))})
