"""What can be done with an incident, one `Deed` a capability: what it changes, how it is done and taken back."""

from memory.model.incident import Duty, Incident, IncidentStatus
from memory.model.plan import Call
from memory.model.run import Change
from memory.model.value import JsonValue
from tools.capabilities import incidents as known
from tools.connectors.incidents.acting import Deed, Settled
from tools.connectors.incidents.book import Book
from tools.contract import Arguments, CallContext, Capability
from tools.hands import given

ME = "me"


def _call(capability: Capability, incident: Incident, **arguments: JsonValue) -> Call:
    return Call(tool=capability.name, arguments={"incident": str(incident.number), **arguments})


async def _acknowledging(_: Arguments, found: Incident, _book: Book, context: CallContext) -> Settled:
    if found.acknowledged_at is not None:
        return Settled(f"Incident {found.number} is acknowledged already")
    change = Change(field="acknowledged", before="no", after=f"by {context.principal}")
    return Settled(f"Incident {found.number} is acknowledged by {context.principal}", change)


async def _acknowledge(_: Arguments, found: Incident, book: Book, context: CallContext) -> None:
    await book.acknowledge(context, found.id)


def _status(capability: Capability, status: IncidentStatus) -> Deed:
    """Return the deed that takes an incident to a status."""

    async def settle(asked: Arguments, found: Incident, _: Book, context: CallContext) -> Settled:
        del asked, context
        if found.status is status:
            return Settled(f"Incident {found.number} is {status.value} already")
        change = Change(field="status", before=found.status.value, after=status.value)
        return Settled(f"Incident {found.number} is {status.value}", change, undo=_back(found))

    async def do(asked: Arguments, found: Incident, book: Book, context: CallContext) -> None:
        reason = given(asked, known.Ending).reason or ""
        await book.set_status(context, found.id, status, reason)

    return Deed(capability, settle, do)


def _back(found: Incident) -> Call | None:
    """Return what brings an incident back to where it stands now."""
    match found.status:
        case IncidentStatus.OPEN | IncidentStatus.MITIGATED:
            return _call(known.INCIDENT_REOPEN, found)
        case IncidentStatus.RESOLVED:
            return _call(known.INCIDENT_RESOLVE, found)
        case IncidentStatus.MERGED:
            return None


async def _grading(asked: Arguments, found: Incident, _: Book, _context: CallContext) -> Settled:
    severity = given(asked, known.Grading).severity
    if found.severity == severity:
        return Settled(f"Incident {found.number} is sev{severity} already")
    change = Change(field="severity", before=f"sev{found.severity}", after=f"sev{severity}")
    undo = _call(known.INCIDENT_SEVERITY, found, severity=found.severity)
    return Settled(f"Incident {found.number} goes from sev{found.severity} to sev{severity}", change, undo=undo)


async def _grade(asked: Arguments, found: Incident, book: Book, context: CallContext) -> None:
    await book.set_severity(context, found.id, given(asked, known.Grading).severity)


async def _assigning(asked: Arguments, found: Incident, _: Book, context: CallContext) -> Settled:
    wanted = given(asked, known.Assignment)
    person = context.principal if wanted.person == ME else wanted.person
    before = found.duties.get(wanted.duty)
    says = f"{person} is {wanted.duty.value} of incident {found.number}"
    if before == person:
        return Settled(f"{says} already")
    change = Change(field=wanted.duty.value, before=before or "nobody", after=person)
    return Settled(says, change, {"person": person}, _as_before(found, wanted.duty))


async def _assign(asked: Arguments, found: Incident, book: Book, context: CallContext) -> None:
    wanted = given(asked, known.Assignment)
    person = context.principal if wanted.person == ME else wanted.person
    await book.assign(context, found.id, wanted.duty, person)


async def _releasing(asked: Arguments, found: Incident, _: Book, _context: CallContext) -> Settled:
    duty = given(asked, known.Released).duty
    before = found.duties.get(duty)
    says = f"Nobody is {duty.value} of incident {found.number}"
    if before is None:
        return Settled(f"{says} as it is")
    change = Change(field=duty.value, before=before, after="nobody")
    return Settled(f"{says} any more", change, undo=_as_before(found, duty))


