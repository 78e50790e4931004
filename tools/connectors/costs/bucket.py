"""A bucket that speaks S3: AWS itself, MinIO, Ceph, R2 and others, read and never written."""

import hashlib
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

from memory.costs.delivery import Offered
from memory.errors import ConnectorError, ConnectorRejected, ConnectorUnreachable, DependencyMissing

if TYPE_CHECKING:
    from obstore.store import S3Store

ENDINGS: Final = (".csv", ".csv.gz", ".parquet")
MOST: Final = 100_000  # files of a bucket
_T = TypeVar("_T")


class Bucket:
    """Files under a prefix of a bucket. Nothing is opened before it is asked for."""

    def __init__(
        self,
        url: str,
        *,
        endpoint: str = "",
        region: str = "",
        keys: tuple[str, str, str] = ("", "", ""),
        patience_s: float = 60.0,
    ) -> None:
        """`url` is s3://BUCKET/PREFIX; `keys` are the access key, its secret and a session token, if there is one.

        Without keys, those of the machine's own role are used.
        """
        parts = urlsplit(url)
        self._bucket, self._prefix = parts.netloc, parts.path.strip("/")
        self._endpoint, self._region, self._keys = endpoint, region, keys
        self._patience_s = patience_s
        self._opened: S3Store | None = None

    async def offered(self) -> tuple[Offered, ...]:
        """Return the bills under the prefix."""
        import obstore

        found: list[Offered] = []
        stream = obstore.list(self._store(), prefix=self._prefix or None)
        while batch := await self._asked(_next(stream)):
            for each in batch:
                path = str(each["path"])
                if path.lower().endswith(ENDINGS) and len(found) < MOST:
                    mark = f"{each.get('e_tag') or ''}:{each['size']}:{each['last_modified'].isoformat()}"
                    found.append(Offered(name=self._below(path), mark=mark, at=each["last_modified"]))
        return tuple(found)

    async def fetched(self, file: Offered, into: Path) -> Path:
        """Copy a file into a folder, piece by piece."""
        import obstore

        path = f"{self._prefix}/{file.name}" if self._prefix and file.name != self._prefix else file.name
        target = into / f"{hashlib.sha256(file.name.encode()).hexdigest()[:16]}-{Path(file.name).name}"
        got = await self._asked(obstore.get_async(self._store(), path))
        pieces = got.stream(min_chunk_size=8 * 2**20).__aiter__()
        with target.open("wb") as local:
            while (piece := await self._asked(_piece(pieces))) is not None:
                local.write(piece)
        return target

    def _below(self, path: str) -> str:
        return path.removeprefix(f"{self._prefix}/") if self._prefix else path

    def _store(self) -> "S3Store":
        if self._opened is None:
            try:
                from obstore.store import S3Store
            except ModuleNotFoundError as error:
                raise DependencyMissing(
                    "expected obstore for bills in a bucket, found it not installed",
                    hint='Install it with: pip install "quarterdeck[costs]".',
                ) from error
            key, secret, token = self._keys
            given: dict[str, Any] = {"access_key_id": key, "secret_access_key": secret, "session_token": token}
            given["endpoint"] = self._endpoint
            self._opened = S3Store(
                self._bucket,
                region=self._region or None,
                virtual_hosted_style_request=not self._endpoint,
                client_options={"allow_http": self._endpoint.startswith("http://")},
                retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=self._patience_s)},
                **{name: value for name, value in given.items() if value},
            )
        return self._opened

    async def _asked(self, answer: Awaitable[_T]) -> _T:
        from obstore.exceptions import BaseError, NotFoundError, PermissionDeniedError, UnauthenticatedError

        try:
            return await answer
        except (PermissionDeniedError, UnauthenticatedError) as error:
            raise ConnectorRejected(
                f"expected to read the bucket {self._bucket}, found that its keys may not",
                hint="Listing and reading are all that is needed: s3:ListBucket and s3:GetObject.",
            ) from error
        except NotFoundError as error:
            raise ConnectorRejected(
                f"expected the bucket {self._bucket} and what it lists, found it gone"
            ) from error
        except BaseError as error:
            raise _unreachable(self._bucket, error) from error


def _unreachable(bucket: str, error: Exception) -> ConnectorError:
    denied = any(word in str(error) for word in ("403 Forbidden", "SignatureDoesNotMatch", "InvalidAccessKeyId"))
    if denied:
        return ConnectorRejected(f"expected to read the bucket {bucket}, found that its keys may not")
    return ConnectorUnreachable(f"expected the bucket {bucket} to answer, found: {type(error).__name__}")


async def _next(stream: Any) -> Any:
    return await anext(stream, None)


async def _piece(pieces: Any) -> bytes | None:
    piece = await anext(pieces, None)
    return None if piece is None else bytes(piece)
