"""The numbers that grouping goes by. Each is a setting; docs/alerts.md says what each is for."""

from pydantic import Field

from memory.model.value import Value


class TriageRules(Value):
    """How near alerts have to be to belong together, when one flaps, and what is bad enough for an incident."""

    window_minutes: float = Field(
        default=10,
        gt=0,
        le=1440,
        description="For how long after its last news a group takes alerts of its services",
    )
    topology_minutes: float = Field(
        default=5,
        gt=0,
        le=1440,
        description="Likewise for alerts of services that its services lean on, or that lean on it",
    )
    topology_hops: int = Field(
        default=2, ge=0, le=5, description="How far apart such services may be; 0: not at all"
    )
    likeness: float = Field(
        default=0.6, ge=0, le=1, description="How alike texts have to be, from 0 to 1, where no service says more"
    )
    flaps: int = Field(default=5, ge=2, le=40, description="So many turns within the time below are flapping")
    flap_minutes: float = Field(default=15, gt=0, le=1440, description="The time in which turns are counted")
    declare_at: int = Field(
        default=3,
        ge=0,
        le=5,
        description="Groups of this severity or worse become incidents; 0: none does by itself",
    )
    production: tuple[str, ...] = Field(
        default=("production", "prod"), description="Environments in which users are; elsewhere it is two milder"
    )
    storm: int = Field(
        default=20,
        ge=2,
        le=1000,
        description="So many new groups within the window are a storm, which is one group",
    )
    told_each: int = Field(
        default=50,
        ge=1,
        le=1000,
        description="So many alerts of an incident are told one by one, further ones by number",
    )
