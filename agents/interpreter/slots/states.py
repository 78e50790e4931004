"""States of alerts, plans and targets. One word may mean several; the tool's argument decides which. Pure."""

import re
from collections.abc import Iterator

from agents.interpreter.slots.mention import Line, Mention, without_overlaps
from tools.contract import Slot

_NOT = r"(?:not|(?:is|are|was|were|do|does|did|can|has|have)n'?t|cannot|no longer|stopped|never)"
_MEANINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"pending and firing|firing and pending|firing or pending|pending or firing|up or down|up and down",
        ("all",),
    ),
    (
        r"(?:incl(?:uding|\.)?|even|with|also|plus)(?: the)? (?:silenced|muted|pending|finished)(?: ones)?",
        ("all",),
    ),
    (r"(?:all|any|every|whatever|regardless of|no matter what)(?: the| of the)?(?: states?| status)", ("all",)),
    (r"(?:all|every|each)(?: the| of the| our| known| open)?(?: alerts?| plans?| runs?| alarms?)", ("all",)),
    (
        (
            r"(?:open|running) (?:and|or|and also) (?:closed|resolved)|(?:closed|resolved) (?:and|or) (?:open|running)"
            r"|(?:resolved|closed)(?: ones)? (?:too|as well|included)|(?:doesn'?t|does not) matter if (?:resolved|closed|open)"
        ),
        ("all",),
    ),
    (r"(?:all|every|each)(?: the| of the| our)?(?: incidents?)(?: we)?(?: ever)?(?: had)?", ("all",)),
    (r"finished or not|whatever (?:its|their) state|done or not|all of them", ("all",)),
    (r"firing|active|triggered|ringing|going off", ("firing",)),
    (r"pending|about to fire|not firing yet", ("pending", "waiting")),
    (r"silenced|muted|suppressed|snoozed|hushed", ("silenced",)),
    (r"waiting|awaiting|queued|unapproved|not approved|nobody approved|outstanding", ("waiting",)),
    (r"running|executing|in[- ]progress|in[- ]flight|ongoing|under way|underway|being executed", ("running",)),
    (
        r"finished|completed|done|executed|carried out|past|previous|closed|already ran|went through|history",
        ("finished", "resolved"),
    ),
    (
        r"resolved",
        ("resolved",),
    ),
    (
        (
            rf"down|dead|fail(?:s|ed|ing)?(?: to scrape)?|unreachable|unhealthy|broken|lost|lose|losing|missing|gone|went away|dropped out"
            rf"|{_NOT}(?: being)? (?:up|healthy|working|respond(?:ing)?|reach(?:able|ed)?|alive|scraped|answer(?:ing)?|ok)"
        ),
        ("down",),
    ),
    (r"up|healthy|working|responding|reachable|alive|green|fine", ("up",)),
)
_PATTERNS = tuple((re.compile(rf"(?<![\w-])(?:{words})(?![\w-])"), states) for words, states in _MEANINGS)


def read(line: Line) -> Iterator[Mention]:
    """Yield the states that are named, longer phrases first; `candidates` are all that a word may mean."""
    found = [
        line.choice(Slot.STATE, states, match.span())
        for pattern, states in _PATTERNS
        for match in pattern.finditer(line.lower)
    ]
    yield from without_overlaps(sorted(found, key=lambda mention: mention.start - mention.end))
