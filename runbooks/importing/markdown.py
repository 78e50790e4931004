"""From plain Markdown to a runbook that suggests: its sections become steps, its text stays as it stands. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from markdown_it.token import Token

from memory.model.plan import Effect
from memory.model.value import JsonValue
from runbooks.format.markdown import is_action, tokens
from runbooks.importing.blocks import Command, commands, inline
from runbooks.importing.report import MARKS, Imported, ImportReport, StepReport
from runbooks.importing.verdict import worst
from runbooks.importing.writing import LONGEST_TITLE, digest, fenced, front_matter, one_line, slug, words

WHY_TEXT = "nothing to carry out: it is text for a person"
WHY_COMMANDS = "its commands are for a shell, and nothing here gives a text to a shell"
WHY_FILE = "Everything in it is kept; it can be read and found, and nothing in it is carried out."

_FENCE = re.compile(r"^(?P<lead>\s*(?:(?:[-*+]|\d+[.)]|>)\s+)*)(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)$")
_ENDS = re.compile(r"\r\n?|\n")
_OPENING = re.compile(r"(?P<fence>`{3,}|~{3,}).*")
_TITLE = re.compile(r"^title\s*[:=]\s*(?P<title>.+)$", re.MULTILINE)
_ALERT = re.compile(r"[A-Za-z][A-Za-z0-9]*[a-z][A-Z][A-Za-z0-9]*")
_LICENCES = re.compile(r"\A\s*<!--.*?-->\s*", re.DOTALL)


@dataclass(eq=False)
class Section:
    """What stands below one heading, until the next of any level."""

    title: str
    line: int  # of the heading, in the source
    lines: list[str] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)


def imported_markdown(text: str, file: str, data: bytes) -> Imported:
    """Return a runbook of the text. Every text gives one: what cannot be made out stays prose."""
    lines = text.split("\n")
    front, start = _front(lines)
    body, notes = mended(lines[start:])
    blocks = tokens("\n".join(body))
    lead, sections = _sections(blocks, body, start)
    title = _title(front, lead, sections, file)
    steps = [each for each in sections if each.commands] or [each for each in sections if _text(each)]
    if not steps:
        lead.title = lead.title or title
        sections, steps = [lead, *sections], [lead]
    elif lead.commands:
        lead.title = "Before anything else"
        sections, steps = [lead, *sections], [lead, *steps]
    report = ImportReport(
        file=file,
        format="markdown",
        id=slug(title),
        title=title,
        why=WHY_FILE,
        steps=tuple(_report(number, each) for number, each in enumerate(steps, start=1)),
        notes=tuple(f"line {line + start}: {note}" for line, note in notes),
    )
    head = _head(report, lead, sections, data)
    told = disarmed(_body(report, lead, sections, steps, front))
    return Imported(text=front_matter(head) + told, report=report)


def disarmed(text: str) -> str:
    """Return a text without a block that would be read as an action, whatever it stands in."""
    while armed := [each.map[0] for each in tokens(text) if each.map and is_action(each)]:
        lines = _ENDS.split(text)  # as the parser counts them
        for number in armed:
            lines[number] = _OPENING.sub(r"\g<fence>yaml", lines[number], count=1)
        text = "\n".join(lines)
    return text


def mended(lines: Sequence[str]) -> tuple[list[str], list[tuple[int, str]]]:
    """Return lines in which every fence ends, and (line, what was mended) of those that did not."""
    found: list[str] = []
    notes: list[tuple[int, str]] = []
    fence = ""
    for number, line in enumerate(lines, start=1):
        opening = _FENCE.match(line)
        if not fence:
            fence = opening["fence"] if opening else ""
            found.append(line)
            continue
        stripped = line.rstrip()
        if opening and opening["fence"].startswith(fence) and not opening["info"].strip():
            fence = ""
        elif stripped.endswith(fence) and stripped.count(fence) == 1 and not stripped.lstrip().startswith(fence):
            indent = line[: len(line) - len(line.lstrip())]
            found += [stripped.removesuffix(fence), indent + fence]
            notes.append((number, "a fence that ended on the line of its last command was put on its own line"))
            fence = ""
            continue
        found.append(line)
    if fence:
        found.append(fence)
        notes.append((len(lines), "a fence that was never closed is closed at the end"))
    return found, notes


def _front(lines: Sequence[str]) -> tuple[str, int]:
    """Return the source's own front matter, and the line after it, counted from 0."""
    for mark in ("---", "+++"):
        if lines[0].rstrip() != mark:
            continue
        for number, line in enumerate(lines[1:200], start=1):
            if line.rstrip() == mark:
                return "\n".join(lines[1:number]), number + 1
    return "", 0


def _sections(blocks: Sequence[Token], body: list[str], start: int) -> tuple[Section, list[Section]]:
    """Return what stands before the first heading, and what stands below each."""
    lead = Section(title="", line=start + 1)
    found = [lead]
    at = 0
    for token, content in pairwise(blocks):
        if token.type == "heading_open" and token.level == 0 and token.map:
            found[-1].lines += body[at : token.map[0]]
            at = token.map[1]
            found.append(Section(title=one_line(_plain(content)), line=token.map[0] + start + 1))
            if _says_more(content):
                found[-1].lines = ["", *(f"> {line}" for line in content.content.split("\n")), ""]
    found[-1].lines += body[at:]
    edges = [each.line for each in found[1:]] + [len(body) + start + 1]
    for section, end in zip(found, edges, strict=True):
        section.commands = [each for each in _commands(blocks, start) if section.line <= each.line < end]
    _mark(blocks, found)
    return lead, found[1:]


