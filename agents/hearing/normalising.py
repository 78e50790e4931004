"""Numbers, versions, percentiles, times and spelled letters as they are written, from how they are said. Pure.

"One dot four dot two" is 1.4.2, "p ninety nine" is p99, "A P I" is api. Nothing else of the words is changed.
"""

import re
from typing import Final

from agents.hearing.incidents import of_incidents
from agents.hearing.versions import DIGIT, DIGITS, UNITS, mended, with_versions
from agents.interpreter.slots.numbers import WORDS

MOST_CHARACTERS: Final = 2000

_ASIDE: Final = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|[♪♫]+")  # "(upbeat music)": told, not said
_CLOCK: Final = re.compile(r"\b([ap])\.\s?m\b\.?")
_STOPS: Final = re.compile(r"[,;:!\"“”]+(?!\d)|\.+(?!\d)|(?<=\D)[.,](?=\d)|(?<!\w)'|'(?!\w)")
_ENDS: Final = re.compile(r"(?<=\w)[.;:!?]\s+(?=[a-z])")  # of a sentence that another one follows
_STOPS_BUT_COMMAS: Final = re.compile(_STOPS.pattern.replace("[,;:!", "[;:!"))
_NUMBER: Final = re.compile(
    r"\b(?:(?P<hundreds>a|one|two|three|four|five|six|seven|eight|nine) hundred(?: and)?(?=\W|$)\s*)?"
    r"(?:(?P<tens>twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"(?:[\s-]+(?P<unit>one|two|three|four|five|six|seven|eight|nine))?"
    r"|(?P<small>zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w{3,5}teen))?\b"
)
_UNIT: Final = (
    r"(?:seconds?|secs?|minutes?|mins?|hours?|days?|weeks?|months?|percent|replicas?|instances?|copies|pods?)"
)
_ONE: Final = re.compile(rf"\bone(?= {_UNIT}\b)")
_TENS: Final = "|".join(word for word in WORDS if word.endswith("ty"))
_DECIMAL: Final = re.compile(
    rf"\b(?P<tens>{_TENS})(?:[\s-]+(?P<unit>{UNITS}))?\s+(?:point|dot)\s+(?P<rest>{DIGIT}(?:\s+{DIGIT})*)(?![\w.])"
)
_ONE_BY_ONE: Final = rf"(?:(?:double|triple)\s+)?(?:\d|zero|oh|o|{UNITS})"
_CODE: Final = re.compile(
    rf"(?<![\w.-])(?:(?P<named>incident|inc|number)\s+{_ONE_BY_ONE}(?:\s+{_ONE_BY_ONE}){{0,5}}"
    rf"|(?!(?:\d\s+)+\d){_ONE_BY_ONE}(?:\s+{_ONE_BY_ONE}){{2,5}})(?![\w.%-]|\s+{_UNIT})"
)
_THOUSANDS: Final = re.compile(r"\b(\d{1,3}|a|one) thousand(?: and)?(?: (\d{1,3})(?![\w.%-]))?\b")
_PERCENTILE: Final = re.compile(r"\bp(?:ee|ea|e|\.)?[\s-]{0,2}(50|90|95|99)(?:th)?\b(?!\s*(?:percent|%))")
_MISHEARD_P: Final = re.compile(
    r"\b(?:the |that )?(?:(?:b|t|v|d|e|key|he|be|bee|tea|the|pay|p's|peace)[\s-]?)"
    r"(50|90|95|99)(?= (?:latency|of|for|in)\b)"
)
_PERCENT: Final = re.compile(r"(\d)\s*per\s?cent\b")
_LETTERS: Final = re.compile(r"(?<![\w'-])[a-z](?:[\s.-]{1,2}[a-z](?![\w'])){1,7}\.?")
_LETTER_VERSION: Final = re.compile(r"\b(?:v|vee)[\s.-]+(\d+)\b")
_MILITARY: Final = re.compile(r"\b(?:oh |o )?(\d{1,2}) ?hundred(?: hours)?\b|\b(\d{2})00 hours\b")
_OF_THE_DAY: Final = re.compile(r"\b(\d{1,2})[ .](\d{2}) ?([ap]m)\b")
_PERCENTILES: Final = re.compile(
    r"\b(50|90|95|99)(?:th)?(?:\s?%\s?(?:ile|tile|aisle|i'll|how|tail)s?|\s?per\s?cent\s?(?:ile|tile|aisle|i'll)s?)\b"
)
_HYPHEN: Final = re.compile(r"(?<=[a-z])-(?=[a-z]{2})")
_AGAIN: Final = re.compile(r"\b(?:re|ray) (?=(?:open|start|deploy|run|title|name|store|boot)(?:s|ed|ing)?\b)")
_THOUSANDS_APART: Final = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d.,]\d)")
_SPELLED_ID: Final = re.compile(r"\b[a-z]\d(?:[\s-]+[a-z]\d){2,}\b")
_TODAY: Final = re.compile(r"(?<!\bof )(?<!\bin )(?<!\bfor )\b(?:the|to) day(?=\??$)")
_MANY: Final = re.compile(r"\b(for|to|too) (?=(?:replicas|instances|copies|pods)\b)")
_TO_FOR: Final = re.compile(r"\bto (for|too)(?=\s*(?:$|in\b|on\b|replicas|instances|copies|pods|please))")
_HOMOPHONES: Final = {"for": "4", "to": "2", "too": "2"}


