"""Reading a payload: a field that has to be there is named where it is missing. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, NoReturn

from memory.errors import InvalidEncoding, PayloadInvalid
from memory.model.value import JsonValue
from tools.webhooks.report import LONGEST_DESCRIPTION, text

_MILLISECONDS: Final = 1e11  # from here on, a number of seconds would lie after the year 5000
_MICROSECONDS: Final = 1e14
_ISO: Final = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[T ](?P<time>\d\d:\d\d(?::\d\d)?)(?P<part>\.\d+)?\s*"
    r"(?P<zone>Z|UTC|[+-]\d\d[:.]?\d\d|[+-]\d\d)?(?:\s+[A-Z]{3,4})?"
)
_NEVER: Final = 1  # the year in which Go's zero moment lies: it means "not set"


def body(raw: bytes) -> JsonValue:
    """Return the JSON of a request's body; raises `InvalidEncoding` or `PayloadInvalid`."""
    try:
        found: JsonValue = json.loads(raw.decode("utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise InvalidEncoding(f"expected UTF-8, found the byte 0x{raw[error.start]:02x}") from None
    except RecursionError:
        raise PayloadInvalid("expected JSON, found it nested too deeply") from None
    except json.JSONDecodeError as error:
        raise PayloadInvalid(f"expected JSON, found {error.msg} at position {error.pos}") from None
    return found


def _no_number(word: str) -> NoReturn:
    raise PayloadInvalid(f"expected JSON, found {word}, which is none")


def moment(value: JsonValue) -> datetime | None:
    """Return a moment as sources write it: ISO 8601, or seconds (or milli- or microseconds) since 1970.

    A moment without a zone is UTC's. None where there is none, or one that only means "not set".
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value in {"", 0, "0"}:
        return None
    if isinstance(value, int | float) or (isinstance(value, str) and re.fullmatch(r"\d{9,17}(\.\d+)?", value)):
        return _since_1970(float(value))
    match = _ISO.fullmatch(value.strip())
    return _iso(match) if match else _rfc5322(value)


def _rfc5322(value: str) -> datetime | None:
    """Return a moment as mail and HTTP write it, which AWS Health does, too: `Sat, 2 May 2026 10:00:00 GMT`."""
    try:
        found = parsedate_to_datetime(value.strip()) if "," in value[:4] else None
    except (ValueError, OverflowError):
        return None
    return found and (found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC))


def _since_1970(number: float) -> datetime | None:
    scale = 1e6 if number >= _MICROSECONDS else 1e3 if number >= _MILLISECONDS else 1.0
    try:
        return datetime.fromtimestamp(number / scale, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _iso(match: re.Match[str]) -> datetime | None:
    zone = (match["zone"] or "").replace("UTC", "Z").replace(".", ":")
    part = (match["part"] or "")[:7]
    try:
        found = datetime.fromisoformat(f"{match['day']}T{match['time']}{part}{zone}")
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return None if found.year == _NEVER else found


class Part:
    """An object within a payload, which knows where it is: what is missing is named by its whole path."""

    def __init__(self, value: JsonValue, path: str = "") -> None:
        if not isinstance(value, dict):
            raise missing(path or "an object", value)
        self.value: Mapping[str, JsonValue] = value
        self._path = path

    def at(self, *names: str) -> JsonValue:
        """Return what stands under these names, one inside the other; None where nothing does."""
        found: JsonValue = dict(self.value)
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def text(self, *names: str, longest: int = LONGEST_DESCRIPTION) -> str:
        """Return text that has to be there; raises `PayloadInvalid`."""
        found = text(self.at(*names), longest)
        if not found:
            raise missing(self._where(*names), self.at(*names))
        return found

    def maybe(self, *names: str, longest: int = LONGEST_DESCRIPTION) -> str:
        """Return text, "" where there is none."""
        return text(self.at(*names), longest)

    def first(self, *names: str, longest: int = LONGEST_DESCRIPTION) -> str:
        """Return the text of the first of these fields that says something; raises `PayloadInvalid` for none."""
        found = next((said for name in names if (said := self.maybe(name, longest=longest))), "")
        if not found:
            raise missing(" or ".join(self._where(name) for name in names), None)
        return found

    def moment(self, *names: str) -> datetime:
        """Return a moment that has to be there; raises `PayloadInvalid`."""
        found = self.maybe_moment(*names)
        if found is None:
            raise missing(self._where(*names), self.at(*names), "a moment")
        return found

    def maybe_moment(self, *names: str) -> datetime | None:
        """Return a moment, None where there is none; raises `PayloadInvalid` for what can be read as none."""
        found, given = moment(self.at(*names)), self.maybe(*names)
        if found is None and given and given != "0" and not given.startswith("0001-"):
            raise missing(self._where(*names), self.at(*names), "a moment")
        return found

    def word(self, words: Mapping[str, str], *names: str) -> str:
        """Return what a field that has to be one of these words means; raises `PayloadInvalid`."""
        said = self.text(*names).casefold()
        if said not in words:
            expected = ", ".join(sorted(words))
            raise PayloadInvalid(
                f"expected {self._where(*names)} to be one of {expected}, found {said[:60]!r}",
                field=self._where(*names),
            )
        return words[said]

    def part(self, *names: str) -> "Part":
        """Return an object that has to be there; raises `PayloadInvalid`."""
        return Part(self.at(*names), self._where(*names))

    def maybe_part(self, *names: str) -> "Part":
        """Return an object, an empty one where there is none."""
        found = self.at(*names)
        return Part(found if isinstance(found, dict) else {}, self._where(*names))

    def parts(self, *names: str) -> list["Part"]:
        """Return the objects of a list that has to be there; raises `PayloadInvalid`."""
        found = self.at(*names)
        if not isinstance(found, list):
            raise missing(self._where(*names), found, "a list")
        return [Part(each, f"{self._where(*names)}.{number}") for number, each in enumerate(found)]

    def has(self, *names: str) -> bool:
        """Return whether all of these fields are there."""
        return all(name in self.value for name in names)

    def _where(self, *names: str) -> str:
        return ".".join(filter(None, (self._path, *names)))


def missing(field: str, found: JsonValue, expected: str = "a value") -> PayloadInvalid:
    """Return the error for a field that is not there, or not what it has to be."""
    kind = "none" if found is None or found == "" else f"a {type(found).__name__}"
    return PayloadInvalid(
        f"expected {expected} in the field {field}, found {kind}",
        field=field,
        hint="The source's own documentation says what it sends; docs/alerts.md says what is needed of it.",
    )


def pairs(value: JsonValue, between: str = ":") -> dict[str, JsonValue]:
    """Return labels however they are written: an object, a list of pairs or of `name:value`, a line of those."""
    if isinstance(value, dict):
        return value
    if isinstance(value, str):
        value = [each.strip() for each in value.split(",")]
    found: dict[str, JsonValue] = {}
    for each in value if isinstance(value, list) else ():
        found.update(_pair(each, between))
    return found


def _pair(each: JsonValue, between: str) -> dict[str, JsonValue]:
    if isinstance(each, dict):
        name = next((each[at] for at in ("key", "name", "label", "Name") if at in each), None)
        value = next((each[at] for at in ("value", "Value") if at in each), None)
        if isinstance(value, dict):  # OpenTelemetry's: {"stringValue": …}
            value = next(iter(value.values()), None)
        return {name: value} if isinstance(name, str) else {}
    if isinstance(each, list) and len(each) == 2 and isinstance(each[0], str):  # noqa: PLR2004 -- a pair
        return {each[0]: each[1]}
    name, found, value = each.partition(between) if isinstance(each, str) else ("", "", "")
    return {name.strip(): value.strip() if found else "true"} if name.strip() else {}


def sequence(value: JsonValue) -> Sequence[JsonValue]:
    """Return a list as it is, and nothing for what is none."""
    return value if isinstance(value, list) else ()
