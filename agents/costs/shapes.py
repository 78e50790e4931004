"""What form an answer is to have: how much or why, which money, how many, by what time, at which hours. Pure."""

import re
from dataclasses import dataclass
from typing import Final

from agents.costs import measures
from agents.costs.periods import NUMBER, number
from agents.costs.plan import Asked
from agents.costs.words import Words
from memory.model.cost import Grain, Measure

MORNING: Final = tuple(range(6, 12))
AFTERNOON: Final = tuple(range(12, 18))
EVENING: Final = tuple(range(18, 22))
NIGHT: Final = (22, 23, 0, 1, 2, 3, 4, 5)
DAYTIME: Final = tuple(range(6, 22))
WORK: Final = tuple(range(9, 17))

_MONEY = (
    r"(?:cost|costs|costed|spend|spent|spending|bill|bills|billing|charges?|expenses?|expenditure|invoices?|price)"
)
_ASKED: Final = tuple(
    (asked, re.compile(pattern))
    for asked, pattern in (
        (
            Asked.FRESHNESS,
            (
                r"\bhow (?:fresh|current|recent|old|up to date) (?:is|are)\b.*|\bwhen (?:was"
                r"|were) .*(?:updated|imported|refreshed)\b.*|\b(?:data|billing) freshness\b"
            ),
        ),
        (
            Asked.SINCE,
            (
                r"\bsince when (?:do|did|have|has|are|is|was|were) (?:we )?(?:been )?"
                r"(?:pay(?:ing)? (?:for )?|us(?:e|ing) |billed )?"
                r"|\bwhen (?:did|do|was|were) (?:we )?(?:\w+ )??"
                r"(?:first|last|start(?:ed)?|beg[ia]n|stop(?:ped)?)\b"
                r"(?: to| using| use| paying| pay| for| us(?:e|ing)| being| billed| charged)*"
                r"|\bwhen was (?=.*\b(?:first|last) (?:billed|charged|used|paid)\b)"
                r"|\b(?:first|last) (?:day|date|time|charge)\b"
                r"(?= .*\b(?:billed|charged|used|paid|of|for)\b)(?! (?:of|in) \w+ \d)"
            ),
        ),
        (
            Asked.WHY,
            (
                r"\bwhy\b|\bhow come\b|\b(?:what|which \w+) (?:has |have |is |are |was "
                r"|were )?(?:caus\w+|drove|drive[sn]?|driving|explain\w*|behind|made|make[s]?"
                r"|contribut\w+|responsible for)\b"
                r"|\bexplain\b|\breasons?(?: for| of| behind)?\b"
                r"|(?<!cost )(?<!spend )\bdrivers?(?: of| for| behind)?\b"
                r"|\bwhere does the (?:increase|change|rise|difference|drop) come from\b"
                r"|\bbreak down the (?:change|increase|difference|rise)\b|\bdecompos\w+\b"
                r"|\bwhat changed\b|\bwhat has changed\b|\bwhat happened (?:to|with)\b"
            ),
        ),
        (
            Asked.UTILISATION,
            (
                r"\b(?:commitments?|reservations?|reserved (?:instances?|capacity)|savings? plans?|ris?"
                r"|cuds?|committed(?: use)?)(?: discounts?)? (?:utili[sz]ation|usage rate|use rate)\b"
                r"|\butili[sz]ation of (?:our |the |my )?(?:commitments?|reservations?|reserved \w+"
                r"|savings? plans?|ris?|cuds?)(?: discounts?)?\b"
                r"|\b(?:how well|how much of) (?:do we use |are we using |did we use |of )?(?:our "
                r"|the )?(?:commitments?|reservations?|savings? plans?|reserved \w+)(?: (?:is|are|was"
                r"|were|did we|do we|have we))?(?: being)?(?: used| use| utili[sz]ed)?\b"
                r"|\b(?:unused|wasted|idle|unutili[sz]ed) (?:commitments?|reservations?|savings? plans?"
                r"|reserved \w+)(?: discounts?)?\b|\bcommitment waste\b"
                r"|\b(?:did|do|are) we (?:use|using|waste|wasting) (?:our |any |the )?(?:commitments?"
                r"|reservations?|savings? plans?)\b"
            ),
        ),
        (
            Asked.COVERAGE,
            (
                r"\b(?:commitments?|reservations?|savings? plans?|ris?"
                r"|discount)(?: discounts?)? coverage\b|\bcoverage (?:of|by|through|with) (?:our "
                r"|the )?(?:commitments?|reservations?|savings? plans?)\b"
                r"|\b(?:how much|what (?:share|part|percentage|percent|proportion)) .{0,40}?(?:is|was"
                r"|are|were) covered(?: by (?:our |the )?(?:commitments?|reservations?"
                r"|savings? plans?))?\b|\bcovered by (?:commitments?|reservations?|savings? plans?)\b"
            ),
        ),
        (
            Asked.DISCOUNT,
            (
                r"\b(?:how much|what) (?:did|do|have|are|were|was) (?:we|our|the)?(?: our"
                r"| the)? ?(?:\w+ )?(?:discounts?|commitments?|negotiat\w+|reservations?"
                r"|savings? plans?) (?:save[ds]?|saving|bring|brought|worth|give|gave)(?: us)?\b"
                r"|\b(?:how much|what) (?:did|have|do) we saved? (?:by|through|with|from|thanks to"
                r"|on)(?: our| the)? ?(?:\w+ )?(?:discounts?|commitments?|reservations?"
                r"|savings? plans?)?"
                r"|\b(?:effective savings? rate|esr|realised savings?|realized savings?"
                r"|discounts? (?:against|off|from|on|below|under) (?:the )?list(?: prices?)?"
                r"|savings? (?:against|off|over|from|compared to"
                r"|compared with) (?:the )?list(?: prices?)?|below list(?: prices?)?"
                r"|total discounts?)\b"
                r"|\b(?:how much |what |list )?discounts? (?:(?:did|do|are) we get(?:ting)?"
                r"|we (?:got|get)|received)\b"
            ),
        ),
        (
            Asked.UNTAGGED,
            (
                r"\b(?:un-?tagged|un-?labell?ed|un-?allocated|not tagged|not labell?ed|tagless"
                r"|missing (?:all )?tags|(?:without|with no|has no|have no|had no|lacking|lacks"
                r"|no) (?:any |a )?(?:tags?|labels?)(?! \w+ tag)\b(?! for))\b"
            ),
        ),
        (
            Asked.SHARE,
            (
                r"\b(?:what|which|how (?:big|large|high)(?: a| is the)?) (?:is the )?(?:share"
                r"|percentage|percent|proportion|fraction|part|portion)\b|\b(?:share|percentage"
                r"|proportion|fraction|portion) of\b|\bhow many percent\b|\bwhat %"
                r"|(?<!\d )\bpercent of\b|(?<!\d)(?<!\d )% of\b"
            ),
        ),
        (
            Asked.COUNT,
            (
                r"\bhow many (?:different |distinct )?(?!requests|hours|percent|days|weeks"
                r"|months)(?=\w)|\bnumber of (?:different |distinct )?(?=\w)"
            ),
        ),
        (Asked.MEDIAN, r"\b(?:the )?(?:median|typical)\b"),
        (Asked.AVERAGE, r"\b(?:on average|in average|average|avg|mean|burn ?rate)\b"),
        (
            Asked.PEAK,
            (
                r"\b(?:highest|peak|biggest|largest|lowest|smallest) (?=(?:hour|dai|week|month)ly\b)"
                r"|\b(?:(?:what|which|when)(?: was| is|'s)? )?(?:the |our )?(?:most expensive|costliest|priciest"
                r"|dearest|highest|peak|biggest|largest|worst|lowest|smallest|cheapest|least expensive)"
                r"(?: single| one)?(?: spend(?:ing)?| costs?)? ?(?=(?:hour|day|week|month)\b"
                r"(?! of (?:the )?(?:day|week)))"
                r"|\b(?:what|which|on which|on what|in which|in what) (?=(?:hour|day"
                r"|week|month)\b.*\b(?:most|least|highest|lowest|cheapest|peak)\b)"
            ),
        ),
    )
)
_TOP = re.compile(
    rf"\b(?P<way>top|bottom|fastest|biggest|largest|greatest|highest|main|most expensive|costliest"
    rf"|priciest|least expensive|cheapest|smallest|lowest)"
    rf"(?:[- ](?P<n>{NUMBER}))?\b|\b(?P<n2>{NUMBER}) (?P<way2>biggest|largest|greatest"
    rf"|highest|most expensive|costliest|priciest|least expensive|cheapest|smallest"
    rf"|lowest)\b"
)
_MOST = re.compile(r"\b(?:the )?(?P<way>most|least)\b(?! (?:of|expensive|likely|recent)\b)")
_ON_WHAT = re.compile(
    r"\bwhere (?:does|did|do|is|are|has|have|was) (?:all )?(?:of )?(?:(?:our|the|my|that|this|we) )*"
    r"(?:\w+ )?(?:money|spend|spending|budget|bill|costs?)"
    r" (?:go|goes|going|gone|come|comes|coming)(?: from| to)?\b"
    r"|\bwhere (?:do|did|are) we (?:spend|spending)(?: (?:our|the|all) money)?\b"
    r"|\bwhat(?:'s| is| are| was)? (?:is )?(?:eating|burning|using) (?:up |through )?(?:our|the|my|all)"
    r"(?: of)?(?: our)? (?:budget|bill|money|cash)s?\b"
    r"|\bwhat (?:do|did|are|were|have) we (?:been )?(?:spen(?:d|ding|t)|pay(?:ing)?)"
    r" (?:(?:our|the|all|most|so much) )*"
    r"(?:of )?(?:our |the )?(?:money )?(?:on|for)"
    r"(?=\W*$|\W+(?:last|this|in|during|since|over|yesterday|per|by|between)\b)"
    r"|\b(?:cost|spend) drivers?\b"
)
_LEAST = ("bottom", "least", "cheapest", "smallest", "lowest")
_GRAIN: Final = tuple(
    (grain, re.compile(pattern))
    for grain, pattern in (
        (Grain.HOUR, r"\b(?:hourly|(?:by|per|each|every|for each) (?:the )?hour|hour by hour)\b"),
        (Grain.DAY, r"\b(?:daily|(?:by|per|each|every|for each|a) (?:the )?day|day by day|day over day)\b"),
        (Grain.WEEK, r"\b(?:weekly|(?:by|per|each|every|for each|a) (?:the )?week|week by week)\b"),
        (Grain.MONTH, r"\b(?:monthly|(?:by|per|each|every|for each|a) (?:the )?month|month by month)\b"),
    )
)
_AND_GRAIN = re.compile(
    r"\b(?:by|per|across|each|every) [^.?!;]{1,60}?"
    r"(?P<joined>(?:,? and|,| &| x)(?: by| per)? (?P<u>hour|day|week|month))\b"
    r"(?! (?:before|ago|earlier|over|of|to|from)\b)"
)
_UNITS_OF_TIME = re.compile(r"\b(?P<u>hour|day|week|month)\b")
_RUNNING = re.compile(
    r"\b(?:cumulative(?:ly)?|running (?:total|sum)s?(?: of)?|accumulated|adding up|summed up over time)\b"
)
_TREND = re.compile(
    r"\b(?:over time|trend(?:s|ing|ed)?|develop(?:ed|s|ment)?|evol(?:ve[ds]?|ution|ving)"
    r"|time ?line|time series|history|historical(?:ly)?|curve)\b"
)
_HOURS: Final = (
    (
        re.compile(
            r"\boutside (?:of )?(?:business|working|work|office) hours?\b|\bout of hours\b"
            r"|\bafter hours\b|\boff-?hours\b"
        ),
        tuple(h for h in range(24) if h not in WORK),
        "outside 09:00 to 17:00 UTC",
    ),
    (
        re.compile(r"\b(?:during |in |within |at )?(?:the )?(?:business|working|work|office) hours?\b"),
        WORK,
        "from 09:00 to 17:00 UTC",
    ),
    (
        re.compile(
            r"\b(?:at|by|during|in|over|through|throughout)(?: the)? nights?\b|\bovernight\b"
            r"|\bnightly\b|\bnight ?time\b|\bnights\b"
        ),
        NIGHT,
        "from 22:00 to 06:00 UTC",
    ),
    (re.compile(r"\b(?:in|during|over) (?:the )?mornings?\b"), MORNING, "from 06:00 to 12:00 UTC"),
    (re.compile(r"\b(?:in|during|over) (?:the )?afternoons?\b"), AFTERNOON, "from 12:00 to 18:00 UTC"),
    (re.compile(r"\b(?:in|during|over) (?:the )?evenings?\b"), EVENING, "from 18:00 to 22:00 UTC"),
    (
        re.compile(
            r"\b(?:during|in)(?: the)? (?:daytime|day(?: ?time)?)\b|\bday ?time\b|\bby day(?=\W*$"
            r"| and not)(?<!cost by day)(?<!costs by day)(?<!spend by day)"
        ),
        DAYTIME,
        "from 06:00 to 22:00 UTC",
    ),
)
_BETWEEN = re.compile(
    r"\b(?:between|from) (?P<a>\d{1,2})(?::00)? ?(?P<am>am|pm|h|o'clock)? ?(?:and|to|until"
    r"|till|-) ?(?P<b>\d{1,2})(?P<bm>:00| ?am| ?pm| ?h| ?o'clock)(?: utc)?"
)
_WEEKDAYS: Final = (
    (
        re.compile(
            r"\b(?:on|at|over|during) (?:the )?weekends\b|\bweekends\b|\b(?:at|on) (?:the )?weekend\b"
            r"|\bweekend(?= (?:costs?|spend|bills?|charges)\b)"
        ),
        (6, 7),
        "on weekends",
    ),
    (
        re.compile(
            r"\b(?:on |during )?(?:weekdays|working days|workdays|business days)\b"
            r"|\bweekday(?= (?:costs?|spend|bills?|charges)\b)"
        ),
        (1, 2, 3, 4, 5),
        "from Monday to Friday",
    ),
)
_DAY: Final = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DAYS_NAMED: Final = re.compile(
    rf"\b(?:on|every|each)(?: each| every)? (?P<days>{_DAY}s?(?:(?:,? and |,? or |, ?| & ){_DAY}s?)*)\b"
    rf"|\b(?P<many>{_DAY}s)\b"
)
_OF_THE_WEEK: Final = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
UNIT = re.compile(
    r"\b(?:unit )?(?:costs?|price|spend|pay|paid|charged?|expensive)?(?: do we pay"
    r"| are we paying)? ?(?P<per>per|for each|for every|for one|for a single|for a|of a|of one"
    r"|of a single|does a|does one|does a single|did a|did one|is a|is one) "
    r"(?:(?P<n>thousand|million|hundred|1k|1m|\d[\d,]*) )?(?P<what>(?:successful |http "
    r"|api )?(?:requests?|calls?|hits?|transactions?)|[a-z]+(?:-[a-z]+)?)\b"
)
_SCALE: Final = {"thousand": 1000, "million": 1_000_000, "hundred": 100, "1k": 1000, "1m": 1_000_000}


