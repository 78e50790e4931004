"""Terraform: what it would change, and applying that very plan and no other."""

from collections.abc import Iterable

from tools.connectors.terraform.applying import TerraformApply
from tools.connectors.terraform.planning import Planning, TerraformPlan
from tools.connectors.terraform.plans import Plans
from tools.connectors.terraform.program import Terraform
from tools.contract import Tool
from tools.projects import Project

__all__ = ["Plans", "Terraform", "hands"]


def hands(terraform: Terraform, projects: Iterable[Project], plans: Plans) -> tuple[Tool, ...]:
    """Return every hand Terraform has."""
    planning = Planning(terraform, projects, plans)
    return (
        TerraformPlan(planning),
        TerraformApply(planning, destroying=False),
        TerraformApply(planning, destroying=True),
    )