async def _release(asked: Arguments, found: Incident, book: Book, context: CallContext) -> None:
    await book.assign(context, found.id, given(asked, known.Released).duty, None)


def _as_before(found: Incident, duty: Duty) -> Call:
    """Return what gives a duty back to who has it now."""
    person = found.duties.get(duty)
    if person is None:
        return _call(known.INCIDENT_RELEASE, found, duty=duty.value)
    return _call(known.INCIDENT_ASSIGN, found, duty=duty.value, person=person)


async def _noting(asked: Arguments, found: Incident, _: Book, _context: CallContext) -> Settled:
    text = given(asked, known.Note).text
    return Settled(f"Noted in incident {found.number}", Change(field="timeline", before="", after=text))


async def _note(asked: Arguments, found: Incident, book: Book, context: CallContext) -> Call:
    entry = await book.note(context, found.id, given(asked, known.Note).text)
    return _call(known.INCIDENT_CORRECT, found, entry=entry.id, text="Taken back.")


async def _naming(asked: Arguments, found: Incident, _: Book, _context: CallContext) -> Settled:
    title = given(asked, known.Naming).title
    if found.title == title:
        return Settled(f"Incident {found.number} is called so already")
    undo = _call(known.INCIDENT_TITLE, found, title=found.title)
    change = Change(field="title", before=found.title, after=title)
    return Settled(f"Incident {found.number} is called: {title}", change, undo=undo)


async def _name(asked: Arguments, found: Incident, book: Book, context: CallContext) -> None:
    await book.retitle(context, found.id, given(asked, known.Naming).title)


async def _merging(asked: Arguments, found: Incident, book: Book, context: CallContext) -> Settled:
    into = await book.named(context, given(asked, known.Merging).into)
    says = f"Incident {found.number} is part of incident {into.number}"
    if found.merged_into == into.id:
        return Settled(f"{says} already")
    change = Change(field=f"incident {found.number}", before=found.status.value, after=f"part of {into.number}")
    return Settled(says, change, undo=_call(known.INCIDENT_REOPEN, found))


async def _merge(asked: Arguments, found: Incident, book: Book, context: CallContext) -> None:
    into = await book.named(context, given(asked, known.Merging).into)
    await book.merge(context, found.id, into.id)


async def _withdrawing(_: Arguments, found: Incident, _book: Book, _context: CallContext) -> Settled:
    if found.withdrawn:
        return Settled(f"Incident {found.number} is withdrawn already")
    change = Change(field="status", before=found.status.value, after="withdrawn")
    undo = _call(known.INCIDENT_REOPEN, found)
    return Settled(f"Incident {found.number} is withdrawn: it was declared by mistake", change, undo=undo)


async def _withdraw(_: Arguments, found: Incident, book: Book, context: CallContext) -> None:
    await book.withdraw(context, found.id)


async def _correcting(asked: Arguments, found: Incident, _: Book, _context: CallContext) -> Settled:
    wanted = given(asked, known.Correction)
    change = Change(field=f"entry {wanted.entry}", before="as it stands", after=wanted.text)
    return Settled(f"Corrected in incident {found.number}", change)


async def _correct(asked: Arguments, found: Incident, book: Book, context: CallContext) -> None:
    wanted = given(asked, known.Correction)
    await book.correct(context, found.id, wanted.entry, wanted.text)


DEEDS = (
    Deed(known.INCIDENT_ACKNOWLEDGE, _acknowledging, _acknowledge),
    _status(known.INCIDENT_MITIGATE, IncidentStatus.MITIGATED),
    _status(known.INCIDENT_RESOLVE, IncidentStatus.RESOLVED),
    _status(known.INCIDENT_REOPEN, IncidentStatus.OPEN),
    Deed(known.INCIDENT_SEVERITY, _grading, _grade),
    Deed(known.INCIDENT_ASSIGN, _assigning, _assign),
    Deed(known.INCIDENT_RELEASE, _releasing, _release),
    Deed(known.INCIDENT_NOTE, _noting, _note),
    Deed(known.INCIDENT_TITLE, _naming, _name),
    Deed(known.INCIDENT_MERGE, _merging, _merge),
    Deed(known.INCIDENT_WITHDRAW, _withdrawing, _withdraw),
    Deed(known.INCIDENT_CORRECT, _correcting, _correct),
)
