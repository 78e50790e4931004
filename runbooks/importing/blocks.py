"""The commands in a block of code: prompts taken off, continued lines joined, output left aside. Pure."""

import re
import shlex
from collections.abc import Iterator, Sequence

from memory.model.plan import Effect
from memory.model.value import Value
from runbooks.importing.commands import KNOWN, classified
from runbooks.importing.sql import sql_effect
from runbooks.importing.verdict import Verdict

SHELLS = frozenset(
    {"bash", "sh", "shell", "console", "zsh", "ksh", "fish", "shell-session", "bash-session", "terminal"}
)
UNNAMED = frozenset({"", "text", "txt", "plain", "plaintext", "none", "output", "cmd"})
SQL = frozenset({"sql", "postgresql", "psql", "mysql", "pgsql"})
QUERIES = frozenset({"promql", "logql"})

_PROMPT = re.compile(
    r"\s*(?:\$|%|>|(?:\[[^\]\n]{1,80}\]|[\w.+-]+@[\w.:~/+-]+|(?:ba)?sh-[\d.]+)[ :~/\w.-]*[$#%])\s*(?=\S)"
)
_DATABASE = re.compile(r"\s*[\w-]+=[#>*]+\s+")
_WORD = re.compile(r"[a-z._/~\"'$({][\w./~+\"'${}()-]*(\s|$|;|=)")
_HEREDOC = re.compile(r"<<-?\s*['\"]?(\w+)['\"]?")
LONGEST_COMMAND = 60  # lines
LONGEST_LINE = 20_000


class Command(Value):
    """One command of a source: its text as it stands there, where, and what it would do."""

    text: str
    line: int
    verdict: Verdict


def commands(block: str, language: str, line: int) -> tuple[Command, ...]:
    """Return the commands of a block whose first line is `line` of its file; none for anything else."""
    language = language.strip().lower().lstrip("{.").rstrip("}")
    if language in SQL:
        effect, why = sql_effect(block)
        return (Command(text=block.rstrip("\n"), line=line, verdict=Verdict(effect=effect, why=why)),)
    if language in QUERIES:
        return (Command(text=block.rstrip("\n"), line=line, verdict=Verdict(effect=Effect.READ, why="a query")),)
    lines = block.split("\n")
    prompted = any(_PROMPT.match(each) for each in lines)
    everything = language in SHELLS
    if not everything and not prompted and not any(_known(each) for each in lines):
        return ()
    loose = everything or language in UNNAMED
    return tuple(_told(each, number + line) for number, each in _joined(lines, prompted=prompted, loose=loose))


def inline(text: str) -> bool:
    """Return whether words in backticks are a command that somebody is to type."""
    words = text.split()
    return len(words) > 1 and _known(text)


def _told(text: str, line: int) -> Command:
    match = _DATABASE.match(text)
    if match:
        effect, why = sql_effect(text[match.end() :])
        return Command(text=text, line=line, verdict=Verdict(effect=effect, why=why))
    return Command(text=text, line=line, verdict=classified(text))


def _joined(lines: Sequence[str], *, prompted: bool, loose: bool) -> Iterator[tuple[int, str]]:
    """Yield (number, text) of each command, with what belongs to it on the lines below."""
    number = 0
    while number < len(lines):
        first, start = lines[number], number
        number += 1
        text = _command_line(first, prompted=prompted, loose=loose)
        if text is None:
            continue
        heredoc = _HEREDOC.search(text)
        while number < len(lines) and number - start < LONGEST_COMMAND and (heredoc or _open(text)):
            text += "\n" + lines[number]
            number += 1
            if heredoc and lines[number - 1].strip() == heredoc[1]:
                break
        yield start, text


def _command_line(line: str, *, prompted: bool, loose: bool) -> str | None:
    """Return the command on a line without its prompt, None where there is none: a comment, output, nothing."""
    match = _PROMPT.match(line)
    if match and prompted:
        return line[match.end() :]
    text = line.strip()
    if not text or text.startswith(("#", "//", "--")):
        return None
    if _DATABASE.match(line):
        return text
    if prompted:
        return None
    if _known(text):
        return text
    return text if loose and _WORD.match(text) else None


def _known(line: str) -> bool:
    """Return whether a line begins with a program that is known, behind assignments."""
    words = line.strip().split()
    while words and re.fullmatch(r"[A-Za-z_]\w*=\S*", words[0]):
        words = words[1:]
    return bool(words) and len(line) < LONGEST_LINE and words[0].rsplit("/", 1)[-1] in KNOWN


def _open(text: str) -> bool:
    """Return whether a command goes on below: a backslash at the end, or a quotation that is open."""
    if text.endswith("\\"):
        return True
    try:
        shlex.split(text, comments=True)
    except ValueError:
        return text.count("\n") < LONGEST_COMMAND and _closes(text)
    return False


def _closes(text: str) -> bool:
    """Return whether an open quotation is worth following: an apostrophe in prose is none."""
    return not re.search(r"\w'\w", text)
