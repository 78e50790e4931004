"""The further systems a house may be connected to, one module each, with one `opened(surroundings)`.

An opener asks nothing outside, gives nothing where its system is not configured, and closes what it opened. What
its hands can do beyond what every house knows stands in `bot.offered`.
"""

from bot.wiring.systems import (
    argocd,
    commands,
    costs,
    flags,
    git,
    github,
    helm,
    incidents,
    kubernetes,
    mcp,
    oncall,
    recall,
    savings,
    sql,
    terraform,
    web,
)
from bot.wiring.systems.opened import Check, Opened, Opener, Surroundings

OPENERS: tuple[Opener, ...] = (
    web.opened,
    commands.opened,
    sql.opened,
    mcp.opened,
    kubernetes.opened,
    helm.opened,
    argocd.opened,
    git.opened,
    github.opened,
    terraform.opened,
    flags.opened,
    oncall.opened,
    incidents.opened,
    recall.opened,
    costs.opened,
    savings.opened,
)

__all__ = ["OPENERS", "Check", "Opened", "Opener", "Surroundings"]
