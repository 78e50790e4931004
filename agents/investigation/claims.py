"""A ranking as claims: what speaks for each suspect and against it, and what cannot be known. Pure.

A claim is validated when numbers or records of the situation show it by themselves, and each such claim cites
them. What only follows from them, or what they are silent about, is told as not validated.
"""

from collections.abc import Iterator
from datetime import timedelta

from agents.investigation.deviation import CLEAR, Deviation
from agents.investigation.ranking import Ranking, Verdict
from agents.investigation.situation import SUFFERED, Change, Measure, Normal, Situation
from agents.investigation.suspects import LONGEST_FUSE_S, Kind, Suspicion
from agents.units import length, quantity
from memory.model.value import Value

MINUTE = timedelta(minutes=1)
SOME = 0.1  # of a share, from which it is worth telling
UNITS = {
    Measure.LATENCY: "s",
    Measure.FAILURES: "ratio",
    Measure.TRAFFIC: "calls",
    Measure.SATURATION: "",
}
SAYS = {
    Measure.LATENCY: "latency",
    Measure.FAILURES: "share of failed calls",
    Measure.TRAFFIC: "traffic",
    Measure.SATURATION: "saturation",
}
ADDED = {Measure.LATENCY: "the waiting added", Measure.FAILURES: "the calls that began to fail"}


class Fact(Value):
    """One measure of one node: what it was, what it was while the symptom was bad, since when it stood out."""

    id: str
    node: str
    measure: Measure
    before: float
    during: float | None
    unit: str
    noise_units: float
    since: float | None = None  # unix seconds


class Claim(Value):
    """A sentence without its full stop, and the ids of what it rests on."""

    text: str
    evidence: tuple[str, ...] = ()
    validated: bool = True


class Hypothesis(Value):
    """A possible cause: where, of what kind, how likely, and what speaks for it and against it."""

    rank: int
    node: str
    kind: Kind
    change: str = ""
    confidence: float
    share: float
    speaks_for: tuple[Claim, ...] = ()
    speaks_against: tuple[Claim, ...] = ()
    path: tuple[str, ...] = ()


class Report(Value):
    """What an investigation found. Where nothing is wrong `hypotheses` is empty, and `considered` has them.

    `cause` is the first hypothesis' node where the verdict is that it was found, and `ranking` the nodes of all.
    """

    verdict: Verdict
    says: str
    cause: str = ""
    ranking: tuple[str, ...] = ()
    symptom: Fact | None = None
    hypotheses: tuple[Hypothesis, ...] = ()
    considered: tuple[Hypothesis, ...] = ()
    turned_first: tuple[Fact, ...] = ()
    facts: tuple[Fact, ...] = ()
    not_validated: tuple[Claim, ...] = ()
    missing: tuple[str, ...] = ()
    normal: Normal


def reported(situation: Situation, ranking: Ranking) -> Report:
    """Return what a ranking says, with every claim it rests on."""
    return _Teller(situation, ranking).report()


