"""What a model may be shown of a tenant's words: secrets and personal data are hidden before a prompt leaves.

What was hidden comes back only into what a reader who may see it is given, and a secret never does.
"""

from agents.profiles.kinds import DataProfile, Kind, Rule, Treatment
from agents.profiles.ports import NOTHING_HIDDEN, Redaction, Veil
from agents.profiles.veiling import Profiles

__all__ = ["NOTHING_HIDDEN", "DataProfile", "Kind", "Profiles", "Redaction", "Rule", "Treatment", "Veil"]
