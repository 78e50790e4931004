"""The picture of a diagnosis: the line that tells most, and what was changed and turned meanwhile. Pure."""

from agents.changes import label, period
from agents.charts import MOST_LINES, Marker, Threshold, line_chart
from agents.investigator import Diagnosis
from agents.symptoms import NORMS, Symptom
from agents.units import listed, quantity
from memory.ids import derived
from memory.model.evidence import Series
from memory.model.talk import Chart


def symptom_charts(diagnosis: Diagnosis) -> tuple[Chart, ...]:
    """Return one chart where something turned within the window, none where a number says it all."""
    moved = [s for s in diagnosis.symptoms if s.since is not None and s.evidence.series]
    if not moved:
        return ()
    lead = next((s for s in moved if s.wrong), moved[0])
    around = (*diagnosis.dependencies, *diagnosis.further)
    others = [s for s in around if s.since is not None and s.signal is lead.signal][: MOST_LINES - 1]
    drawn = [s for s in (lead, *others) if s.evidence.series]
    norm = NORMS[lead.signal]
    title = f"{norm.says[:1].upper()}{norm.says[1:]} of {listed([s.service for s in drawn])}"
    limit = norm.limit
    return (
        line_chart(
            identifier=derived("chart", lead.evidence.id),
            title=title,
            alt=f"{title} over {period(diagnosis.window)}: {_course(lead)}.",
            unit=lead.unit,
            series=[Series(name=s.service, points=s.evidence.series[0].points) for s in drawn],
            markers=[Marker(at=seen.change.at, label=label(seen.change)) for seen in diagnosis.changes],
            threshold=Threshold(value=limit, label=quantity(limit, lead.unit)) if limit is not None else None,
        ),
    )


def _course(symptom: Symptom) -> str:
    level = f"{quantity(symptom.level, symptom.unit)} at the end"
    if symptom.before is None or symptom.since is None:
        return level
    return f"{level}, {quantity(symptom.before, symptom.unit)} before {symptom.since:%H:%M} UTC"
