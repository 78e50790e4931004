"""What a person said themselves, apart from what they pasted. Pure.

Pasted logs, code and quoted blocks are somebody else's words: they are set aside before anything is understood,
and a message that carries them is never an order.
"""

import re
import unicodedata
from dataclasses import dataclass

READ_CHARACTERS = 2000  # what comes after says nothing about what is wanted

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "′": "'"})  # noqa: RUF001 - typographic marks are what this is about
_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_MENTION = re.compile(
    r"<@\w+>|(?:\b(?:hey|hi|hello|yo|ok|okay),? )?@?\b(?:quarterdeck|qd)\b\s*[,:]?|,\s*@?(?:quarterdeck|qd)\b",
    re.IGNORECASE,
)
_URL = re.compile(r"\b\w+://\S+")
_COURTESY = re.compile(
    r"\W*(?:hi|hey|hello|thanks?|thx|ty|cheers|please|pls|team|all|everyone|there|\s|\W)*", re.IGNORECASE
)
_MACHINE = re.compile(
    r"\s*(?:[>$#|]|\{\s*\"|(?:GET|POST|PUT|PATCH|DELETE|HEAD) /|[\d*/,-]+(?: [\d*/,-]+){4} |//|--|<!|</?\w|\+\+\+|@@|diff |at [\w.$]+\(|File \"|Traceback|Caused by"
    r"|(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|PANIC)[\s:\]]|[IWEF]\d{4} "
    r"|(?:for|if|while|def|class|import|from|return|async|await|const|let|var|function)\b.*[:;{(]\s*$"
    r"|\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?!.*\d\d:\d\d:\d\d)|\[?\d\d:\d\d:\d\d|[\w.]+(?:Exception|Error)\b:"
    r"|(?:From|To|Subject|Date|Cc):\s|\d+[.)]\s|[-*•]\s|[\w./-]+:\s*$|[\w-]+=\S+\s+[\w-]+=|[\]}]+[,;\\\])]*\s*$)"
    r"|.*(?:[{;]\s*$|</\w+>|\(\w+='|\w+\(\{|:\d+\)$|\bWHERE\b|\bFROM \w+|\b[A-Z][A-Z_]{2,}=\S)"
)
_SHELL = re.compile(
    r"\s*(?:\w+@[\w.-]+:\S*[#$] |(?:sudo|kubectl|docker|helm|systemctl|curl|ssh|git|aws|gcloud|az|psql) )"
)


@dataclass(frozen=True)
class Utterance:
    """A message. `own` is the person's own words on one line; `pasted` says that there was more than that."""

    text: str
    own: str
    pasted: bool

    @classmethod
    def of(cls, text: str) -> "Utterance":
        """Return the message read: invisible characters gone, quotation marks plain, pasted blocks set aside."""
        clean = _clean(text[:READ_CHARACTERS])
        unfenced = _FENCED.sub("\n", clean)
        lines = [line.strip() for line in unfenced.splitlines() if line.strip()]
        wanted = [line for line in lines if not _COURTESY.fullmatch(line)] or lines[:1]
        spoken = [line for line in wanted if not is_machine(line)]
        own = ". ".join(line.rstrip(" .") for line in spoken) if len(spoken) > 1 else "".join(spoken)
        pasted = len(wanted) > 1 or len(spoken) < len(wanted) or unfenced != clean or len(text) > READ_CHARACTERS
        return cls(text, _without_address(own), pasted)


def _clean(text: str) -> str:
    composed = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    composed = composed.replace("→", "->").replace("—", " - ").replace("–", "-").replace("\t", " ")  # noqa: RUF001 - likewise
    kept = (char for char in composed if char == "\n" or unicodedata.category(char) not in _UNSEEN)
    return "".join(kept)


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"})


def is_machine(line: str) -> bool:
    """Return whether a line reads as one that nobody typed: a log, code, a quotation, a list."""
    return _MACHINE.match(line) is not None or _SHELL.match(line) is not None


def _without_address(line: str) -> str:
    return re.sub(r"\s+", " ", _URL.sub(" ", _MENTION.sub(" ", line))).strip()
