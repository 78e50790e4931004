"""Quarterdeck in a Slack workspace: who it is there, what it may do, and what it posted."""

from pydantic import Field

from memory.model.value import Identifier, Moment, Value


class Installation(Value):
    """The app in one workspace. `sealed` holds its tokens, encrypted under the key that `key` names, as base64.

    `version` counts what was written; `expires_at` is when the bot token ends, None where it does not.
    """

    tenant: Identifier
    team: Identifier
    team_name: str = Field(default="", max_length=200)
    enterprise: str = Field(default="", max_length=120)
    app: str = Field(default="", max_length=120)
    bot: str = Field(default="", max_length=120)  # the bot's id, in messages it wrote
    bot_user: str = Field(default="", max_length=120)
    scopes: tuple[str, ...] = ()
    installed_by: str = Field(default="", max_length=120)
    installed_at: Moment
    expires_at: Moment | None = None
    key: Identifier
    sealed: str = Field(repr=False)
    version: int = 0


class Posted(Value):
    """A message of ours under its key. Without a `ts`, its name there, nobody knows whether it was posted."""

    tenant: Identifier
    team: Identifier
    key: Identifier
    channel: str = Field(min_length=1, max_length=120)
    ts: str = Field(default="", max_length=300)
    begun_at: Moment
