"""The report on investigation, as a page and as JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from agents.investigation.ranking import ranked
from tests.eval.investigation import (
    CASES,
    CHANGE,
    DOWNSTREAM,
    FIRST_SEED,
    OURS,
    SEEDS,
    Asked,
    Tally,
    compared,
    hinges,
    put_into_traffic,
    recorded,
    said_and_true,
    simulated,
    undisturbed,
    variants,
)
from tests.eval.investigation_worlds import Fault
from tests.eval.score import Rate

HEAD = f"| cases | ours, first | first three | {CHANGE}, first | {DOWNSTREAM}, first |\n|---|---|---|---|---|"
ABSENT = "not measured: the recorded cases are not beside the repository"
INTRO = f"""# Investigation, evaluated

`make eval` writes this page. *First*: the true cause stands first; *first three*: it is among them. Behind each
share stand the count and its Wilson 95 % interval. A case in which nothing is said to be wrong counts as missed.

Beside ours stand two plain ways on the same cases: **{CHANGE}** (worst sample over usual level, in what
is wrong) and the **{DOWNSTREAM}** (furthest below the target, then most abnormal).

How each number is made, and which failures are known, is in [investigation.md](../investigation.md).
"""
RECORDED = """## Recorded cases

The 20 cases of PetShop (Hardt et al., 2023, CC BY 4.0), read as `quarterdeck investigate --case` reads them. All
20 have the same cause, a node among 41 to 44, so they cannot show that a method tells causes apart: the next two
sections do. No constant was fitted to them, so leaving out a scenario changes nothing: the share for a scenario is
the share with that scenario left out. Two rules knew them: that a newly called callee follows its caller (`NEWLY`)
was written after one of their error paths was seen, and which symptom to begin with where none is told after
several of them were. Only one scenario has normal traffic; the others borrow its spread.
"""
PUT = """## Faults put into real traffic

Five consecutive samples of the recorded normal traffic, at each node below the entry a fault that is felt there
(latency 2 to 16 times, or 3 to 40 % failing), added to its callers in proportion to their calls; windows, nodes
and sizes drawn (seed {seed}). The graph's missing edges and the real noise stay. What a fault adds to callers
follows the same accounting as the ranking assumes, which makes this suite kinder than reality.
"""
WORLDS = """## Simulated systems

