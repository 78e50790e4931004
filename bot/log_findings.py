"""What the doctor says of the signed log: whose key, how much of it is published, what each witness says. Pure."""

from collections.abc import Iterator

from bot.surfaces.cli.host import Finding, Health
from bot.surfaces.signed_log import LogState, WitnessAnswer

LOG_PARTS = ("log", "log published")
LONGEST_BEHIND_S = 60.0


def log_findings(state: LogState) -> Iterator[Finding]:
    """Yield a finding for the key, one for the log, and one for each witness."""
    whence = f", private key in {state.key_from}" if state.key_from else ""
    yield Finding(check="log key", health=Health.OK, found=f"{state.key}{whence}")
    yield _log(state)
    for witness in state.witnesses:
        yield _witness(witness)


def _log(state: LogState) -> Finding:
    found = f"{state.size} entries, {state.published_size} published"
    if state.in_doubt:
        hint = "Stop writing, keep everything, and compare the log with its copies: docs/ledger.md says how."
        return Finding(check="log", health=Health.FAIL, found=f"{found}: {state.problem}", hint=hint)
    if state.problem:
        hint = "What was published before stands; the rest follows once this is mended."
        return Finding(check="log", health=Health.WARN, found=f"{found}: {state.problem}", hint=hint)
    if state.behind_s > LONGEST_BEHIND_S:
        hint = "A server publishes what is new: quarterdeck serve"
        found = f"{found}; the next one has waited for {state.behind_s:.0f} s"
        return Finding(check="log", health=Health.WARN, found=found, hint=hint)
    return Finding(check="log", health=Health.OK, found=found)


def _witness(witness: WitnessAnswer) -> Finding:
    when = (
        f"cosigned what was published {witness.cosigned_at:%Y-%m-%d %H:%M:%S} UTC" if witness.cosigned_at else ""
    )
    if witness.problem:
        hint = "Check its address, that it runs, and that it knows the log's key: docs/witness.md"
        found = "; ".join(filter(None, (witness.problem, when)))
        return Finding(check=f"witness {witness.name}", health=Health.WARN, found=found, hint=hint)
    return Finding(check=f"witness {witness.name}", health=Health.OK, found=when or "answers")
