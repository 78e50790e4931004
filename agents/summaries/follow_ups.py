"""What is to be done afterwards, and by whom where that was said. Pure."""

import re

from agents.summaries.document import Sentence
from agents.summaries.lexicon import Role, listed
from agents.summaries.story import Said, Story, once
from agents.summaries.telling import cited, phrase, sentence
from agents.summaries.weighing import top

MOST = 10
_OWNER = re.compile(r"\b(?:owners?|assigned to|assignee|action on)[:=]?\s+@?([A-Z][\w.-]*|@[\w.-]+)")
_LABELLED = re.compile(
    r"\b(?:owners?|assignee)\s?[:=]\s*(?:the )?"
    r"(@?[^\W\d][\w.@-]*(?: (?!due|by|until)[^\W\d][\w-]*){0,2})(?=\s*(?:$|[.,;)\]|]|due|by|until))",
    re.IGNORECASE,
)
_DUE = re.compile(r"\(@?([A-Z][\w.-]*(?: [A-Z][\w.-]*)?),? (?:due|by|until)\b")
_TEAM = re.compile(r"(?:^|: )(?:The )?([A-Z]\w+ [Tt]eam) (?:to|will) ")
_DOES = re.compile(r"(?:^|: )([A-Z]\w+) [a-z]+s\b")
_LEADS = re.compile(r"(?:^|[:\-\u2013]\s)@?([A-Z][a-z]+|@[\w.-]+) (?:to|will|owns|takes) ")
_FIRST = re.compile(r"@?([A-Z][a-z]+|@[\w.-]+): ")
_SOMEONE = re.compile(
    r"(?:^|[:\-\u2013(]\s?)@?([\w.-]+) (?:to|will|owns|takes) |\bowner:? @?([\w.-]*\w)", re.IGNORECASE
)
_NO_NAMES = listed("action todo note item team follow followup ticket we they it this somebody someone next that")
_REGRET = "should have been"  # which is past mending
_MYSELF = re.compile(r"\b(?:I will|I'll|I\u2019ll|I am going to|I'm going to)\b")


def follow_ups(story: Story) -> list[Sentence]:
    """Return the action items, in order, each with its owner or the word that none was named."""
    found = [each for each in story.of(Role.FOLLOW_UP) if _is_item(each)]
    ranked = sorted(found, key=lambda each: (-each.strength(Role.FOLLOW_UP), each.place))
    return [_item(story, each) for each in top(ranked, MOST)]


def _is_item(said: Said) -> bool:
    if not said.entry.trusted or said.is_(Role.QUESTION, Role.HYPOTHESIS) or _REGRET in said.clause.text.lower():
        return False
    return not said.is_(Role.RESOLVED, Role.RESPONSE) or said.strength(Role.FOLLOW_UP) > 1


def _item(story: Story, said: Said) -> Sentence:
    owner = _owner(story, said)
    told = f"Owner: {owner}." if owner else "Owner: none named."
    return sentence(f"{phrase(story, said)} {told}", cited(story, said))


def _owner(story: Story, said: Said) -> str:
    text = said.clause.text
    labelled = _LABELLED.search(text) or _DUE.search(text) or _TEAM.search(text)
    if labelled is not None:
        return labelled[1].lstrip("@").rstrip(".")
    does = _DOES.search(text)
    if does is not None and does[1].lower() in _authors(story):
        return does[1]
    named = _OWNER.search(text) or _LEADS.search(text) or _FIRST.match(text)
    if named is not None and named[1].lower() not in _NO_NAMES:
        return named[1].lstrip("@").rstrip(".")
    someone = _SOMEONE.search(text)
    if someone is not None and (found := someone[1] or someone[2]).lower() in _authors(story):
        return found
    return story.name(said.entry.author) if _MYSELF.search(text) else ""


@once
def _authors(story: Story) -> frozenset[str]:
    """Return the names of those who wrote into the timeline: of them small letters are names, too."""
    return frozenset(story.name(each.author).lower() for each in story.entries if each.author and each.trusted)
