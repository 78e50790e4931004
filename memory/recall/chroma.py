"""Vectors in Chroma, embedded or on a server: one collection a tenant, the vectors always ours.

Chroma is never given a text and never embeds one: what it would embed with by default is downloaded when first
used.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from memory.errors import RecallUnavailable
from memory.recall.port import Kept, Near

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection as ChromaCollection

_BATCH = 2000  # parts in one call
_FOR_GOOD = 4e9  # seconds since 1970: what is kept for good is told apart by being kept so long
_SPACE = {"hnsw": {"space": "ip", "ef_search": 200, "ef_construction": 200}}


class ChromaIndex:
    """Serves `VectorIndex` by a Chroma client, which it closes. `model` is whose vectors these are.

    What another model made is cleared away when a tenant is first asked about: it compares with nothing.
    """

    def __init__(
        self, client: "ClientAPI", name: str, model: str, closed: Callable[[], None] = lambda: None
    ) -> None:
        self.name = name
        self._client = client
        self._model = model
        self._closed = closed
        self._collections: dict[str, ChromaCollection] = {}

    def remember(self, tenant: str, kept: Sequence[Kept]) -> None:
        """Keep these in place of what was kept of the same memories."""
        self.forget(tenant, [each.memory for each in kept])
        rows = [(each, part) for each in kept for part in range(len(each.vectors))]
        with self._understood():
            for start in range(0, len(rows), _BATCH):
                some = rows[start : start + _BATCH]
                self._of(tenant).upsert(
                    ids=[f"{each.memory}#{part}" for each, part in some],
                    embeddings=np.array([each.vectors[part] for each, part in some], dtype=np.float32),
                    metadatas=[_metadata(each) for each, _ in some],
                )

    def forget(self, tenant: str, memories: Collection[str]) -> None:
        """Forget these memories."""
        wanted = sorted(memories)
        with self._understood():
            for start in range(0, len(wanted), _BATCH):
                some: Any = {"memory": {"$in": wanted[start : start + _BATCH]}}
                self._of(tenant).delete(where=some)

    def erase(self, tenant: str, subject: str) -> int:
        """Forget every memory of a subject."""
        return self._delete(tenant, {"subject": subject})

    def expire(self, tenant: str, now: datetime) -> int:
        """Forget what is kept no longer."""
        return self._delete(tenant, {"until": {"$lte": now.timestamp()}})

    def search(self, tenant: str, vector: NDArray[np.float32], limit: int) -> list[Near]:
        """Return the nearest parts, as far as Chroma's graph (HNSW) finds them."""
        if limit < 1:
            return []
        with self._understood():
            collection = self._of(tenant)
            if not collection.count():
                return []
            found = collection.query(query_embeddings=vector[None], n_results=limit, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return [_near(name, 1.0 - float(far)) for name, far in zip(found["ids"][0], distances, strict=True)]

    def compare(self, tenant: str, vector: NDArray[np.float32], memories: Collection[str]) -> list[Near]:
        """Return every part of these memories with its cosine."""
        if not memories:
            return []
        with self._understood():
            where: Any = {"memory": {"$in": sorted(memories)}}
            found = self._of(tenant).get(where=where, include=["embeddings"])
        if not found["ids"]:
            return []
        cosines = np.asarray(found["embeddings"], dtype=np.float32) @ vector
        return [_near(name, float(cosine)) for name, cosine in zip(found["ids"], cosines, strict=True)]

    def known(self, tenant: str) -> dict[str, int]:
        """Return the memories that are kept, and of which version."""
        with self._understood():
            found = self._of(tenant).get(include=["metadatas"])
        return {str(about["memory"]): int(str(about["version"])) for about in found["metadatas"] or []}

    def count(self, tenant: str) -> int:
        """Return how many parts are kept."""
        with self._understood():
            return int(self._of(tenant).count())

    def clear(self, tenant: str) -> None:
        """Forget everything of a tenant."""
        with self._understood():
            self._of(tenant)  # there is one to delete
            self._client.delete_collection(_named(tenant))
            self._collections.pop(tenant, None)

    def close(self) -> None:
        """Close the client."""
        self._collections.clear()
        self._client.close()  # type: ignore[attr-defined]  # every client has it, the interface does not say so
        self._closed()

    def check(self) -> None:
        """Read something of every collection there is; raises `RecallUnavailable` where that cannot be done."""
        with self._understood():
            for collection in self._client.list_collections():
                if collection.count():
                    some = collection.get(limit=1, include=["embeddings"])
                    collection.query(query_embeddings=some["embeddings"], n_results=1, include=["distances"])

    def _of(self, tenant: str) -> "ChromaCollection":
        if tenant not in self._collections:
            self._collections[tenant] = self._opened(_named(tenant))
        return self._collections[tenant]

    def _opened(self, name: str) -> "ChromaCollection":
        about = {"model": self._model}
        collection = self._client.get_or_create_collection(
            name,
            metadata=about,
            embedding_function=None,
            configuration=_SPACE,  # type: ignore[arg-type]  # their TypedDict is total
        )
        if (collection.metadata or {}).get("model") == self._model:
            return collection
        self._client.delete_collection(name)
        return self._client.create_collection(
            name,
            metadata=about,
            embedding_function=None,
            configuration=_SPACE,  # type: ignore[arg-type]  # likewise
        )

    def _delete(self, tenant: str, where: Any) -> int:
        with self._understood():
            collection = self._of(tenant)
            found = collection.get(where=where, include=["metadatas"])
            if found["ids"]:
                collection.delete(ids=found["ids"])
        return len({str(about["memory"]) for about in found["metadatas"] or []})

    @contextmanager
    def _understood(self) -> Iterator[None]:
        from chromadb.errors import ChromaError
        from httpx import HTTPError

        try:
            yield
        except (ChromaError, HTTPError, OSError, ValueError) as error:
            raise RecallUnavailable(
                f"expected the index of memories ({self.name}) to answer, found {type(error).__name__}: "
                f"{str(error)[:200]}",
                hint="Nothing is lost: the texts are in the store. `quarterdeck memory rebuild` makes it anew.",
            ) from error


def _named(tenant: str) -> str:
    """Return the name of a tenant's collection: Chroma allows fewer characters than ids have."""
    return f"qd-{hashlib.sha256(tenant.encode()).hexdigest()[:40]}"


def _metadata(kept: Kept) -> dict[str, str | int | float]:
    until = kept.until.timestamp() if kept.until is not None else _FOR_GOOD
    return {"memory": kept.memory, "subject": kept.subject, "version": kept.version, "until": until}


def _near(name: str, cosine: float) -> Near:
    memory, _, part = name.rpartition("#")
    return Near(memory=memory, part=int(part), cosine=cosine)
