"""From an AWS Systems Manager Automation document to a runbook that suggests. Pure.

Schema 0.3, and the steps of command documents (2.2), in JSON or YAML. Each step keeps its own text word for word;
branches, loops and what follows a failure are told in words beside it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from memory.errors import RunbookInvalid
from memory.model.plan import Effect
from memory.model.value import JsonValue
from runbooks.importing.blocks import Command, commands
from runbooks.importing.report import MARKS, Imported, ImportReport, StepReport
from runbooks.importing.ssm_source import Source, parsed
from runbooks.importing.verdict import Verdict, worst
from runbooks.importing.writing import digest, fenced, front_matter, one_line, slug, words

SUFFIXES = (".json", ".yaml", ".yml")
WHY_API = "it calls AWS, and no tool of this house does"
WHY_APPROVAL = "people approve plans here themselves; an approval of AWS is none of ours"
WHY_SCRIPT = "its commands are for a shell, and nothing here gives a text to a shell"
WHY_FLOW = "it only steers the document: it waits, decides or repeats"
WHY_FILE = "It is an SSM Automation document: AWS carries it out, and here it can be read and found."

_ENDS = re.compile(
    r"(delete|terminate|deregister|remove|purge|destroy|reset|release|revoke|cancel|reboot)", re.IGNORECASE
)
_LOOKS = re.compile(r"(describe|get|list|lookup|search|batchget|head|query|scan|filter)", re.IGNORECASE)
_FLOW = frozenset({"aws:branch", "aws:loop", "aws:pause", "aws:sleep", "aws:waitForAwsResourceProperty",
                   "aws:assertAwsResourceProperty", "aws:updateVariable"})  # fmt: skip
_SCRIPTS = frozenset({"commands", "runcommand", "script"})
_TYPES = {"String": "text", "Integer": "integer", "Boolean": "boolean", "StringList": "list"}


def looks_like_ssm(text: str, file: str) -> bool:
    """Return whether a file is to be read as an SSM document: by its name, or by how it begins."""
    return file.lower().endswith(SUFFIXES) or text.lstrip()[:1] == "{" or text.startswith("schemaVersion:")


def imported_ssm(text: str, file: str, data: bytes) -> Imported:
    """Return a runbook of the document; raises `RunbookInvalid` with file and line where it is none."""
    source = parsed(text, file)
    steps = _main_steps(source, file)
    reports = tuple(
        _report(number, step, source.line("mainSteps", number - 1)) for number, step in enumerate(steps, 1)
    )
    stem = file.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    report = ImportReport(
        file=file, format="ssm", id=slug(stem), title=one_line(stem) or "Runbook", why=WHY_FILE, steps=reports
    )
    return Imported(text=front_matter(_head(source, report, data)) + _body(source, steps, report), report=report)


def _main_steps(source: Source, file: str) -> list[dict[str, Any]]:
    steps = source.value.get("mainSteps")
    if steps is None and isinstance(source.value.get("runtimeConfig"), dict):
        raise RunbookInvalid(
            f"{file}:{source.line('runtimeConfig')}: expected schemaVersion 0.3 or 2.2 with mainSteps, found 1.2",
            hint="AWS converts such documents to a newer schema.",
        )
    if not isinstance(steps, list) or not steps:
        found = (
            "none"
            if steps is None
            else f"a {type(steps).__name__}"
            if not isinstance(steps, list)
            else "an empty list"
        )
        raise RunbookInvalid(f"{file}:{source.line('mainSteps')}: expected a list of mainSteps, found {found}")
    for number, step in enumerate(steps):
        if not isinstance(step, dict) or not isinstance(step.get("action"), str):
            line = source.line("mainSteps", number)
            raise RunbookInvalid(f"{file}:{line}: expected a step with an action, found {str(step)[:60]!r}")
    return steps


def _report(number: int, step: Mapping[str, Any], line: int) -> StepReport:
    found = tuple(_scripts(step.get("inputs"), line))
    verdict, why = _verdict(step, found)
    return StepReport(
        number=number,
        title=one_line(str(step.get("name") or f"Step {number}")),
        line=line,
        why=why,
        effect=verdict.effect,
        gated=verdict.effect is Effect.DESTRUCTIVE,
        commands=found or (Command(text=str(step["action"]), line=line, verdict=verdict),),
    )


def _verdict(step: Mapping[str, Any], scripts: tuple[Command, ...]) -> tuple[Verdict, str]:
    action, inputs = str(step["action"]), step.get("inputs")
    given: Mapping[str, Any] = inputs if isinstance(inputs, dict) else {}
    if scripts:
        found = worst([each.verdict for each in scripts])
        return (found if found.effect is not Effect.READ else _changes("it runs a script")), WHY_SCRIPT
    if action == "aws:approve":
        return Verdict(effect=Effect.READ, why="it asks people"), WHY_APPROVAL
    if action in _FLOW:
        inner = given.get("Steps")
        nested = (
            [_verdict(each, ())[0] for each in inner if isinstance(each, dict) and "action" in each]
            if isinstance(inner, list)
            else []
        )
        return worst(nested), WHY_FLOW
    told = " ".join(str(given.get(each, "")) for each in ("Api", "DocumentName", "DesiredState", "FunctionName"))
    if _ENDS.search(action) or _ENDS.search(told):
        return Verdict(
            effect=Effect.DESTRUCTIVE, why=f"{action} {told}".strip() + " cannot be taken back"
        ), WHY_API
    if action == "aws:executeAwsApi" and _LOOKS.match(str(given.get("Api", ""))):
        return Verdict(effect=Effect.READ, why="it only looks"), WHY_API
    return _changes(f"{action} {told}".strip()), WHY_API


def _changes(why: str) -> Verdict:
    return Verdict(effect=Effect.WRITE, why=f"{why} changes things, or is taken to")


def _scripts(inputs: Any, line: int) -> Iterator[Command]:
    """Yield the commands that a step gives to a shell, wherever in its inputs they are."""
    if isinstance(inputs, dict):
        for name, each in inputs.items():
            if str(name).lower() in _SCRIPTS:
                for text in each if isinstance(each, list) else [each]:
                    yield from commands(str(text), "bash", line)
            else:
                yield from _scripts(each, line)
    elif isinstance(inputs, list):
        for each in inputs:
            yield from _scripts(each, line)


def _head(source: Source, report: ImportReport, data: bytes) -> dict[str, JsonValue]:
    about = _sentence(str(source.value.get("description") or ""))
    intents: list[JsonValue] = [words(report.title) or "runbook"]
    if about and about != intents[0]:
        intents.append(about)
    return {
        "id": report.id,
        "title": report.title,
        "version": "1",
        "summary": about,
        "intents": intents,
        "tier": "suggest",
        "owner": "",
        "inputs": _inputs(source.value.get("parameters")),
        "imported": {"file": one_line(report.file), "format": "ssm", "digest": digest(data)},
    }


def _sentence(text: str) -> str:
    lines = [line.strip() for line in text.split("\n") if line.strip() and not line.strip().startswith("#")]
    return one_line(re.split(r"(?<=[.!?]) ", " ".join(lines))[0], 250) if lines else ""


def _inputs(parameters: Any) -> dict[str, JsonValue]:
    """Return the parameters as inputs, all of them optional: nothing here is carried out with them."""
    found: dict[str, JsonValue] = {}
    for name, given in parameters.items() if isinstance(parameters, dict) else ():
        told = given if isinstance(given, dict) else {}
        key = slug(str(name)).replace("-", "_")[:50]
        key = key if key[:1].isalpha() else f"input_{key}"
        kind = _TYPES.get(str(told.get("type", "String")), "text")
        says = _sentence(str(told.get("description") or "")) or one_line(str(name)) or "a value"
        one: dict[str, JsonValue] = {"type": kind, "says": one_line(says, 200), "optional": True}
        if kind == "list":
            one["of"] = "text"
        found.setdefault(key, one)
    return found


def _body(source: Source, steps: list[dict[str, Any]], report: ImportReport) -> str:
    parts = [
        f"# {_escaped(report.title)}",
        "",
        "> Imported, and *suggest* only: AWS carries this document out. Nothing in it is carried out from here.",
        "",
    ]
    if source.value.get("description"):
        parts += [fenced(str(source.value["description"]), "text"), ""]
    for number, (step, told) in enumerate(zip(steps, report.steps, strict=True)):
        parts += [f"## {told.number}. {_escaped(told.title)}", "", *_warned(told)]
        parts += [*_in_words(step), "", *_shown_scripts(told), fenced(source.text_of(number), source.language), ""]
    rest = {name: each for name, each in source.value.items() if name not in {"mainSteps", "description"}}
    whole = yaml.safe_dump(rest, sort_keys=False, allow_unicode=True, width=110)
    parts += ["## The rest of the document", "", fenced(whole, "yaml")]
    return "\n".join(parts).rstrip("\n") + "\n"


def _warned(told: StepReport) -> list[str]:
    if told.effect is not Effect.DESTRUCTIVE:
        return []
    return ["> **Destructive**: it cannot be taken back. A second person agrees before anybody runs it.", ""]


def _shown_scripts(told: StepReport) -> Iterator[str]:
    for each in told.commands:
        if not each.text.startswith("aws:"):
            mark = MARKS[each.verdict.effect] if each.verdict.effect is Effect.DESTRUCTIVE else ""
            yield fenced(each.text, f"bash {mark}".rstrip())
            yield ""


def _in_words(step: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a step is and where it leads, in sentences."""
    yield f"Action {_code(step['action'])}."
    if isinstance(step.get("description"), str) and step["description"].strip():
        yield from ("", fenced(step["description"], "text"), "")
    inputs = step.get("inputs")
    given: Mapping[str, Any] = inputs if isinstance(inputs, dict) else {}
    for choice in given.get("Choices") or () if isinstance(given.get("Choices"), list) else ():
        if isinstance(choice, dict):
            test = {name: each for name, each in choice.items() if name != "NextStep"}
            where, leads = _code(json.dumps(test, default=str)), _code(choice.get("NextStep", ""))
            yield f"- Where {where}: go on with {leads}."
    if "Default" in given:
        yield f"- Otherwise: go on with {_code(given['Default'])}."
    for name, means in (
        ("nextStep", "Then go on with"),
        ("onFailure", "Where it fails"),
        ("onCancel", "Where it is cancelled"),
        ("maxAttempts", "Attempts"),
        ("timeoutSeconds", "Seconds it may take"),
        ("isEnd", "Ends here"),
    ):
        if name in step:
            yield f"- {means}: {_code(step[name])}."


def _code(value: Any) -> str:
    text = one_line(str(value)).replace("`", "'")
    return f"`{text}`" if text else "`nothing`"


def _escaped(title: str) -> str:
    return re.sub(r"([\\`*_\[\]<>#&!|~])", r"\\\1", title)