@dataclass
class Shape:
    """The form of an answer, as it was said."""

    asked: Asked = Asked.COST
    measure: Measure | None = None
    top: int | None = None
    ranked: bool = False  # who is first was asked for
    on_what: bool = False  # what the money went to was
    ascending: bool = False
    grain: Grain | None = None
    grain_ends: int = -1  # where the words of it end
    trend: bool = False
    running: bool = False  # each time with all before it
    hours: tuple[int, ...] = ()
    hours_say: str = ""
    weekdays: tuple[int, ...] = ()
    weekdays_say: str = ""
    at: int = -1  # where a question for a share or the like begins


def shape(words: Words) -> Shape:
    """Read the form, and mark what it was read from."""
    found = Shape()
    _hours(words, found)
    _asked(words, found)
    _ranking(words, found)
    if found.asked in {Asked.PEAK, Asked.AVERAGE, Asked.MEDIAN} and (unit := words.seek(_UNITS_OF_TIME)):
        found.grain = Grain(unit["u"])
    for grain, pattern in _GRAIN:
        if match := words.seek(pattern):
            found.grain, found.grain_ends = grain, match.end()
    if found.grain is None and (match := _AND_GRAIN.search(words.lower)) and words.free(*match.span("joined")):
        words.take(*match.span("joined"))
        found.grain = Grain(match["u"])
    found.running = words.seek(_RUNNING) is not None
    found.trend = found.running or words.seek(_TREND) is not None
    found.measure = measures.measure(words)
    return found


