"""Who has which duty, and what everybody did last. Pure."""

from agents.summaries.document import Sentence
from agents.summaries.lexicon import Role, listed
from agents.summaries.story import Said, Story
from agents.summaries.telling import sentence, told
from agents.summaries.weighing import top
from agents.summaries.words import tokens
from memory.model.incident import Happening

MOST_DUTIES, MOST_PEOPLE = 6, 8
_MACHINES = frozenset({Happening.ALERT, Happening.METRIC, Happening.DEPLOY, Happening.FLAG})
_TITLES = listed("commander lead scribe ic communications comms owner coordinator driver deputy liaison")
_TAKES = listed(
    "assumes assigned takes took taking taken is as becomes became appointed nominated owns owning leads leading "
    "m am driving over joins joined paged handed handing hands off point command commander scribe signs here"
)


def people(story: Story) -> list[Sentence]:
    """Return the duties, and after them the last thing each person did who has none in words."""
    found = list(_recorded(story))
    duties = top(list(reversed([each for each in story.of(Role.DUTY) if _is_duty(each)])), MOST_DUTIES)
    found += [told(story, each) for each in duties]
    told_of = {each.entry.id for each in duties}
    return found + [told(story, each) for each in _latest(story) if each.entry.id not in told_of]


def _recorded(story: Story) -> list[Sentence]:
    record = story.account.incident
    if record is None:
        return []
    return [_duty(story, record.id, duty.value, person) for duty, person in sorted(record.duties.items())]


def _duty(story: Story, incident: str, duty: str, person: str) -> Sentence:
    """Return who has a duty, resting on the entry that gave it where there is one."""
    given = [each.id for each in story.entries if each.kind is Happening.DUTY and duty in each.text.lower()]
    return sentence(f"{duty.capitalize()}: {story.name(person)}.", (incident, *given[-1:]))


def _is_duty(said: Said) -> bool:
    if not said.entry.trusted or said.is_(Role.FOLLOW_UP, Role.QUESTION):
        return False
    if said.entry.kind is Happening.DUTY:
        return True
    found = set(tokens(said.clause.text))
    return bool(found & _TITLES) and bool(found & _TAKES)


def _latest(story: Story) -> tuple[Said, ...]:
    """Return the last thing that each person did about it, of those who did something last."""
    found: dict[str, Said] = {}
    for each in reversed(story.of(Role.ACTION, Role.RESPONSE, Role.DECISION, Role.COMMUNICATION)):
        if each.entry.kind in _MACHINES or each.is_(Role.FOLLOW_UP, Role.QUESTION):
            continue
        if each.entry.author and each.entry.trusted and each.entry.author not in found:
            found[each.entry.author] = each
        if len(found) == MOST_PEOPLE:
            break
    return tuple(sorted(found.values(), key=lambda said: said.place))
