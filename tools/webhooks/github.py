"""GitHub's webhooks: deployments and what is built are changes; what failed, and findings of security, are alerts.

What failed and later went well is one alert, that is over then: it has the same key. Pure.

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from memory.model.alert import AlertStatus
from memory.model.incident import Happening
from memory.model.value import JsonValue
from tools.webhooks.reading import Part
from tools.webhooks.report import LONGEST_NAME, LONGEST_SUMMARY, Report, ReportKind, labels, links
from tools.webhooks.severity import severity

SOURCE: Final = "github"
_WELL: Final = frozenset({"success", "completed", "neutral", "skipped", "inactive"})
_BADLY: Final = frozenset({"failure", "error", "timed_out", "startup_failure"})
_DEPLOY, _ROLLOUT, _BUILD = 2, 3, 4  # how bad it is that a deployment, what is named like one, or a build failed
_DEPLOYS: Final = re.compile(r"\b(deploy|release|roll ?out|promote)", re.IGNORECASE)
_UNDONE: Final = frozenset({"deleted", "unpublished", "edited"})


def parsed(body: JsonValue) -> tuple[Report, ...]:
    """Return what the event tells of, nothing for those that are neither; raises `PayloadInvalid`."""
    if isinstance(body, list):
        return tuple(_deployment(Part({"deployment": each})) for each in body)
    whole = Part(body)
    for field, read in _READERS.items():
        if whole.has(*field.split("+")):
            report = read(whole)
            return () if report is None else (report,)
    return ()


def _deployment_status(whole: Part) -> Report:
    said, deployed = whole.part("deployment_status"), whole.part("deployment")
    environment = said.maybe("environment") or deployed.text("environment")
    what = _what(deployed)
    state = said.text("state")
    at = said.maybe_moment("updated_at") or said.maybe_moment("created_at") or deployed.maybe_moment("updated_at")
    return _outcome(
        whole,
        name=f"deployment to {environment}",
        state=state,
        key=("deployment", _repository(whole), environment),
        severity_of_failure=_DEPLOY,
        summary=f"deployment of {_repository(whole)} {what} to {environment}: {state}",
        at=at,
        began=said.maybe_moment("created_at") or deployed.maybe_moment("created_at"),
        own={"environment": environment, "ref": deployed.at("ref"), "sha": deployed.at("sha")},
        url=said.at("log_url") or said.at("target_url") or said.at("environment_url"),
        description=said.maybe("description"),
    )


def _deployment(whole: Part) -> Report:
    deployed = whole.part("deployment")
    environment = deployed.text("environment")
    at = deployed.maybe_moment("created_at")
    return _outcome(
        whole,
        name=f"deployment to {environment}",
        state="created",
        key=("deployment", _repository(whole), environment),
        severity_of_failure=_DEPLOY,
        summary=f"deployment of {_repository(whole)} {_what(deployed)} to {environment} created",
        at=at,
        began=at,
        own={"environment": environment, "ref": deployed.at("ref"), "sha": deployed.at("sha")},
        url=deployed.at("url"),
        description=deployed.maybe("description"),
    )


def _review(whole: Part) -> Report:
    environment, run = whole.maybe("environment"), whole.maybe_part("workflow_run")
    at = whole.maybe_moment("since") or run.maybe_moment("updated_at")
    return _outcome(
        whole,
        name=f"deployment to {environment}" if environment else "deployment",
        state=whole.text("action"),
        key=("review", _repository(whole), environment),
        severity_of_failure=_BUILD,
        summary=f"deployment of {_repository(whole)} to {environment}: review {whole.text('action')}",
        at=at,
        began=at,
        own={"environment": environment},
        url=run.at("html_url"),
        description="",
    )


def _run(field: str) -> Callable[[Part], Report]:
    """Return what reads a workflow's run, one of its jobs, or a check: they are alike."""

    def read(whole: Part) -> Report:
        ran = whole.part(field)
        name = (
            ran.maybe("name")
            or ran.maybe("app", "name")
            or whole.maybe_part("workflow").maybe("name")
            or ran.maybe("path")
            or field
        )
        branch = ran.maybe("head_branch") or ran.maybe_part("check_suite").maybe("head_branch")
        state = ran.maybe("conclusion") or ran.text("status")
        ended = ran.maybe_moment("completed_at") or ran.maybe_moment("updated_at")
        began = (
            ran.maybe_moment("run_started_at") or ran.maybe_moment("started_at") or ran.maybe_moment("created_at")
        )
        return _outcome(
            whole,
            name=f"{field.replace('_', ' ')} {name}"[:LONGEST_NAME],
            state=state,
            key=(field, _repository(whole), ran.maybe("workflow_name"), name, branch),
            severity_of_failure=_ROLLOUT if _DEPLOYS.search(name) else _BUILD,
            summary=f"{field.replace('_', ' ')} {name} of {_repository(whole)} {branch}: {state}",
            at=ended or began,
            began=began or ended,
            own={"branch": branch, "sha": ran.at("head_sha"), "event": ran.at("event")},
            url=ran.at("html_url"),
            description=ran.maybe("display_title"),
        )

    return read