def normalised(text: str, *, commas: bool = False) -> str:
    """Return a transcript in lower case, with what is counted, measured or spelled as it is written.

    Its stops are left out, but for those between clauses, all of them commas, where `commas` are wanted.
    """
    plain = _ASIDE.sub(" ", text[:MOST_CHARACTERS].lower()).replace("’", "'")  # noqa: RUF001 - likewise
    plain = _THOUSANDS_APART.sub(lambda match: match[0].replace(",", ""), _CLOCK.sub(r"\1m", plain))
    plain = with_versions(_DECIMAL.sub(_decimal, mended(plain)))
    plain = _STOPS_BUT_COMMAS.sub(" ", f"{_in_clauses(plain)} ") if commas else _STOPS.sub(" ", f"{plain} ")
    plain = _in_digits(_CODE.sub(_one_by_one, _spaced(plain)))
    plain = with_versions(plain)
    plain = _MISHEARD_P.sub(r"p\1", _PERCENTILE.sub(r"p\1", plain))
    plain = _PERCENTILES.sub(r"p\1", plain)
    plain = _LETTER_VERSION.sub(r"v\1", plain)
    plain = _PERCENT.sub(r"\1%", plain)
    plain = _OF_THE_DAY.sub(r"\1:\2 \3", _MILITARY.sub(_of_the_day, plain))
    plain = _TO_FOR.sub(lambda match: f"to {_HOMOPHONES[match[1]]}", plain)
    plain = _TODAY.sub("today", _MANY.sub(lambda match: f"{_HOMOPHONES[match[1]]} ", plain).rstrip())
    plain = _spaced(_LETTERS.sub(_joined, _AGAIN.sub("re", _HYPHEN.sub(" ", _joined_id(plain)))))
    return of_incidents(plain)


def _in_digits(text: str) -> str:
    return _THOUSANDS.sub(_thousands, _NUMBER.sub(_digits, _ONE.sub("1", text)))


def _digits(match: re.Match[str]) -> str:
    said = match[0]
    if not said.strip() or match["small"] not in {None, *WORDS}:
        return said
    hundreds = {None: 0, "a": 1}.get(match["hundreds"], WORDS.get(match["hundreds"] or "", 0))
    tens, unit, small = (WORDS.get(match[name] or "", 0) for name in ("tens", "unit", "small"))
    number = hundreds * 100 + tens + unit + small
    return f"{number}{' ' if said[-1].isspace() else ''}"


def _decimal(match: re.Match[str]) -> str:
    """Return "ninety nine point two" as 99.2."""
    rest = "".join(each if each.isdecimal() else str(DIGITS[each]) for each in match["rest"].split())
    return f"{WORDS[match['tens']] + WORDS.get(match['unit'] or '', 0)}.{rest}"


def _one_by_one(match: re.Match[str]) -> str:
    """Return digits said one by one as a number: "four oh four" is 404, "incident double two" is 22."""
    said, times = "", 1
    for each in match[0].removeprefix(match["named"] or "").split():
        times = {"double": 2, "triple": 3}.get(each, 0) or times
        if each.isdecimal() or each in DIGITS:
            said, times = said + (each if each.isdecimal() else str(DIGITS[each])) * times, 1
    return f"{match['named']} {said}" if match["named"] else said


def _thousands(match: re.Match[str]) -> str:
    many = int(match[1]) if match[1].isdecimal() else 1
    return str(many * 1000 + int(match[2] or 0))


def _in_clauses(text: str) -> str:
    """Return two sentences as two clauses; what is in more of them is no command."""
    clauses, ends = _ENDS.subn(", ", text)
    return clauses if ends == 1 else text


def _joined_id(text: str) -> str:
    return _SPELLED_ID.sub(lambda match: re.sub(r"[\s-]", "", match[0]), text)


def _joined(match: re.Match[str]) -> str:
    letters = re.findall(r"[a-z]", match[0])
    few = len(letters) == 2 and {"a", "i"} & set(letters)  # noqa: PLR2004 - these two are words, too
    return match[0] if few else f"{''.join(letters)} "


def _of_the_day(match: re.Match[str]) -> str:
    hour = int(match[1] or match[2])
    return f"{hour:02d}:00" if hour < 24 else match[0]  # noqa: PLR2004 - hours of a day


def _spaced(text: str) -> str:
    return " ".join(text.split())
