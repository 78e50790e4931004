"""What a command of a shell would do, told from its structure without running it. Pure.

A line is split as a shell would split it, wrappers such as `sudo` and `ssh` are looked behind, and each part is
held against tables. What is not known, or cannot be split, is taken to change things; the worst part decides.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from types import MappingProxyType

from memory.model.plan import Effect
from runbooks.importing import verbs
from runbooks.importing.clients import CLIENTS
from runbooks.importing.speaking import first_words, spoken
from runbooks.importing.verdict import READS, Verdict, by_words, unknown, worst

DEEPEST = 6
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=.*", re.DOTALL)
_SEPARATORS = frozenset({";", "&&", "||", "|", "&", "(", ")", "|&", ";;", "{", "}", "\n"})
_KEYWORDS = frozenset({"do", "then", "else", "elif", "if", "while", "until", "!", "time"})
_ENDS = frozenset({"done", "fi", "esac", "in", "case", "for", "select", "function", "end"})
# `<POD>` is to be filled in; `<in> out` may as well be two files, and then something is written.
_PLACEHOLDER = re.compile(
    r"(?<![<&0-9])<(?:[A-Z][A-Z0-9 _.-]*|[A-Za-z][A-Za-z0-9.]*[ _-][\w .-]*"
    r"|[A-Za-z][\w.]*(?=>(?:\s*$|\s+-|\s*[|;)/.,:@])))>"
)
_NULL = re.compile(r"/dev/(null|stdout|stderr|tty)|&?[0-9-]")
_SUBSTITUTION = re.compile(r"\$\(([^()]*(?:\([^()]*\)[^()]*)*)\)|`([^`]*)`")


def classified(command: str, depth: int = 0) -> Verdict:
    """Return the effect of a command line; the worst of its parts. Never raises."""
    if depth > DEEPEST:
        return unknown("it is nested too deeply to be told")
    words = _split(command)
    if words is None:
        return worst([unknown("it cannot be split as a shell would"), *by_words(command.split())])
    found = [_part(part, depth) for part in _parts(words)]
    inner = [a or b for a, b in _SUBSTITUTION.findall(command)]
    found += [classified(each, depth + 1) for each in inner if each.strip()]
    return worst(found) if found else READS


def _split(command: str) -> list[str] | None:
    text = _PLACEHOLDER.sub("PLACEHOLDER", re.sub(r"\\\n[ \t]*", " ", command)).replace("\n", " ; ")
    lexer = shlex.shlex(text, posix=True, punctuation_chars=";|&()<>")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return _without_comments(list(lexer))
    except ValueError:
        return None


def _without_comments(words: list[str]) -> list[str]:
    kept: list[str] = []
    silent = False
    for word in words:
        silent = (silent or word.startswith("#")) and word != ";"
        if not silent:
            kept.append(word)
    return kept


def _parts(words: Sequence[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for word in words:
        if word in _SEPARATORS or (word and set(word) <= set(";|&()")):
            if part:
                yield part
            part = []
        else:
            part.append(word)
    if part:
        yield part


def _part(words: list[str], depth: int) -> Verdict:
    """Return the effect of one simple command with its redirections."""
    words, writes = _redirected(words)
    while words and (words[0] in _KEYWORDS or words[0] == "$"):
        words = words[1:]
    named = 0
    while named < len(words) and _ASSIGNMENT.fullmatch(words[named]):
        named += 1
    words = words[named:]
    found = READS if not words or words[0] in _ENDS else _command(words, depth)
    if writes and found.effect is Effect.READ:
        return Verdict(effect=Effect.WRITE, why=f"it writes to {writes}", known=found.known)
    return found


def _redirected(words: list[str]) -> tuple[list[str], str]:
    """Return the words without redirections, and the file that is written to, if there is one."""
    kept: list[str] = []
    target = ""
    skip = False
    for number, word in enumerate(words):
        if skip:
            skip = False
        elif word and set(word) <= set("<>&|") and set(word) & set("<>"):
            following = words[number + 1] if number + 1 < len(words) else ""
            if ">" in word and not _NULL.fullmatch(following):
                target = following or "a file"
            if kept and kept[-1].isdigit():
                kept.pop()  # the number of a stream
            skip = True
        else:
            kept.append(word)
    return kept, target


def _command(words: list[str], depth: int) -> Verdict:
    name = words[0].rsplit("/", 1)[-1]
    name = verbs.ALIASES.get(name, name)
    rest = words[1:]
    wrapped = _WRAPPERS.get(name)
    if wrapped is not None:
        return wrapped(rest, depth)
    client = CLIENTS.get(name)
    if client is not None:
        return client(rest)
    if name in verbs.SPEAKERS:
        return _speaks(name, rest, depth)
    return _plain(name, rest)


def _plain(name: str, rest: Sequence[str]) -> Verdict:
    if name in verbs.DESTROYERS or name.startswith("mkfs"):
        return Verdict(effect=Effect.DESTRUCTIVE, why=f"{name} cannot be taken back")
    if name in verbs.SENDERS:
        effect = Effect.DESTRUCTIVE if any(each.startswith("--delete") for each in rest) else Effect.EGRESS
        return Verdict(effect=effect, why=f"{name} moves data between systems")
    if name in verbs.READERS:
        return READS
    if name in verbs.CHANGERS:
        return Verdict(effect=Effect.WRITE, why=f"{name} changes things, or runs what does")
    if rest in (["--version"], ["--help"], ["version"]):
        return READS
    return worst([unknown(f"{name} is not known"), *by_words(rest[:3])])


def _speaks(name: str, rest: list[str], depth: int) -> Verdict:
    """Return the effect of a program whose first words say what it does, or of what it runs elsewhere."""
    if name == "kubectl" and (inside := _inside(rest)) is not None:
        return inside(depth)
    if name == "docker" and rest[:1] in (["exec"], ["run"]):
        return worst([unknown(f"docker {rest[0]} runs what is inside"), *by_words(rest)])
    return spoken(name, rest)


_ENTERS = frozenset({"exec", "rsh", "debug", "run"})


def _inside(rest: list[str]) -> "Callable[[int], Verdict] | None":
    """Return what tells the effect of a command that kubectl runs inside a container, None where it runs none."""
    said = first_words(rest, verbs.SPEAKERS["kubectl"])
    if not any(each and each[0] in _ENTERS for each in said):
        return None
    if "--" in rest:
        inner = rest[rest.index("--") + 1 :]
        return lambda depth: (
            _command(inner, depth + 1) if inner and depth < DEEPEST else unknown("it opens a shell")
        )
    tail = [each for each in rest if not each.startswith("-")][2:]
    return lambda _: worst([unknown("it opens a shell, or runs something inside"), *by_words(tail)])


def _wrapped(options: frozenset[str], operands: int = 0) -> "Callable[[list[str], int], Verdict]":
    """Return what looks behind a wrapper: its options, those of them that take a value, and its own operands."""

    def look(rest: list[str], depth: int) -> Verdict:
        words = list(rest)
        while words and (words[0].startswith("-") or _ASSIGNMENT.fullmatch(words[0])):
            words = words[2 if words[0] in options else 1 :]
        words = words[operands:]
        if not words:
            return READS
        return _command(words, depth + 1) if depth < DEEPEST else unknown("it is nested too deeply to be told")

    return look


def _ssh(rest: list[str], depth: int) -> Verdict:
    words = list(rest)
    takes = {"-i", "-p", "-l", "-o", "-J", "-F", "-L", "-R", "-D", "-b", "-c", "-E", "-W"}
    while words and words[0].startswith("-"):
        words = words[2 if words[0] in takes else 1 :]
    inner = words[1:]
    if not inner:
        return Verdict(effect=Effect.WRITE, why="it opens a shell on another host")
    return classified(" ".join(inner), depth + 1)


def _shell(rest: list[str], depth: int) -> Verdict:
    for number, word in enumerate(rest):
        if re.fullmatch(r"-[a-z]*c", word) and number + 1 < len(rest):
            return classified(rest[number + 1], depth + 1)
    return unknown("it runs a script")


def _ansible(rest: list[str], depth: int) -> Verdict:
    if "--check" in rest or "-C" in rest or "--list-hosts" in rest:
        return READS
    for number, word in enumerate(rest):
        if word in {"-a", "--args"} and number + 1 < len(rest):
            return worst(
                [
                    Verdict(effect=Effect.WRITE, why="it runs on other hosts"),
                    classified(rest[number + 1], depth + 1),
                ]
            )
    return Verdict(effect=Effect.WRITE, why="it changes other hosts")


def _find(rest: list[str], depth: int) -> Verdict:
    if "-delete" in rest:
        return Verdict(effect=Effect.DESTRUCTIVE, why="find -delete removes files")
    for flag in ("-exec", "-execdir", "-ok", "-okdir"):
        if flag in rest:
            inner = [each for each in rest[rest.index(flag) + 1 :] if each not in {";", "+", "{}"}]
            return classified(shlex.join(inner), depth + 1)
    return READS


_WRAPPERS: MappingProxyType[str, Callable[[list[str], int], Verdict]] = MappingProxyType(
    {
        "sudo": _wrapped(frozenset({"-u", "-g", "-h", "-p", "-C", "--user", "--group"})),
        "doas": _wrapped(frozenset({"-u"})),
        "env": _wrapped(frozenset({"-u", "--unset"})),
        "nohup": _wrapped(frozenset()),
        "exec": _wrapped(frozenset({"-a"})),
        "command": _wrapped(frozenset()),
        "builtin": _wrapped(frozenset()),
        "eval": _wrapped(frozenset()),
        "nice": _wrapped(frozenset({"-n"})),
        "ionice": _wrapped(frozenset({"-c", "-n"})),
        "stdbuf": _wrapped(frozenset({"-o", "-i", "-e"})),
        "watch": _wrapped(frozenset({"-n", "--interval"})),
        "timeout": _wrapped(frozenset({"-s", "-k"}), operands=1),
        "xargs": _wrapped(frozenset({"-n", "-I", "-P", "-L", "-d", "-a", "-s", "-i"})),
        "chroot": _wrapped(frozenset(), operands=1),
        "find": _find,
        "strace": _wrapped(frozenset({"-p", "-e", "-o", "-s"})),
        "ssh": _ssh,
        "bash": _shell,
        "sh": _shell,
        "zsh": _shell,
        "ansible": _ansible,
        "ansible-playbook": _ansible,
    }
)  # fmt: skip
KNOWN = frozenset(
    {
        *verbs.READERS,
        *verbs.DESTROYERS,
        *verbs.SENDERS,
        *verbs.CHANGERS,
        *verbs.SPEAKERS,
        *verbs.ALIASES,
        *_WRAPPERS,
        *CLIENTS,
    }
)
