"""The settings of Slack, a part of all settings (`bot.settings`)."""

from typing import Self

from pydantic import BaseModel, Field, SecretStr, model_validator

from memory.model.value import Identifier


class SlackSettings(BaseModel):
    """How Slack reaches Quarterdeck, and as whom Quarterdeck speaks there."""

    slack_bot_token: SecretStr = Field(default=SecretStr(""), description="The bot token of the one workspace")
    slack_signing_secret: SecretStr = Field(default=SecretStr(""), description="What Slack signs requests with")
    slack_app_token: SecretStr = Field(default=SecretStr(""), description="App-level token, for Socket Mode")
    slack_client_id: str = Field(default="", description="What Slack calls the app, for installing it by OAuth")
    slack_client_secret: SecretStr = Field(default=SecretStr(""), description="The secret for `slack_client_id`")
    slack_teams: tuple[Identifier, ...] = Field(
        default=(), description="Ids of the workspaces that may install it; in a variable, commas between them"
    )
    slack_keys: SecretStr = Field(
        default=SecretStr(""), description="Seals tokens; older keys after it, and commas; empty: a file in `home`"
    )
    slack_api_url: str = Field(default="https://slack.com/api/", description="Slack's Web API")
    slack_audio: bool = Field(default=False, description="Whether the app listens to audio clips")
    slack_war_rooms: bool = Field(default=False, description="Whether the app opens channels for incidents")

    @model_validator(mode="after")
    def _one_way_into_slack(self) -> Self:
        listens = self.slack_signing_secret.get_secret_value() or self.slack_app_token.get_secret_value()
        if bool(self.slack_client_id) != bool(self.slack_client_secret.get_secret_value()):
            raise ValueError("slack_client_id and slack_client_secret are given together or not at all")
        if self.slack_client_id and (self.slack_bot_token.get_secret_value() or not self.slack_teams):
            raise ValueError("slack_client_id needs slack_teams, and no slack_bot_token beside it")
        if self.uses_slack() and not listens:
            raise ValueError("Slack needs slack_signing_secret, or slack_app_token for Socket Mode")
        return self

    def uses_slack(self) -> bool:
        """Return whether people speak to it in Slack."""
        return bool(self.slack_client_id or self.slack_bot_token.get_secret_value())
