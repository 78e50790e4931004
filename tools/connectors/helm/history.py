"""What Helm 3 keeps of a release: a Secret for each revision, its record packed as base64 of gzip of JSON.

https://helm.sh/docs/topics/advanced/#storage-backends. Read natively, so that looking needs no program and no more
rights than reading those Secrets.
"""

import base64
import zlib
from typing import Any, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field

from memory.canonical import digest
from memory.errors import ConnectorError
from memory.model.run import Change
from memory.model.value import JsonValue, Moment
from tools.cluster.api import Json
from tools.cluster.diff import changes

MOST_BYTES = 16_000_000
_GZIP = zlib.MAX_WBITS | 16
_MOST_CHANGES = 200


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Info(_Said):
    """How a revision ended. The description is Helm's own, or of whoever upgraded."""

    status: str = Field(pattern=r"^[a-z-]+$", max_length=40)
    description: str = ""
    last_deployed: Moment | None = None


class ChartMetadata(_Said):
    """Which chart a revision is of."""

    name: str = ""
    version: str = ""
    app_version: str = Field(default="", alias="appVersion")


class Chart(_Said):
    """A chart; its templates are left out."""

    metadata: ChartMetadata = ChartMetadata()


class Record(_Said):
    """One revision of a release, with the manifest that was rendered for it."""

    name: str
    version: int = Field(ge=1)
    info: Info
    chart: Chart = Chart()
    manifest: str = ""

    def pending(self) -> bool:
        """Return whether Helm works on it, or broke off while it did."""
        return self.info.status.startswith("pending-")

    def goes_back_to(self, revision: int) -> bool:
        """Return whether this revision came of a rollback to that one, as Helm describes it."""
        return self.info.description == f"Rollback to {revision}"


def record(secret: Json) -> Record:
    """Return the revision a Secret holds; raises `ConnectorError` for one that is no such record."""
    packed = str(cast("Json", secret.get("data") or {}).get("release") or "")
    try:
        stream = zlib.decompressobj(_GZIP)
        text = stream.decompress(
            base64.b64decode(base64.b64decode(packed, validate=True), validate=True), MOST_BYTES
        )
        if stream.unconsumed_tail:
            raise ConnectorError(f"expected a Helm release of at most {MOST_BYTES:,} bytes, found a larger one")
        return Record.model_validate_json(text)
    except (ValueError, zlib.error) as error:  # of base64, of JSON, of its form
        kind = type(error).__name__
        raise ConnectorError(
            f"expected Helm's record of a release in a Secret, found another form ({kind})"
        ) from None


def differences(before: Record, after: Record) -> tuple[Change, ...]:
    """Return how the objects of two revisions differ, field by field. A Secret's values are never shown."""
    old, new = _objects(before.manifest), _objects(after.manifest)
    found: list[Change] = []
    for name in sorted({*old, *new}):
        if name not in new:
            found.append(Change(field=name, before="there", after="deleted"))
        elif name not in old:
            found.append(Change(field=name, before="(none)", after="created"))
        else:
            found += changes(old[name], new[name], name)
    return tuple(found[:_MOST_CHANGES])


def _objects(manifest: str) -> dict[str, JsonValue]:
    try:
        documents = list(yaml.load_all(manifest, Loader=yaml.CSafeLoader))
    except yaml.YAMLError:
        raise ConnectorError("expected YAML as the manifest of a Helm release, found something else") from None
    return {_name(each): _hidden(each) for each in documents if isinstance(each, dict)}


def _name(item: dict[str, Any]) -> str:
    meta = item.get("metadata") or {}
    return f"{item.get('kind')}/{meta.get('name')}"


def _hidden(item: dict[str, Any]) -> JsonValue:
    plain: dict[str, Any] = yaml.safe_load(yaml.safe_dump(item)) if item.get("kind") == "Secret" else item
    for part in ("data", "stringData"):
        values = plain.get(part)
        if item.get("kind") == "Secret" and isinstance(values, dict):
            plain[part] = {key: f"(hidden, {digest([key, str(value)])[:8]})" for key, value in values.items()}
    return cast("JsonValue", plain)
