"""What may stand in the prompts of a house's models, out of its settings."""

import hmac
from hashlib import sha256

from agents.profiles import Profiles, Redaction
from bot.settings import Settings
from bot.wiring.local import session_key
from memory.clock import Clock


def data_profiles(settings: Settings, clock: Clock) -> Redaction:
    """Return the tenant's data profile, its hashes under a key of their own."""
    key = hmac.digest(session_key(settings), b"quarterdeck data profiles v1", sha256)
    return Profiles({settings.tenant: settings.data_profile}, clock, key)
