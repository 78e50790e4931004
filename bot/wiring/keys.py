"""The key that signs the log, from the place that the settings name; made on first start where no log is yet."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from bot.settings import Settings
from bot.signing.files import KeyFile
from bot.signing.holding import SigningKey
from bot.signing.pem import parse_key
from bot.signing.vault import Vault, VaultPlace
from memory.errors import Conflict, InvalidSettings, LogKeyWrong, NotFound
from memory.log.identity import LogKey

KEY_FILE = "log.key"

_NEW = "quarterdeck log key new FILE makes one."
_MISSING = (
    "Put the key back from where it is kept safe, or name another place with log_key_file or log_key_vault. "
    "No new one is made: it could not continue this log."
)


async def signing_key(settings: Settings, signed: Mapping[str, str]) -> SigningKey:
    """Return the key that signs the log; `signed` tells which verifier key signed each log last, by tenant.

    Where no log is yet, and no place for its key is named, one is made. Raises `LogKeyWrong` or `InvalidSettings`.
    """
    given = settings.log_key.get_secret_value()
    if given:
        private = parse_key(given.encode(), "in the setting log_key")
        return SigningKey(LogKey(settings.log_name, private), "the setting log_key")
    if settings.log_key_vault:
        return await _of_vault(settings)
    return _of_file(settings, signed)


def key_file(settings: Settings) -> KeyFile:
    """Return where the key is, unless it is given in another way."""
    return KeyFile(settings.log_key_file or settings.home / KEY_FILE)


async def _of_vault(settings: Settings) -> SigningKey:
    place = VaultPlace.parse(settings.log_key_vault)
    vault = Vault(settings.vault_addr, _token(settings), settings.vault_ca_file)
    try:
        private = parse_key(await vault.read(place), f"in Vault at {place}")
    finally:
        await vault.close()
    return SigningKey(LogKey(settings.log_name, private), f"Vault, {place}")


def _token(settings: Settings) -> SecretStr:
    path = settings.vault_token_file
    if path is None:
        return settings.vault_token
    try:
        return SecretStr(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise InvalidSettings(f"expected Vault's token at {path}, found: {error.strerror}") from error
    except UnicodeDecodeError:
        raise InvalidSettings(f"expected Vault's token at {path}, found something else") from None


def _of_file(settings: Settings, signed: Mapping[str, str]) -> SigningKey:
    file = key_file(settings)

    def fits(private: Ed25519PrivateKey) -> bool:
        key = LogKey(settings.log_name, private)
        return bool(signed) and all(str(key.signer(tenant).key) == last for tenant, last in signed.items())

    def there_now() -> Iterable[LogKey]:
        return (LogKey(settings.log_name, private) for private in file.candidates())

    if file.next.exists():
        with suppress(Conflict), file.changing():  # whoever rotates it now settles it
            file.settle(fits)
    private = _read(settings, file, signed)
    return SigningKey(LogKey(settings.log_name, private), _told(file.path), there_now, file)


def _told(path: Path) -> str:
    return f"the file {path}"


def _read(settings: Settings, file: KeyFile, signed: Mapping[str, str]) -> Ed25519PrivateKey:
    try:
        return file.read()
    except NotFound as error:
        if settings.log_key_file is None and not signed:
            with suppress(Conflict):  # of two processes that start at once, one makes it and both use it
                file.create(Ed25519PrivateKey.generate())
            return file.read()
        whose = f"the key {next(iter(signed.values()))}, which signed the log," if signed else "the log's key"
        raise LogKeyWrong(
            f"expected {whose} at {file.path}, found no file there", hint=_MISSING if signed else _NEW
        ) from error
