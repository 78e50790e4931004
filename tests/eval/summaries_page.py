"""The report on summaries, as a page for people and as JSON. It shows no line of the held-out half."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.incidents.intervals import share_interval
from tests.eval.postmortems import ABSENT, Half, Matter, present
from tests.eval.summaries import Score, evaluate

Scores = Mapping[Half, Sequence[Score]]

_HEAD = """# Summaries, evaluated

Timelines of published post-mortems are summarised by our own rules, without a language model, and compared with
what people wrote afterwards, which the summariser does not see. `make eval` writes this page.

The figures to read first, of the half that was not looked at while building:
"""

_METHOD = """
## How each number is made

- **Data.** The post-mortems in `../shared/data/incidents`, split by the first byte of the SHA-256 of the file's
  name: even is `dev`, odd is `held-out`. The lexicon and the rules were written with the dev half in sight, and
  changed by its figures alone. A file with fewer than three lines that begin with a time has no timeline to
  summarise and is left out.
- **Given.** The lines or headings that begin with a time, each with its text, and nothing else: no kind, no
  author. Title, summary, impact, cause, resolution, lessons, action items and the list of key events are
  hidden.
- **The checklist** is made by `tests/eval/postmortems.py` from what is hidden: each sentence or list item of
  three words and more is one fact, and each key event's time is one.
- **Reachable.** A fact is reachable where half of its words (three letters and more, without endings and
  without the most common ones) and numbers stand in one timeline entry, or where its time is that of an entry.
  Most action items and lessons were thought of later and are not.
- **Covered.** A reachable fact is covered where one sentence of the summary holds half of its words; a key time
  where a sentence gives it *as* the time of noticing, declaring, repairing or resolving. Published times that
  are not those of the matching entry count against us.
- **Citations valid**: each citation is of an entry that was given. **Claims without support**: sentences in
  which `tests/eval/faithful.py`, which shares no code with the summariser, finds a word, number, name, time or
  span that what is cited does not hold.
- **Words** are those of all summaries together, as a share of the words of the timelines. A review is longer
  than a short timeline, since it tells the timeline, too, and says what it says under several heads.
- The baselines: the first three entries, the entries that hold a number, and the whole timeline, which is the
  most that quoting can cover. They are cut into sentences, too, since a long paragraph holds half the words of
  many a fact by its length alone; they give times without saying whose they are.
- The held-out half was measured four times: before the baselines were cut into sentences, after that with nothing
  else changed, after rules for mixed zones, missing times, orders to the reader and causes said in passing were
  added, and after those for chats in small letters, owners and what a page of alerts hides. The rules were written
  with timelines of our own and checked on the dev half.
"""


def page(scores: Scores) -> str:
    """Return the report."""
    held = {each.name: each for each in scores[Half.HELD_OUT]}
    first = "\n".join(
        f"- {name}: {_share(held[name].hits(), held[name].reachable_facts())} of the reachable facts, "
        f"{held[name].citations - held[name].invalid} of {held[name].citations} citations valid, "
        f"{held[name].without} of {held[name].sentences} sentences without support"
        for name in ("living", "review")
    )
    parts = [_HEAD, first, ""]
    for half, found in scores.items():
        parts += [f"## The {half.value} half: {found[0].incidents} incidents", "", *_table(found), ""]
        parts += ["Covered, of those reachable, of all, by what the fact is about:", "", *_matters(found), ""]
    return "\n".join(parts) + _METHOD


def _table(found: Sequence[Score]) -> list[str]:
    rows = [
        "| | facts covered | of all facts | citations valid | without support | words |",
        "|---|---|---|---|---|---|",
    ]
    return rows + [
        f"| {each.name} | {_share(each.hits(), each.reachable_facts())} | {each.hits()} of {each.facts()} "
        f"| {each.citations - each.invalid} of {each.citations} | {each.without} of {each.sentences} "
        f"| {each.words / each.of_words:.0%} |"
        for each in found
    ]


def _matters(found: Sequence[Score]) -> list[str]:
    rows = ["| about | " + " | ".join(each.name for each in found) + " |", "|---|" + "---|" * len(found)]
    for matter in Matter:
        cells = [_cell(each, matter) for each in found]
        if any(cells):
            rows.append(f"| {matter.value} | " + " | ".join(cells) + " |")
    return rows


def _cell(score: Score, matter: Matter) -> str:
    if matter not in score.asked:
        return ""
    return f"{score.covered[matter]} of {score.reachable[matter]} of {score.asked[matter]}"


def _share(hits: int, of: int) -> str:
    bounds = share_interval(hits, of)
    if bounds is None:
        return "none"
    return f"{hits / of:.0%} ({hits} of {of}, {bounds.low:.0%} to {bounds.high:.0%})"


def write(folder: Path) -> Scores | None:
    """Evaluate both halves, and write the report; do nothing where the post-mortems are not there."""
    if not present():
        return None
    scores = {half: evaluate(half) for half in Half}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "summaries.md").write_text(page(scores), encoding="utf-8")
    (folder / "summaries.json").write_text(f"{json.dumps(_plain(scores), indent=1)}\n", encoding="utf-8")
    return scores


def why_not() -> str:
    """Return why nothing was evaluated."""
    return ABSENT


def _plain(scores: Scores) -> dict[str, object]:
    return {half.value: [each.plain() for each in found] for half, found in scores.items()}
