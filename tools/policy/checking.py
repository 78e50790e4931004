"""Whether policies may be relied on: they parse, fit the schema, and decide as their golden set says. Pure."""

from collections.abc import Iterator

from memory.errors import InvalidInput, PolicyInvalid
from memory.model.decision import Decision
from memory.model.value import Value
from tools.policy.engine import Policy
from tools.policy.facts import Facts
from tools.policy.golden import Expected, Golden, parse_golden
from tools.policy.request import decided, verdict
from tools.policy.source import Library, Source, unparsed


class Problem(Value):
    """Something wrong, and where: `file:line`, or the file."""

    place: str
    found: str


class Report(Value):
    """What a check looked at and what it found. `hash` is empty where there is no policy to be hashed."""

    policies: int = 0
    decisions: int = 0
    hash: str = ""
    problems: tuple[Problem, ...] = ()

    def ok(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.problems


def check(library: Library, facts: Facts) -> Report:
    """Look at everything and say what is wrong; what does not parse is all that is said about it."""
    broken = tuple(
        Problem(place=each.place, found=said) for source in library.policies for each, said in unparsed(source)
    )
    if broken:
        return Report(problems=broken)
    try:
        policy = Policy(library.text(), facts)
    except PolicyInvalid as error:
        return Report(problems=tuple(_unfit(library, facts, error)))
    count = 0
    problems: list[Problem] = []
    for source in library.decisions:
        try:
            golden = parse_golden(source)
            problems += disagreements(library, facts, source, golden)
            count += len(golden.decisions)
        except (InvalidInput, PolicyInvalid) as error:
            problems.append(_unreadable(source, error.message))
    return Report(policies=len(policy.documents()), decisions=count, hash=policy.hash, problems=tuple(problems))


def disagreements(library: Library, facts: Facts, source: Source, golden: Golden) -> Iterator[Problem]:
    """Yield where these policies decide differently than the golden decisions say.

    Raises `InvalidInput` or `PolicyInvalid` for a world that cannot be.
    """
    policy = Policy(library.text(), golden.world.facts(facts) if golden.world else facts)
    for expected, line in zip(golden.decisions, golden.lines, strict=True):
        found = decided(policy, expected, golden.at)
        if verdict(found) != expected.expect or not set(expected.by) <= set(found.basis.policies):
            yield Problem(place=f"{source.name}:{line}", found=_difference(expected, found))


def _difference(expected: Expected, found: Decision) -> str:
    wish = expected.what() + (f" what {expected.approves} asked for" if expected.approves else "")
    wanted = f"{expected.expect} by {', '.join(expected.by)}" if expected.by else expected.expect
    because = f" ({expected.because})" if expected.because else ""
    decided_by = ", ".join(found.basis.policies)
    return f"{expected.principal}, {wish}: expected {wanted}{because}, found {verdict(found)} by {decided_by}"


def _unreadable(source: Source, said: str) -> Problem:
    """Return what is wrong with a file of decisions, whose place its own errors begin with."""
    place, colon, found = said.partition(": ")
    return (
        Problem(place=place, found=found)
        if place.startswith(source.name) and colon
        else Problem(place=source.name, found=said)
    )


def _unfit(library: Library, facts: Facts, error: PolicyInvalid) -> Iterator[Problem]:
    """Yield what is wrong with each policy on its own, else what is wrong with all of them together."""
    alone = False
    for each in library.every():
        try:
            Policy(each.text, facts)
        except PolicyInvalid as fault:
            alone = True
            yield Problem(place=each.place, found=fault.message)
    if not alone:
        yield Problem(place=", ".join(source.name for source in library.policies), found=error.message)