Five shapes of 4 to 24 nodes, {seeds} systems for each shape, fault and length (seeds {first} to {last}; those used
while building are others): calls in turn and at once, awaited or not, failures absorbed or not, latency that rises
with load, noise by counts, changes elsewhere that did nothing. Faults nobody feels at the entry (15 % slower or
1 point more failing) are drawn again. An outage outside the graph counts as found at the node that uses what is
outside.
"""


def write(folder: Path) -> None:
    """Evaluate, and write the report as a page and as JSON."""
    whole = evaluated()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "investigation.json").write_text(f"{json.dumps(whole, indent=1)}\n", encoding="utf-8")
    (folder / "investigation.md").write_text(page(whole), encoding="utf-8")


def evaluated() -> dict[str, Any]:
    """Return every number of the report."""
    worlds = tuple(simulated())
    faulty = [each for each in worlds if each.cause]
    whole: dict[str, Any] = {
        "simulated": _plain(compared(_in_all(faulty))),
        "simulated, nothing wrong": {
            group: tally
            for group, tally in _healthy([each for each in worlds if not each.cause]).plain().items()
            if group != Fault.NOTHING.value
        },
        "said and true": said_and_true((ranked(each.situation), each.cause) for each in faulty),
    }
    if not CASES.is_dir():
        return whole
    cases = recorded()
    put = put_into_traffic()
    target = cases[0].situation.target
    return whole | {
        "recorded": {name: _plain(compared(each)) for name, each in variants(cases).items()},
        "recorded, missed": [_missed(each) for each in cases if _first(each) != each.cause],
        "recorded, hinges on": hinges(cases),
        "put into traffic": _plain(compared(put)),
        "put into traffic, missed": _most_missed(put),
        "undisturbed": {
            name: each.model_dump() for name, each in undisturbed(target.node if target else "").items()
        },
    }


def _in_all(cases: Sequence[Asked]) -> list[Asked]:
    return [replace(each, groups=("all", *each.groups)) for each in cases]


def _healthy(cases: Sequence[Asked]) -> Tally:
    """Return how often nothing is found where nothing is wrong."""
    found = Tally()
    for each in cases:
        accused = ranked(each.situation).confidences
        found.add(("all", *each.groups), "", () if accused else ("",))
    for group, hits in found.first.items():
        found.first[group] = [not hit for hit in hits]  # what is counted is false accusations
    return found


def _plain(found: Mapping[str, Tally]) -> dict[str, Any]:
    return {name: tally.plain() for name, tally in found.items()}


def _first(each: Asked) -> str:
    found = ranked(each.situation)
    return found.suspicions[0].node if found.suspicions and found.confidences else ""


def _missed(each: Asked) -> dict[str, str]:
    return {"groups": ", ".join(each.groups), "cause": each.cause, "found": _first(each) or "nothing wrong"}


def _most_missed(cases: Sequence[Asked], most: int = 8) -> list[dict[str, Any]]:
    """Return the nodes whose faults are missed most often."""
    nodes: dict[str, list[str]] = {}
    for each in cases:
        nodes.setdefault(each.cause, []).append(_first(each))
    rows = [
        {
            "node": node,
            "of": len(found),
            "missed": sum(name != node for name in found),
            "nothing wrong": found.count(""),
        }
        for node, found in nodes.items()
    ]
    return sorted(rows, key=lambda row: -float(str(row["missed"])))[:most]


def page(whole: Mapping[str, Any]) -> str:
    """Return the report as Markdown."""
    return "\n".join(_lines(whole)).replace("\n\n\n", "\n\n") + "\n"


def _lines(whole: Mapping[str, Any]) -> Iterator[str]:
    yield INTRO
    yield RECORDED
    if "recorded" not in whole:
        yield f"{ABSENT}.\n"
    else:
        yield from _table(whole["recorded"], "all")
        yield "\nBy scenario and by symptom, as they lie:\n"
        yield from _groups(whole["recorded"]["as they lie"])
        yield f"\nMissed: {len(whole['recorded, missed'])}.\n"
        yield "Each constant halved and doubled, the cause first as they lie:\n"
        yield "| constant | halved | doubled |\n|---|---|---|"
        for name, each in whole["recorded, hinges on"].items():
            yield f"| {name} | {_rate(each['halved'])} | {_rate(each['doubled'])} |"
        yield "\n" + PUT.format(seed=FIRST_SEED)
        yield from _groups(whole["put into traffic"])
        yield "\nMissed most often, by the node at fault (three ways of knowing the normal together):\n"
        yield "| node | cases | not first | said to be nothing |\n|---|---|---|---|"
        for row in whole["put into traffic, missed"]:
            yield f"| {row['node']} | {row['of']} | {row['missed']} | {row['nothing wrong']} |"
        yield "\nWindows of the same traffic with nothing put in, in which something is said to be wrong:\n"
        yield "| symptom asked about | false accusations |\n|---|---|"
        for name, each in whole["undisturbed"].items():
            yield f"| {name} | {_rate(each)} |"
    yield "\n" + WORLDS.format(seeds=SEEDS, first=FIRST_SEED, last=FIRST_SEED + SEEDS - 1)
    yield from _groups(whole["simulated"])
    yield "\nSystems with nothing wrong, in which something is said to be:\n"
    yield "| systems | false accusations |\n|---|---|"
    for name, each in sorted(whole["simulated, nothing wrong"].items(), key=lambda pair: _place(pair[0])):
        yield f"| {name} | {_rate(each['first'])} |"
    yield "\n## Said and true\n"
    yield "How likely the first hypothesis was said to be, and how often it was the cause (simulated systems).\n"
    yield "| said | mean said | came true |\n|---|---|---|"
    for band in whole["said and true"]:
        yield f"| {band['band']} | {band['said']:.1%} | {_rate(band['true'])} |"


def _table(found: Mapping[str, Any], group: str) -> Iterator[str]:
    yield HEAD
    for name, each in found.items():
        yield _row(name, each, group)


def _groups(found: Mapping[str, Any]) -> Iterator[str]:
    yield HEAD
    for group in sorted(found[OURS], key=_place):
        yield _row(group, found, group)


def _place(group: str) -> tuple[int, str]:
    """Return where a group stands: all, faults, shapes, lengths."""
    kinds = ("all", *(fault.value for fault in Fault))
    if group in kinds:
        return kinds.index(group), group
    return len(kinds) + group.startswith("shape: "), group


def _row(name: str, found: Mapping[str, Any], group: str) -> str:
    own = found[OURS][group]
    others = " | ".join(_rate(found[each][group]["first"]) for each in (CHANGE, DOWNSTREAM))
    return f"| {name} | {_rate(own['first'])} | {_rate(own['first three'])} | {others} |"


def _rate(found: Mapping[str, Any] | Rate) -> str:
    each = found.model_dump() if isinstance(found, Rate) else found
    if each["share"] is None:
        return "none"
    low, high = each["low"] * 100, each["high"] * 100
    return f"{each['share'] * 100:.0f} % ({each['hits']} of {each['of']}, {low:.0f} to {high:.0f})"
