"""What a house can be asked for: what every house knows, and what the further systems of its settings bring.

Known from the settings alone, so that policies can be checked without a connection.
"""

from collections.abc import Callable

from bot.declared import declared
from bot.settings import Settings
from memory.errors import InvalidSettings
from tools import capabilities
from tools.capabilities import (
    argocd,
    cost_watch,
    costs,
    git,
    github,
    helm,
    kubernetes,
    oncall,
    rollouts,
    savings,
    terraform,
)
from tools.contract import Capability


def clustered(settings: Settings) -> tuple[Capability, ...]:
    """Return what Kubernetes, Helm and Argo CD bring, each where it is configured."""
    return (
        *(kubernetes.EVERY if settings.uses_kubernetes() else ()),
        *(helm.EVERY if settings.helm_program else ()),
        *(argocd.EVERY if settings.argocd_url else ()),
    )


def versioned(settings: Settings) -> tuple[Capability, ...]:
    """Return what git repositories bring, and GitHub where one of them is there."""
    if not settings.repositories:
        return ()
    hosted = settings.github_token.get_secret_value() and any(each.github for each in settings.repositories)
    return (*git.EVERY, *(github.EVERY if hosted else ()))


def provisioned(settings: Settings) -> tuple[Capability, ...]:
    """Return what Terraform brings, where it has a project."""
    return terraform.EVERY if settings.terraform_projects else ()


def flagged(settings: Settings) -> tuple[Capability, ...]:
    """Return what systems of feature flags bring beyond on and off."""
    return rollouts.EVERY if settings.flagd_file or settings.unleash_url else ()


def called(settings: Settings) -> tuple[Capability, ...]:
    """Return what schedules bring, where there is one."""
    return oncall.EVERY if settings.uses_oncall() else ()


def saving(settings: Settings) -> tuple[Capability, ...]:
    """Return what looks for savings, where there is something to find them in."""
    return savings.EVERY if settings.finds_savings() else ()


def billed(settings: Settings) -> tuple[Capability, ...]:
    """Return what bills bring, where they come from somewhere."""
    return (*costs.EVERY, *cost_watch.EVERY) if settings.cost_sources else ()


FURTHER: tuple[Callable[[Settings], tuple[Capability, ...]], ...] = (
    declared,
    clustered,
    versioned,
    provisioned,
    flagged,
    called,
    saving,
    billed,
)


def offered(settings: Settings) -> tuple[Capability, ...]:
    """Return the capabilities of a house, those every house knows first, with the prices the settings give.

    Raises `InvalidSettings` for the price of a tool there is not.
    """
    every = (*capabilities.EVERY, *(each for system in FURTHER for each in system(settings)))
    prices = settings.tool_prices
    if unknown := sorted(prices.keys() - {each.name for each in every}):
        raise InvalidSettings(f"expected tool_prices of tools there are, found {', '.join(unknown)}")
    return tuple(
        each.model_copy(update={"cents": prices[each.name]}) if each.name in prices else each for each in every
    )