def _status(whole: Part) -> Report:
    context = whole.maybe("context") or "status"
    at = whole.maybe_moment("updated_at") or whole.maybe_moment("created_at")
    state = whole.text("state")
    return _outcome(
        whole,
        name=f"status {context}"[:LONGEST_NAME],
        state=state,
        key=("status", whole.maybe("name") or _repository(whole), context),
        severity_of_failure=_BUILD,
        summary=whole.maybe("description", longest=LONGEST_SUMMARY) or f"status {context}: {state}",
        at=at,
        began=at,
        own={"sha": whole.at("sha")},
        url=whole.at("target_url"),
        description="",
    )


def _push(whole: Part) -> Report | None:
    """Return a push to the branch that is built from; others change nothing that runs."""
    ref = whole.text("ref")
    if whole.at("deleted") is True or ref != f"refs/heads/{whole.maybe('repository', 'default_branch')}":
        return None
    head, branch = whole.maybe_part("head_commit"), ref.removeprefix("refs/heads/")
    at = head.maybe_moment("timestamp")
    return _outcome(
        whole,
        name="push",
        state="success",
        key=("push", _repository(whole), ref),
        severity_of_failure=_BUILD,
        summary=f"pushed to {_repository(whole)} {branch}: {head.maybe('message', longest=200)}",
        at=at,
        began=at,
        own={"sha": whole.at("after"), "ref": ref},
        url=whole.at("compare"),
        description="",
    )


def _release(whole: Part) -> Report | None:
    """Return a release that came out; that one is drafted, reworded or taken away changes nothing that runs."""
    released = whole.part("release")
    if released.at("draft") is True or whole.maybe("action") in _UNDONE:
        return None
    tag = released.text("tag_name")
    at = released.maybe_moment("published_at") or released.maybe_moment("created_at")
    return _outcome(
        whole,
        name="release",
        state="success",
        key=("release", _repository(whole), tag),
        severity_of_failure=_BUILD,
        summary=f"release {tag} of {_repository(whole)} {whole.maybe('action')}",
        at=at,
        began=at,
        own={"tag": tag},
        url=released.at("html_url"),
        description=released.maybe("name"),
    )


def _merged(whole: Part) -> Report | None:
    """Return a pull request merged into the branch that is built from; others change nothing that runs."""
    asked = whole.part("pull_request")
    at = asked.maybe_moment("merged_at")
    onto, built = asked.maybe("base", "ref"), whole.maybe("repository", "default_branch")
    if at is None or (onto and built and onto != built):
        return None
    return _outcome(
        whole,
        name="merge",
        state="success",
        key=("merge", _repository(whole), asked.text("number")),
        severity_of_failure=_BUILD,
        summary=f"merged into {_repository(whole)}: {asked.maybe('title', longest=200)}",
        at=at,
        began=at,
        own={"number": asked.at("number")},
        url=asked.at("html_url"),
        description="",
    )


def _dispatched(whole: Part) -> Report:
    workflow = whole.text("workflow")
    return _outcome(
        whole,
        name=f"workflow {workflow}"[:LONGEST_NAME],
        state="queued",
        key=("dispatch", _repository(whole), workflow),
        severity_of_failure=_BUILD,
        summary=f"workflow {workflow} of {_repository(whole)} started by hand",
        at=None,
        began=None,
        own={"ref": whole.at("ref")},
        url=None,
        description="",
    )


