"""What our buttons are called when they come back: those of a plan by their action, and these. Pure."""

from enum import StrEnum
from typing import Final

MADE: Final = 1  # the version of what our buttons send back; raised when its meaning changes
REASON: Final = "reason"  # the field in which a reason or a question is written
LONGEST_REASON: Final = 500
TITLE, SEVERITY, SERVICE = "title", "severity", "service"  # the fields in which an incident is declared
ARGUMENT: Final = "argument."  # before the name of each argument that is edited


class Verb(StrEnum):
    """Buttons that only Teams has."""

    VIEW = "view"
    ASK = "ask_more"
    EDIT = "edit"
    PROPOSE = "propose"
    STANDING = "standing"
    THUMB = "thumb"
    INCIDENT = "incident"
    ACKNOWLEDGE = "incident_acknowledge"
    COMMAND = "incident_command"
    MITIGATED = "incident_mitigated"
    RESOLVED = "incident_resolved"
    REOPEN = "incident_reopen"
    CATCH_UP = "incident_catch_up"
    DECLARE = "incident_declare"
    STOP = "stop_answer"
