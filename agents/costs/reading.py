"""Words to a plan: one question about costs, read against the names that stand in the bills. Pure.

The same words, names and time always give the same plan. What is not understood is told, and a name that nobody
billed makes no plan at all.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from agents.costs import comparing, following, grouping, measures, recurring, refusing, shapes, sizes
from agents.costs.completing import completed
from agents.costs.filters import Chosen, filters
from agents.costs.known import Known
from agents.costs.periods import Said, periods
from agents.costs.plan import Asked, CostPlan, NotAsked, Window
from agents.costs.words import Words, atoms, singular
from memory.model.cost import CostField, CostQuery, Dimension, Grain, Match, Measure

_SEVERAL: Final = 2
_BILLED_BY_MONTH: Final = CostField(dimension=Dimension.BILLING_PERIOD)
_DAYS_BY_HOUR, _DAYS_BY_DAY, _DAYS_BY_WEEK = 2, 62, 200  # so many points are read well
_BESIDE: Final = re.compile(r"\W*(?:(?:the|our|that|those|costs?|spend|bill|in|for|of|from) )*")
_REASON: Final = re.compile(
    r"\bwhy\b|\bdrove\b|\bdrivers?\b|\bexplain|\breasons?\b|\bcaus|\bbehind\b|\bhow come\b"
)
_EITHER: Final = re.compile(r"\b(?:more|less|higher|lower)\b.*\bor\b")
_WHO: Final = re.compile(r"^(?:and )?who(?:'s| is| are| has)?\b")
_REQUESTS: Final = re.compile(r"(?:successful |http |api )?(?:requests?|calls?|hits?|transactions?)")


def read(question: str, known: Known, now: datetime, after: CostPlan | None = None) -> CostPlan | NotAsked:
    """Return the plan of a question, or why there is none.

    `after` is what was asked before: a question that leans on it ("and by region?", "only AWS", "why?") keeps of
    it what it does not say anew.
    """
    words = Words(question)
    if after is not None and not following.leans(words):
        after = None
    known_time = (known.since, known.until) if known.since and known.until else None
    size = sizes.sized(words, known)
    again = recurring.recurring(words)
    if unit := _unit(words, known):
        words.take(unit.start("per"), unit.end())
    compared = comparing.comparison(words)
    said = periods(words, now, known_time, apart=compared.changed or _REASON.search(words.lower) is not None)
    consumed, at = measures.counted(words, known.units) if unit is None else ((), -1)
    form = shapes.shape(words)
    told_apart = _told_apart(words, known, form, again)
    chosen = filters(words, known)
    if consumed:
        form.measure = Measure.CONSUMED
        chosen.add(CostField(dimension=Dimension.UNIT), consumed, at)
    grouping.plural(words, known, told_apart, ranked=form.ranked or form.asked is Asked.COUNT or bool(size))
    if form.asked is Asked.COST and unit is not None:
        form.asked = Asked.UNIT
    if refused := refusing.refused(words, known, told_apart, chosen, form.asked):
        return refused
    if unbilled := sizes.unbilled(size, known):
        return refusing.of_another_currency(words, unbilled, known)
    compared = _of_names(words, compared, said, chosen, told_apart)
    pair = measures.two(words) if form.asked is Asked.COST else ()
    if pair and Measure.LIST not in pair:
        return refusing.of_two_measures(words, pair)
    compared = _below_list(form, pair, compared)
    about = bool(said or told_apart.by or chosen.filters or size) or _is_about_money(words, form, compared)
    if not about and form.asked is Asked.COST and after is None:
        return refusing.of_nothing(words)
    by = tuple(told_apart.by)
    main, other = comparing.changed_since(said, compared, now) or _times(said, compared, form.asked)
    if main is None and known_time is not None and (_BILLED_BY_MONTH in by or form.asked is Asked.SINCE):
        main = Said(Window(since=known_time[0], until=known_time[1], label="all that is known"), -1, -1)
    wanted = compared.wanted or other is not None or size.compares()
    lone = after is None and not wanted and form.asked is not Asked.WHY
    assumed = comparing.assumed(compared, form.grain if lone else None, known_time, now)
    time = comparing.known_of(main or assumed or comparing.current(known.until, now), known.until)
    notes = [] if main else [f"no time was named, so this is {time.window.label}"]
    notes += refusing.left_out(words)
    grain = _grain(form, time.window)
    query = CostQuery(
        since=time.window.since,
        until=max(time.window.until, time.window.since),
        measure=form.measure or Measure.EFFECTIVE,
        by=by,
        grain=grain,
        filters=tuple(each for each, _ in chosen.filters),
        hours=form.hours,
        weekdays=form.weekdays,
        top=form.top,
    )
    before = (
        comparing.before(time, other and comparing.known_of(other, known.until), compared)
        if wanted or form.asked is Asked.WHY
        else None
    )
    plan = CostPlan(
        question=words.text,
        asked=form.asked,
        query=query,
        window=time.window,
        before=before,
        unit=_unit_said(unit, known, chosen),
        per=shapes.scale(unit["n"]) if unit else 1,
        subject=chosen.subject,
        ascending=form.ascending,
        by_change=compared.changed and form.ranked,
        running=form.running,
        assumed=main is None,
        notes=tuple(notes),
    )
    plan = sizes.applied(plan, size)
    plan = (
        plan if after is None else following.after(plan, after, named=main is not None, form=form, wanted=wanted)
    )
    return completed(plan, known, form, chosen)


def _told_apart(
    words: Words, known: Known, form: shapes.Shape, again: Sequence[tuple[CostField, int]]
) -> grouping.Grouped:
    """Return what costs are told apart by: names, what comes again and again, and teams where it is asked who."""
    found = grouping.grouped(words, known)
    if form.grain_ends >= 0:
        grouping.onward(words, known, form.grain_ends, found)
    for each, end in again:
        found.by.insert(0, each)
        grouping.onward(words, known, end, found)
    del found.by[grouping.MOST :]
    if _WHO.match(words.lower) and not found.by:
        found.by.append(known.nouns.get(("team",), CostField(dimension=Dimension.ACCOUNT)))
    return found


def _below_list(
    form: shapes.Shape, pair: Sequence[Measure], compared: comparing.Comparison
) -> comparing.Comparison:
    """Read a cost held against list prices as a discount, which compares no times."""
    if not pair:
        return compared
    form.asked, form.measure = Asked.DISCOUNT, next(each for each in pair if each is not Measure.LIST)
    return comparing.Comparison()


def _is_about_money(words: Words, form: shapes.Shape, compared: comparing.Comparison) -> bool:
    return following.names_money(words) or (form.ranked and (compared.wanted or form.on_what))


def _of_names(
    words: Words, compared: comparing.Comparison, said: Sequence[Said], chosen: Chosen, found: grouping.Grouped
) -> comparing.Comparison:
    """Return no comparison of times where names are what is compared: "EC2 against S3 last month"."""
    several = [each for each, _ in chosen.filters if each.match is Match.IS and len(each.values) > 1]
    either = several and compared.changed and compared.at < 0 and _EITHER.search(words.lower)
    named = any(_BESIDE.fullmatch(words.lower[compared.beside : each.start]) for each in said)
    if not several or (not either and (compared.beside < 0 or named)):
        return compared
    if several[-1].field not in found.by:
        found.by.insert(0, several[-1].field)
    return comparing.Comparison()


def _unit(words: Words, known: Known) -> re.Match[str] | None:
    """Return where a price per something is asked for: a request, or a unit of the bills. Nothing is taken yet."""
    units = {atoms(unit) for unit in (*known.units, *known.priced_units)}
    for match in shapes.UNIT.finditer(words.lower):
        what = match["what"]
        if _REQUESTS.fullmatch(what) or atoms(what) in units or (match["n"] and atoms(what) not in known.nouns):
            return match
    return None


def _unit_said(unit: re.Match[str] | None, known: Known, chosen: Chosen) -> str:
    """Return what a price is per: "request" where a service's are counted, else a unit of the bills."""
    if unit is None:
        return ""
    named = {value.lower() for each, _ in chosen.filters for value in each.values}
    in_bills = atoms(unit["what"]) in {atoms(each) for each in (*known.units, *known.priced_units)}
    served = not in_bills or chosen.subject or not named or named & set(known.subjects)
    if not _REQUESTS.fullmatch(unit["what"]):
        return unit["what"]
    return "request" if served else f"{singular(unit['what'])}s"


def _times(said: Sequence[Said], compared: comparing.Comparison, asked: Asked) -> tuple[Said | None, Said | None]:
    """Return the time that is asked about, and the one to compare with where that is named."""
    if len(said) < _SEVERAL:
        alone = said[0] if said else None
        if (
            alone is not None
            and compared.at >= 0
            and alone.start > compared.at
            and compared.wanted
            and not compared.back
        ):
            return None, alone  # "compared with last month": now is asked about
        return alone, None
    first, second = said[0], said[1]
    if compared.wanted or asked is Asked.WHY:
        later = second.window.since > first.window.since
        named_first = compared.at >= 0 and first.start < compared.at < second.start
        if later and not named_first:
            return second, first  # "from September to October", "between August and September"
        return first, second
    return first, second


def _grain(form: shapes.Shape, window: Window) -> Grain | None:
    if form.grain is not None or not form.trend:
        return form.grain
    days = window.length().days
    if days < _DAYS_BY_HOUR:
        return Grain.HOUR
    if days <= _DAYS_BY_DAY:
        return Grain.DAY
    return Grain.WEEK if days <= _DAYS_BY_WEEK else Grain.MONTH
