"""The numbers of incidents in words: one wording for the command line, the console and the chats. Pure."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from agents.summaries.wording import day, spoken
from bot.surfaces.incident_numbers import Numbers, NumbersView, Share, Span
from bot.surfaces.venues import Notice

HEADS: Final = ("Incidents", "MTTD", "MTTA", "MTTR", "Summarised by itself", "Automation worked")
METHODS: Final = (
    "mean; median in its 95 % interval (exact, order statistics); shares with their 95 % interval (exact, "
    "Clopper-Pearson); “too few” where no honest interval can be given"
)
MOST_GROUPS: Final = 12  # in a chat
Cell = tuple[str, ...]  # its lines


def row(each: Numbers) -> tuple[Cell, ...]:
    """Return what stands under the heads for one group."""
    under_way = f" ({each.unfinished} under way)" if each.unfinished else ""
    times = (_span(span) for span in (each.detect, each.acknowledge, each.recover))
    return ((f"{each.incidents}{under_way}",), *times, _share(each.summarised), _share(each.automation))


def nothing(view: NumbersView) -> str:
    """Return that there is nothing to count."""
    return f"No incident began between {day(view.since)} and {day(view.until)}."


def title(view: NumbersView) -> str:
    """Return of when the numbers are, and what they are told apart by."""
    return f"{day(view.since)} to {day(view.until)}, by {view.by.value}"


def notice(view: NumbersView) -> Notice:
    """Return the numbers as they are said in a chat, with their charts."""
    if not view.all.incidents:
        return Notice(title="Incidents in numbers", text=nothing(view))
    groups = view.groups[:MOST_GROUPS]
    left = len(view.groups) - len(groups)
    more = [f"{left} more on the page of incidents."] if left else []
    text = "\n".join([title(view), *(f"- {each}" for each in _lines((view.all, *groups))), *more, METHODS])
    return Notice(title="Incidents in numbers", text=text, charts=view.charts)


def _lines(groups: tuple[Numbers, ...]) -> Iterator[str]:
    for each in groups:
        cells = (", ".join(cell) for cell in row(each))
        told = "; ".join(f"{head} {cell}" for head, cell in zip(HEADS, cells, strict=True))
        yield f"{each.name or 'all'}: {told}"


def _span(span: Span) -> Cell:
    if span.mean is None or span.median is None:
        return ("none yet",)
    bounds = span.median_bounds
    within = f"{_said(bounds.low)} to {_said(bounds.high)}" if bounds else "too few"
    return _said(span.mean), f"median {_said(span.median)}", within


def _share(share: Share) -> Cell:
    if share.value is None or share.bounds is None:
        return ("none yet",)
    return f"{share.value:.0%} ({share.hits} of {share.of})", f"{share.bounds.low:.0%} to {share.bounds.high:.0%}"


def _said(seconds: float) -> str:
    return spoken(timedelta(seconds=seconds))