def _security(whole: Part) -> Report:
    """Return an alert of Dependabot, of code scanning or of secret scanning."""
    alert = whole.part("alert")
    advisory, rule = alert.maybe_part("security_advisory"), alert.maybe_part("rule")
    state = alert.maybe("state") or ("resolved" if alert.maybe("resolution") else whole.text("action"))
    over = state in {"fixed", "dismissed", "auto_dismissed", "resolved", "closed"}
    kind = alert.maybe("secret_type") or rule.maybe("id") or advisory.maybe("ghsa_id") or "security"
    ended = next(
        (found for name in ("fixed_at", "resolved_at", "dismissed_at") if (found := alert.maybe_moment(name))),
        None,
    )
    secret = "critical" if alert.has("secret_type") else ""
    return Report(
        source=SOURCE,
        key=("security", _repository(whole), kind, alert.text("number")),
        name=(advisory.maybe("summary") or rule.maybe("description") or f"secret {kind}")[:LONGEST_NAME],
        status=AlertStatus.RESOLVED if over else AlertStatus.FIRING,
        severity=severity(
            secret, rule.maybe("security_severity_level"), advisory.maybe("severity"), rule.maybe("severity")
        ),
        summary=advisory.maybe("summary", longest=LONGEST_SUMMARY)
        or rule.maybe("description", longest=LONGEST_SUMMARY),
        description=advisory.maybe("description"),
        started_at=alert.maybe_moment("created_at"),
        ended_at=ended if over else None,
        at=alert.maybe_moment("updated_at"),
        labels=labels(
            {
                "repository": _repository(whole),
                "package": alert.at("dependency", "package", "name"),
                "advisory": advisory.at("ghsa_id"),
                "kind": kind,
            }
        ),
        links=links(source=alert.at("html_url")),
    )


def _advisory(whole: Part) -> Report:
    advisory = whole.part("security_advisory")
    over = whole.text("action") == "withdrawn" or advisory.maybe_moment("withdrawn_at") is not None
    return Report(
        source=SOURCE,
        key=("advisory", advisory.text("ghsa_id")),
        name=advisory.text("summary", longest=LONGEST_NAME),
        status=AlertStatus.RESOLVED if over else AlertStatus.FIRING,
        severity=severity(advisory.maybe("severity")),
        summary=advisory.maybe("summary", longest=LONGEST_SUMMARY),
        description=advisory.maybe("description"),
        started_at=advisory.maybe_moment("published_at"),
        ended_at=advisory.maybe_moment("withdrawn_at") if over else None,
        at=advisory.maybe_moment("updated_at"),
        labels=labels({"advisory": advisory.at("ghsa_id"), "cve": advisory.at("cve_id")}),
        links=links(source=advisory.at("html_url")),
    )


def _outcome(  # noqa: PLR0913 -- what every event of GitHub has in common, each by its name
    whole: Part,
    *,
    name: str,
    state: str,
    key: tuple[str, ...],
    severity_of_failure: int,
    summary: str,
    at: datetime | None,
    began: datetime | None,
    own: dict[str, JsonValue],
    url: JsonValue,
    description: str,
) -> Report:
    """Return what became of something that runs: an alert where it failed, else a change."""
    failed, well = state.casefold() in _BADLY, state.casefold() in _WELL
    return Report(
        source=SOURCE,
        kind=ReportKind.ALERT if failed else ReportKind.CHANGE,
        key=key,
        name=name[:LONGEST_NAME],
        status=AlertStatus.FIRING if failed else AlertStatus.RESOLVED,
        severity=severity_of_failure if failed else severity("info"),
        summary=summary[:LONGEST_SUMMARY],
        description=description,
        started_at=began,
        ended_at=None if failed else at,
        at=at,
        labels=labels(
            {"repository": _repository(whole), "state": state, "actor": whole.at("sender", "login"), **own}
        ),
        links=links(source=url),
        happening=Happening.DEPLOY if key[0] in _RECORDED else None,
        settles=well,
    )


_RECORDED: Final = frozenset({"deployment", "release", "push", "merge", "workflow_run"})


def _repository(whole: Part) -> str:
    return whole.maybe("repository", "full_name") or whole.maybe("repository", "name") or "a repository"


def _what(deployed: Part) -> str:
    return f"{deployed.maybe('ref')} ({deployed.maybe('sha')[:7]})"


_READERS: Final[dict[str, Callable[[Part], Report | None]]] = {
    "deployment_status+deployment": _deployment_status,
    "workflow_job": _run("workflow_job"),
    "reviewers+requestor": _review,
    "deployment": _deployment,
    "check_run": _run("check_run"),
    "check_suite": _run("check_suite"),
    "workflow_run": _run("workflow_run"),
    "workflow+inputs": _dispatched,
    "release": _release,
    "pull_request": _merged,
    "security_advisory": _advisory,
    "alert": _security,
    "state+context": _status,
    "pusher": _push,
}