class _Teller:
    def __init__(self, situation: Situation, ranking: Ranking) -> None:
        self._situation = situation
        self._ranking = ranking
        self._facts = {key: self._fact(*key, found) for key, found in sorted(ranking.deviations.items())}

    def report(self) -> Report:
        ranking = self._ranking
        sure = ranking.confidences or (0.0,) * len(ranking.suspicions)
        told = tuple(
            self._hypothesis(number, each, likely)
            for number, (each, likely) in enumerate(zip(ranking.suspicions, sure, strict=True), start=1)
        )
        nothing = ranking.verdict in {Verdict.NOTHING, Verdict.UNKNOWN}
        symptom = self._symptom()
        return Report(
            verdict=ranking.verdict,
            says=self._says(symptom, told),
            cause=told[0].node if ranking.verdict is Verdict.FOUND else "",
            ranking=() if nothing else tuple(each.node for each in told),
            symptom=symptom,
            hypotheses=() if nothing else told,
            considered=told if nothing else (),
            turned_first=self._first(),
            facts=self._told(told),
            not_validated=tuple(self._not_validated()),
            missing=self._situation.missing,
            normal=self._situation.normal,
        )

    def _told(self, hypotheses: tuple[Hypothesis, ...]) -> tuple[Fact, ...]:
        """Return what stands out, what is explained, and whatever is cited."""
        cited = {
            source
            for each in hypotheses
            for claim in (*each.speaks_for, *each.speaks_against)
            for source in claim.evidence
        }
        symptom = self._symptom()
        return tuple(
            fact
            for fact in self._facts.values()
            if fact == symptom or fact.noise_units >= CLEAR or fact.id in cited
        )

    def _fact(self, node: str, measure: Measure, found: Deviation) -> Fact:
        weights = self._ranking.symptom.weights if self._ranking.symptom is not None else ()
        return Fact(
            id=self._situation.source(node, measure),
            node=node,
            measure=measure,
            before=found.level,
            during=found.weighted(weights) if weights else None,
            unit=UNITS[measure],
            noise_units=round(found.peak, 1),
            since=(self._ranking.onsets or {}).get((node, measure)),
        )

    def _symptom(self) -> Fact | None:
        symptom = self._ranking.symptom
        return self._facts[symptom.node, symptom.measure] if symptom is not None else None

    def _says(self, symptom: Fact | None, told: tuple[Hypothesis, ...]) -> str:
        match self._ranking.verdict:
            case Verdict.UNKNOWN:
                return "Too little was measured to say anything."
            case Verdict.NOTHING:
                seen = f": {_stood(symptom)}" if symptom is not None else ""
                return f"Nothing stands out from what is normal{seen}."
            case Verdict.FOUND:
                return f"{told[0].node} is the likeliest cause ({quantity(told[0].confidence, 'ratio')})."
            case Verdict.UNCLEAR:
                names = " or ".join(each.node for each in told[:2])
                return f"Something is wrong, and no single cause stands out; most likely {names}."

    def _first(self) -> tuple[Fact, ...]:
        turned = [fact for fact in self._facts.values() if fact.since is not None]
        return tuple(sorted(turned, key=lambda fact: (fact.since or 0.0, -fact.noise_units))[:5])

    def _hypothesis(self, rank: int, suspect: Suspicion, likely: float) -> Hypothesis:
        paths = self._ranking.blame.paths if self._ranking.blame is not None else {}
        return Hypothesis(
            rank=rank,
            node=suspect.node,
            kind=suspect.kind,
            change=suspect.change.id if suspect.change is not None else "",
            confidence=round(likely, 3),
            share=round(suspect.blame, 3),
            speaks_for=tuple(self._for(suspect)),
            speaks_against=tuple(self._against(suspect)),
            path=paths.get(suspect.node, ()),
        )

    def _for(self, suspect: Suspicion) -> Iterator[Claim]:
        symptom = self._symptom()
        if symptom is not None and suspect.blame >= SOME and self._situation.calls:
            part = quantity(suspect.blame, "ratio")
            text = f"{part} of {ADDED[symptom.measure]} at {symptom.node} arises in {suspect.node}"
            own = tuple(fact.id for fact in self._own(suspect) if fact.measure is symptom.measure)
            evidence = tuple(dict.fromkeys((symptom.id, *own)))
            yield Claim(text=f"{text}: nothing it calls accounts for it", evidence=evidence)
        yield from (_moved(fact) for fact in self._own(suspect) if fact.noise_units >= CLEAR)
        if suspect.change is not None:
            yield Claim(text=self._came(suspect.change), evidence=tuple(filter(None, (suspect.change.id,))))
        if suspect.surge > 1.0:
            text = f"its traffic was {suspect.surge:.1f} times the usual, and nothing on the way to it had more"
            yield Claim(text=text, evidence=(self._situation.source(suspect.node, Measure.TRAFFIC),))
        if suspect.silent:
            text = "it took no calls while its callers went on"
            yield Claim(text=text, evidence=(self._situation.source(suspect.node, Measure.TRAFFIC),))
        if suspect.short_of:
            source = self._situation.source(suspect.node, Measure.SATURATION)
            yield Claim(text="it was short of what it needs", evidence=(source,))

    def _against(self, suspect: Suspicion) -> Iterator[Claim]:
        own = self._own(suspect)
        if own and suspect.surge == 1.0 and not suspect.silent and all(fact.noise_units < CLEAR for fact in own):
            yield Claim(text="its own numbers stay within their noise", evidence=tuple(fact.id for fact in own))
        if suspect.late_s > 0:
            text = f"it turned {length(timedelta(seconds=suspect.late_s))} after the symptom"
            yield Claim(text=text, evidence=tuple(fact.id for fact in own if fact.since is not None))
        for name in self._situation.callees.get(suspect.node, ()):
            share = self._ranking.blame.shares.get(name, 0.0) if self._ranking.blame is not None else 0.0
            moved = [fact for fact in self._facts_of(name) if fact.noise_units >= CLEAR]
            if share >= SOME and moved:
                text = f"{name}, which it calls, moved as well and accounts for {quantity(share, 'ratio')}"
                yield Claim(text=text, evidence=tuple(fact.id for fact in moved))
        if self._situation.changes and suspect.change is None and suspect.kind is Kind.NODE:
            span = length(timedelta(seconds=LONGEST_FUSE_S))
            yield Claim(text=f"no change of it is known in the {span} before", validated=False)

    def _own(self, suspect: Suspicion) -> tuple[Fact, ...]:
        return tuple(fact for fact in self._facts_of(suspect.node) if fact.measure in SUFFERED)

    def _facts_of(self, node: str) -> tuple[Fact, ...]:
        return tuple(fact for (name, _), fact in self._facts.items() if name == node)

    def _came(self, change: Change) -> str:
        name = change.what or f"a change ({change.kind})"
        symptom = self._symptom()
        if symptom is None or symptom.since is None:
            return f"{name} was changed there"
        lead = timedelta(seconds=symptom.since - change.at)
        if abs(lead) < MINUTE:
            return f"{name} came within a minute of the symptom"
        return f"{name} came {length(lead)} {'before' if lead > MINUTE else 'after'} the symptom"

    def _not_validated(self) -> Iterator[Claim]:
        ranking, situation = self._ranking, self._situation
        if situation.normal is Normal.BORROWED:
            yield Claim(text="What is normal was measured under other traffic", validated=False)
        if situation.normal is Normal.NONE:
            text = "What is normal is taken from the calmer half of the window itself: a fault that fills it all"
            yield Claim(text=f"{text} would look smaller than it is", validated=False)
        if ranking.verdict in {Verdict.NOTHING, Verdict.UNKNOWN} or not ranking.suspicions:
            return
        if not situation.calls:
            text = "Nobody told who calls whom: that a node rose the most does not make it the cause"
            yield Claim(text=text, validated=False)
        first = ranking.suspicions[0]
        if first.change is not None:
            text = f"That {first.change.what or first.change.kind} at {first.node} did it follows from its timing"
            yield Claim(text=f"{text} alone; taking it back would show it", validated=False)
        if first.kind is Kind.NODE:
            text = f"Whether the fault is in {first.node} itself or in something it uses that nobody measures"
            yield Claim(text=f"{text} cannot be told from these numbers", validated=False)


def _moved(fact: Fact) -> Claim:
    return Claim(text=f"its {_stood(fact, named=False)}", evidence=(fact.id,))


def _stood(fact: Fact, *, named: bool = True) -> str:
    before = quantity(fact.before, fact.unit)
    during = quantity(fact.during, fact.unit) if fact.during is not None else before
    whose = f"{fact.node}: " if named else ""
    clear = f"{fact.noise_units:.0f} times its noise" if fact.noise_units >= CLEAR else "within its noise"
    return f"{whose}{SAYS[fact.measure]} went from {before} to {during}, {clear}"
