"""What a turn asked of language models, put together from the log, what is kept beside it, and what was paid."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from bot.surfaces.desk import ModelUse
from memory.errors import BlobErased, NotFound
from memory.model.bodies import EntryKind
from memory.model.record import Recorded
from memory.model.usage import UsageFact, UsageKind
from memory.model.value import JsonValue
from memory.store import Store

_AROUND = timedelta(minutes=10)  # of its entries, in which a turn's calls were made


async def model_uses(
    store: Store, tenant: str, entries: Iterable[Recorded], *, words: bool
) -> tuple[ModelUse, ...]:
    """Return the calls of models that a turn's entries tell of; without `words`, no prompt and no answer."""
    told = [each for each in entries if each.entry.kind is EntryKind.MODEL]
    paid = await _paid(store, tenant, told) if told else []
    return tuple([await _use(store, tenant, each, paid, words=words) for each in told])


def recalled(entries: Iterable[Recorded]) -> int:
    """Return how many things were remembered in a turn."""
    items = (each.entry.body.get("items") for each in entries if each.entry.kind is EntryKind.RECALL)
    return sum(each for each in items if isinstance(each, int))


async def _paid(store: Store, tenant: str, told: list[Recorded]) -> list[UsageFact]:
    """Return what is known to have been paid, oldest first; each is taken once."""
    first, last = told[0].entry.at, told[-1].entry.at
    found = await store.usage.facts(tenant, first - _AROUND, last + _AROUND)
    ours = (each for each in found if each.correlation == told[0].entry.correlation)
    return sorted((each for each in ours if each.kind is UsageKind.MODEL), key=lambda each: each.at)


async def _use(store: Store, tenant: str, recorded: Recorded, paid: list[UsageFact], *, words: bool) -> ModelUse:
    body = recorded.entry.body
    fact = next((f for f in paid if (f.purpose, f.name) == (body["purpose"], body["model"])), None)
    if fact is not None:
        paid.remove(fact)
    version = body.get("template_version")
    return ModelUse(
        index=recorded.receipt.index,
        number=_number(body, "number") or 0,
        purpose=_text(body, "purpose"),
        model=_text(body, "model"),
        version=_text(body, "model_version"),
        provider=_text(body, "provider"),
        template=f"{_text(body, 'template')} {version or ''}".strip(),
        template_digest=_text(body, "template_digest"),
        prompt=await _kept(store, tenant, body.get("prompt")) if words else None,
        output=await _kept(store, tenant, body.get("output")) if words else None,
        input_tokens=_number(body, "input_tokens"),
        output_tokens=_number(body, "output_tokens"),
        cost=fact.cost if fact else None,
        currency=fact.currency if fact else "USD",
        cached=body.get("cached") is True,
        arm=_text(body, "arm"),
        code=_text(body, "code"),
    )


async def _kept(store: Store, tenant: str, address: JsonValue) -> str | None:
    if not isinstance(address, str):
        return None
    try:
        return (await store.blobs.get(tenant, address)).content.decode(errors="replace")
    except (NotFound, BlobErased):
        return None


def _text(body: Mapping[str, JsonValue], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _number(body: Mapping[str, JsonValue], name: str) -> int | None:
    value = body.get(name)
    return value if isinstance(value, int) else None
