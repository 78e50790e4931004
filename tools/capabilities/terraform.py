"""Terraform: a plan, and applying that very plan. What destroys is a capability of its own, for policy to see."""

from typing import Annotated

from pydantic import Field

from memory.model.plan import Effect, Tier
from memory.model.value import Digest, Identifier
from tools.capabilities.phrasings import terraform as phrasings
from tools.contract import Arguments, Capability, Slot

MOST_CHANGES = 500
ProjectName = Annotated[Identifier, Slot.IDENTIFIER]


class Project(Arguments):
    """A project of the settings."""

    project: ProjectName


class SavedPlan(Arguments):
    """A plan to carry out.

    What is left out is settled by the dry run: `plan` is the SHA-256 of the saved plan file, `changes` are the
    lines people see, `state` is lineage and serial of the state it was made on. Approving the call approves all.
    """

    project: ProjectName
    plan: Annotated[Digest, Slot.IDENTIFIER] | None = None
    changes: Annotated[
        tuple[Annotated[str, Field(max_length=4000)], ...], Field(max_length=MOST_CHANGES), Slot.TEXT
    ] = ()
    state: Annotated[str, Field(max_length=120), Slot.TEXT] | None = None


TERRAFORM_PLAN = Capability(
    name="terraform.plan",
    title="Terraform plan",
    summary="What Terraform would change now, without changing it.",
    says="Plan {project} with Terraform",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=Project,
    examples=phrasings.TERRAFORM_PLAN,
)

TERRAFORM_APPLY = Capability(
    name="terraform.apply",
    title="Terraform apply",
    summary="Carry out a Terraform plan that destroys nothing: exactly the one that was shown.",
    says="Apply Terraform plan {plan} of {project}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=SavedPlan,
    examples=phrasings.TERRAFORM_APPLY,
)

TERRAFORM_DESTROY = Capability(
    name="terraform.apply_destroying",
    title="Terraform apply, destroying",
    summary="Carry out a Terraform plan that destroys or replaces something: exactly the one that was shown.",
    says="Apply Terraform plan {plan} of {project}, WHICH DESTROYS",
    effect=Effect.DESTRUCTIVE,
    tier=Tier.EXECUTE,
    arguments=SavedPlan,
    examples=phrasings.TERRAFORM_DESTROY,
)

EVERY = (TERRAFORM_PLAN, TERRAFORM_APPLY, TERRAFORM_DESTROY)