def _plain(content: Token) -> str:
    texts = {"text", "code_inline", "text_special"}
    children = content.children or ()
    return "".join(each.content if each.type in texts else " " * ("break" in each.type) for each in children)


def _says_more(content: Token) -> bool:
    """Return whether a heading says more than its words on one line: addresses, several lines, too many words."""
    more = any(each.type in {"link_open", "image", "softbreak", "hardbreak"} for each in content.children or ())
    return more or len(content.content) > LONGEST_TITLE


def _commands(blocks: Sequence[Token], start: int) -> Iterator[Command]:
    for token in blocks:
        if token.map is None:
            continue
        if token.type == "fence":
            yield from commands(token.content, (token.info.split() or [""])[0], token.map[0] + start + 2)
        elif token.type == "code_block":
            yield from commands(token.content, "", token.map[0] + start + 1)
        elif token.type == "inline":
            for child in token.children or ():
                if child.type == "code_inline" and inline(child.content):
                    yield from commands(child.content, "", token.map[0] + start + 1)


def _mark(blocks: Sequence[Token], sections: Sequence[Section]) -> None:
    """Name each block of commands by what it would do, and leave no block that names itself an action."""
    fences = iter(token for token in blocks if token.type == "fence" and token.map)
    within = ""
    for section in sections:
        for number, line in enumerate(section.lines):
            opening = _FENCE.match(line)
            if opening is None or (within and not opening["fence"].startswith(within)):
                continue
            if within:
                within = "" if not opening["info"].strip() else within
                continue
            within = opening["fence"]
            token = next(fences, None)
            section.lines[number] = opening["lead"] + opening["fence"] + _info(opening["info"], token)


def _info(info: str, token: Token | None) -> str:
    info = info.strip()
    if (token is not None and is_action(token)) or info.split()[:1] == ["action"]:
        return "yaml"
    found = commands(token.content, (info.split() or [""])[0], 1) if token is not None else ()
    effect = worst([each.verdict for each in found]).effect if found else Effect.READ
    if effect is not Effect.DESTRUCTIVE:
        return info
    return f"{info or 'bash'} {MARKS[effect]}"


def _title(front: str, lead: Section, sections: list[Section], file: str) -> str:
    said = _TITLE.search(front)
    if said:
        return one_line(said["title"].strip().strip("\"'")) or "Runbook"
    if sections and sections[0].title:
        return sections[0].title
    stem = file.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0].rsplit("__", 1)[-1]
    return one_line(stem or lead.title) or "Runbook"


def _text(section: Section) -> bool:
    return any(line.strip() for line in section.lines)


def _report(number: int, section: Section) -> StepReport:
    verdict = worst([each.verdict for each in section.commands])
    return StepReport(
        number=number,
        title=section.title or "Read this",
        line=section.line,
        why=WHY_COMMANDS if section.commands else WHY_TEXT,
        effect=verdict.effect,
        gated=verdict.effect is Effect.DESTRUCTIVE,
        commands=tuple(section.commands),
    )


def _head(report: ImportReport, lead: Section, sections: Sequence[Section], data: bytes) -> dict[str, JsonValue]:
    intents = [words(report.title)]
    prose = _first_words([lead, *sections])
    if prose and prose.lower() not in intents:
        intents.append(prose)
    alerts: list[JsonValue] = [report.title] if _ALERT.fullmatch(report.title) else []
    return {
        "id": report.id,
        "title": report.title,
        "version": "1",
        "intents": [each or "runbook" for each in intents],
        "tier": "suggest",
        "owner": "",
        "alerts": alerts,
        "imported": {"file": one_line(report.file), "format": "markdown", "digest": digest(data)},
    }


def _first_words(sections: Sequence[Section]) -> str:
    """Return the first sentence of the text, which says what it is about."""
    for section in sections:
        for line in section.lines:
            plain = re.sub(r"[*_`>#\[\]]", "", line).strip()
            if len(plain.split()) > 3 and not _FENCE.match(line):  # noqa: PLR2004  # a sentence, not a label
                return one_line(re.split(r"(?<=[.!?]) ", plain)[0], 200)
    return ""


def _body(
    report: ImportReport, lead: Section, sections: Sequence[Section], steps: Sequence[Section], front: str
) -> str:
    parts = [
        f"# {_escaped(report.title)}",
        "",
        "> Imported, and *suggest* only: read it and follow it by hand. Nothing in it is carried out from here.",
        "",
    ]
    if lead not in sections:
        parts += lead.lines
    for section in sections:
        if section in steps:
            number = steps.index(section) + 1
            parts += ["", f"## {number}. {_escaped(report.steps[number - 1].title)}", ""]
            parts += _warning(report.steps[number - 1])
        else:
            parts += ["", f"## {_escaped(section.title) or 'Text'}", ""]
        parts += section.lines
    if front:
        parts += ["", "## From the source's front matter", "", fenced(front, "text")]
    return "\n".join(parts).rstrip("\n") + "\n"


def _warning(step: StepReport) -> list[str]:
    bad = [each for each in step.commands if each.verdict.effect is Effect.DESTRUCTIVE]
    if not bad:
        return []
    where = ", ".join(str(line) for line in dict.fromkeys(each.line for each in bad))
    says = "it cannot be taken back. A second person agrees before anybody types it."
    return [f"> **Destructive** (line {where} of the source): {says}", ""]


def _escaped(title: str) -> str:
    """Return a title that is words in a heading and nothing else: no number of a step, no closing marks."""
    text = re.sub(r"([\\`*_\[\]<>#&!|~])", r"\\\1", title)
    return re.sub(r"^(\d+)\.", r"\1\\.", text)