def scale(said: str | None) -> int:
    """Return how many units a price is told for."""
    if not said:
        return 1
    return _SCALE.get(said) or max(1, int(said.replace(",", "")))


def _asked(words: Words, found: Shape) -> None:
    for asked, pattern in _ASKED:
        if match := words.seek(pattern):
            found.asked, found.at = asked, match.start()
            if asked is Asked.PEAK and re.search(r"cheapest|least|lowest", words.lower):
                found.ascending = True
            return


def _ranking(words: Words, found: Shape) -> None:
    if match := words.seek(_TOP):
        way, count = match["way"] or match["way2"], match["n"] or match["n2"]
        found.ranked = True
        found.top = max(1, min(1000, number(count))) if count else None
        found.ascending = found.ascending or way in _LEAST or way.startswith("least")
    elif match := words.seek(_MOST):
        found.ranked = True
        found.ascending = match["way"] == "least"
    if words.seek(_ON_WHAT):
        found.ranked = found.on_what = True


def _hours(words: Words, found: Shape) -> None:
    if match := words.seek(_BETWEEN):
        first, last = _hour(match["a"], match["am"] or match["bm"]), _hour(match["b"], match["bm"])
        found.hours = tuple((first + each) % 24 for each in range((last - first) % 24 or 24))
        found.hours_say = f"from {first:02}:00 to {last:02}:00 UTC"
    for pattern, hours, says in _HOURS:
        if not found.hours and words.seek(pattern):
            found.hours, found.hours_say = hours, says
    for pattern, days, says in _WEEKDAYS:
        if not found.weekdays and words.seek(pattern):
            found.weekdays, found.weekdays_say = days, says
    if not found.weekdays and (match := words.seek(_DAYS_NAMED)):
        said = match["days"] or match["many"]
        found.weekdays = tuple(place for place, day in enumerate(_OF_THE_WEEK, 1) if f"{day}day" in said)


def _hour(said: str, half: str | None) -> int:
    hour = int(said) % 24
    half = (half or "").strip()
    return hour % 12 + 12 if half == "pm" else hour % 12 if half == "am" else hour
