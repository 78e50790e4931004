"""What to say when a look brought nothing: what was wrong, what is still known, and a way on. Pure."""

from collections.abc import Sequence

from rapidfuzz import process

from agents.answer import Answer, AnswerKind
from agents.footnotes import Footnotes
from agents.recollection import Recollection
from agents.units import listed, moment, sentence
from agents.untrusted import quoted
from memory.errors import (
    AmbiguousService,
    ConnectorError,
    PolicyDenied,
    QueryRejected,
    UnknownService,
    every_error,
)
from memory.ids import derived
from memory.model.catalogue import Catalogue
from memory.model.evidence import Evidence
from memory.model.intent import Intent
from memory.model.run import Outcome
from memory.model.talk import Button, ButtonAction
from memory.model.value import Moment

NEAREST = 3
_CONNECTOR_CODES = {ConnectorError.code, *(error.code for error in every_error(ConnectorError))}


def failed(
    intent: Intent, outcome: Outcome, *, catalogue: Catalogue, recollection: Recollection, now: Moment
) -> Answer:
    """Return what to say of an outcome that is not ok."""
    code = outcome.error_code
    if code == PolicyDenied.code:
        return Answer(kind=AnswerKind.REFUSAL, text=f"Policy says no: {sentence(outcome.summary)}", intent=intent)
    if code == QueryRejected.code:
        return _query(intent, outcome, now)
    if code in {UnknownService.code, AmbiguousService.code}:
        return unknown_service(intent, outcome.summary, catalogue)
    if code in _CONNECTOR_CODES:
        return _away(intent, outcome, recollection, now)
    return Answer(kind=AnswerKind.ERROR, text=sentence(outcome.summary or "That did not work"), intent=intent)


def unknown_service(intent: Intent, said: str, catalogue: Catalogue) -> Answer:
    """Return the names that are nearest to the one that was meant, each as a button that asks again with it."""
    found = intent.arguments.get("service")
    wanted = str(found.value) if found else ""
    nearest = [name for name, *_ in process.extract(wanted, catalogue.names(), limit=NEAREST)]
    text = (
        f"{sentence(said)} The nearest names I know are {listed(nearest, last='or')}."
        if nearest
        else sentence(said)
    )
    quote = (found.quote if found else "") or wanted
    return Answer(kind=AnswerKind.ERROR, text=text, intent=intent, buttons=_instead(intent.text, quote, nearest))


def _instead(text: str, quote: str, names: Sequence[str]) -> tuple[Button, ...]:
    if not quote or quote not in text:
        return ()
    return tuple(Button(label=n, action=ButtonAction.SAY, value=text.replace(quote, n, 1)) for n in names)


def _query(intent: Intent, outcome: Outcome, now: Moment) -> Answer:
    """Show the source's own words on a query: quoted in the text, for they are what the person needs to go on."""
    query = str(intent.values().get("query", ""))
    fact = Evidence(
        id=derived("ev", "rejected", query, now.isoformat()),
        source="prometheus",
        query=query,
        summary="The query was refused.",
        observed_at=now,
        text=outcome.summary,
    )
    text = f"The query was refused [1]: {quoted(outcome.summary)}"
    return Answer(kind=AnswerKind.ERROR, text=text, intent=intent, evidence=(fact,))


def _away(intent: Intent, outcome: Outcome, recollection: Recollection, now: Moment) -> Answer:
    """Say what could not be reached, and what was last seen there in this conversation."""
    notes = Footnotes()
    missing = outcome.missing or (intent.tool,)
    text = f"I could not look: {sentence(outcome.summary)}"
    fact = _last_known(intent, recollection)
    if fact is not None:
        seen = moment(fact.observed_at, now)
        text += f" The last I saw is from {seen}: {fact.summary.rstrip('.')}{notes.cite(fact)}."
    again = Button(label="Try again", action=ButtonAction.SAY, value=intent.text)
    return Answer(
        kind=AnswerKind.ERROR,
        text=text,
        intent=intent,
        evidence=notes.evidence,
        buttons=(again,) if len(intent.text) <= 200 else (),  # noqa: PLR2004  # a button is no place for an essay
        missing=missing,
    )


def _last_known(intent: Intent, recollection: Recollection) -> Evidence | None:
    """Return the first fact of the turn before, if that was about the same service."""
    last = recollection.last
    if last is None or last.intent.values().get("service") != intent.values().get("service"):
        return None
    return last.evidence[0] if last.evidence else None
