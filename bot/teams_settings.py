"""The settings of Microsoft Teams, a part of all settings (`bot.settings`)."""

from typing import Literal, Self

from pydantic import BaseModel, Field, SecretStr, model_validator

TeamsCloud = Literal["public", "us_government"]


class TeamsSettings(BaseModel):
    """How Teams reaches Quarterdeck, and as whom Quarterdeck speaks there."""

    teams_app_id: str = Field(default="", description="The bot's app id at Microsoft; empty: no Microsoft Teams")
    teams_app_secret: SecretStr = Field(default=SecretStr(""), description="The client secret of that app")
    teams_home_tenant: str = Field(default="", description="The Entra tenant the app is registered in, by its id")
    teams_tenants: tuple[str, ...] = Field(
        default=(), description="Entra tenants that are listened to; in a variable, commas between them"
    )
    teams_cloud: TeamsCloud = Field(default="public", description="public, or us_government: GCC High and DoD")
    teams_channel: str = Field(
        default="", description="The channel, by its id, where approvals are asked and incidents worked on"
    )
    teams_open: bool = Field(
        default=False, description="Development alone: take activities that nobody vouches for, for a playground"
    )

    @model_validator(mode="after")
    def _whole_teams(self) -> Self:
        given = (self.teams_app_id, self.teams_app_secret.get_secret_value(), self.teams_home_tenant)
        if any(given) and not all(given):
            raise ValueError("teams_app_id, teams_app_secret and teams_home_tenant are given together or not")
        if self.teams_open and self.teams_app_id:
            raise ValueError("teams_open is for profile = development alone, and without teams_app_id")
        if (self.teams_tenants or self.teams_channel) and not self.uses_teams():
            raise ValueError("teams_tenants and teams_channel need teams_app_id")
        return self

    def uses_teams(self) -> bool:
        """Return whether Microsoft Teams is served."""
        return bool(self.teams_app_id) or self.teams_open
