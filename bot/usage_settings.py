"""The settings of our own cost and of savings, a part of all settings (`bot.settings`)."""

from decimal import Decimal

from pydantic import BaseModel, Field

from agents.savings.hours import Office
from agents.savings.prices import Prices
from bot.usage_limits import UsageBudget


class UsageSettings(BaseModel):
    """What Quarterdeck itself may cost, what a person's minute is worth, and what finders of savings go by."""

    usage_budget: UsageBudget | None = Field(
        default=None, description="What language models may cost a month; unset: no bound"
    )
    usage_fixed_monthly: Decimal = Field(
        default=Decimal(0), ge=0, description="What running Quarterdeck costs a month besides its models"
    )
    usage_minutes_per_run: Decimal = Field(
        default=Decimal(10),
        ge=0,
        description="The minutes of a person that each plan it carries out saves: assumed",
    )
    usage_minute_value: Decimal = Field(
        default=Decimal(0), ge=0, description="What a person's minute is worth; 0: minutes are told, not priced"
    )
    savings_prices: Prices = Field(default=Prices(), description="What a core, a gibibyte and the like cost")
    savings_office: Office = Field(default=Office(), description="When people work, for what may be off otherwise")
    savings_production: tuple[str, ...] = Field(
        default=("production", "prod", "live"), description="The environments that are production"
    )
    savings_days: int = Field(default=28, ge=14, le=90, description="How many days back usage is looked at")
