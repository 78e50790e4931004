"""The log's key out of Vault: over HTTPS that is verified, and with a clear word about whatever is wrong."""

import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bot.settings import Settings, parsed
from bot.signing.pem import written
from bot.signing.vault import VaultPlace
from bot.wiring.keys import signing_key
from memory.errors import InvalidSettings, LogKeyWrong
from memory.log.identity import LogKey
from tests.bot.signing.keys import BAD, OLD, names
from tests.fakes.vault import FakeVault, vault

PLACE = "secret/data/quarterdeck#log_key"
TOKEN = "s.token"


@pytest.fixture
def running() -> Iterator[FakeVault]:
    with vault(TOKEN) as found:
        found.secrets["secret/data/quarterdeck"] = {"log_key": written(OLD).decode(), "number": 7}
        yield found


def settings(url: str, home: Path, place: str = PLACE, **more: object) -> Settings:
    return parsed({"home": home, "log_key_vault": place, "vault_addr": url, "vault_token": TOKEN} | more)


async def test_a_key_is_read_out_of_vault(running: FakeVault, tmp_path: Path) -> None:
    found = await signing_key(settings(running.url, tmp_path), {})
    assert str(found.key.signer("acme").key) == str(LogKey("quarterdeck", OLD).signer("acme").key)
    assert found.origin == f"Vault, {PLACE}"
    assert names(tmp_path) == []


async def test_the_token_can_be_in_a_file(running: FakeVault, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    given = settings(running.url, tmp_path, vault_token="", vault_token_file=tmp_path / "token")
    assert await signing_key(given, {})


async def test_a_token_file_that_is_not_there_stops_start_up(running: FakeVault, tmp_path: Path) -> None:
    given = settings(running.url, tmp_path, vault_token="", vault_token_file=tmp_path / "token")
    with pytest.raises(InvalidSettings, match=r"expected Vault's token at .*token, found: No such file"):
        await signing_key(given, {})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"vault_token": "s.other"}, "403 Forbidden"),
        ({"place": "secret/data/other#log_key"}, "404 Not Found"),
        (
            {"place": "secret/data/quarterdeck#other"},
            "field other in Vault at secret/data/quarterdeck, found none",
        ),
        ({"place": "secret/data/quarterdeck#number"}, "field number .* found one that is no text"),
    ],
)
async def test_what_vault_does_not_give_stops_start_up(
    running: FakeVault, tmp_path: Path, change: dict[str, str], message: str
) -> None:
    with pytest.raises(LogKeyWrong, match=message) as caught:
        await signing_key(settings(running.url, tmp_path, **change), {})
    assert TOKEN not in str(caught.value)
    assert "s.other" not in str(caught.value)


async def test_a_deleted_secret_stops_start_up(running: FakeVault, tmp_path: Path) -> None:
    running.secrets["secret/data/quarterdeck"] = None
    with pytest.raises(LogKeyWrong, match="404 Not Found"):
        await signing_key(settings(running.url, tmp_path), {})


async def test_a_sealed_vault_stops_start_up(running: FakeVault, tmp_path: Path) -> None:
    running.sealed = True
    with pytest.raises(LogKeyWrong, match="503 Service Unavailable"):
        await signing_key(settings(running.url, tmp_path), {})


async def test_an_answer_of_a_version_1_engine_stops_start_up(running: FakeVault, tmp_path: Path) -> None:
    running.answer = lambda *_: (200, {"data": {"log_key": "x"}})  # type: ignore[method-assign]  # another Vault
    with pytest.raises(LogKeyWrong, match="KV version 2 engine"):
        await signing_key(settings(running.url, tmp_path), {})


@pytest.mark.parametrize("found", [name for name in BAD if name != "nothing"])
async def test_what_is_no_key_in_vault_stops_start_up(running: FakeVault, tmp_path: Path, found: str) -> None:
    running.secrets["secret/data/quarterdeck"] = {"log_key": BAD[found].decode()}
    with pytest.raises(LogKeyWrong, match=f"in Vault at {PLACE}, found {found}"):
        await signing_key(settings(running.url, tmp_path), {})


async def test_a_vault_that_is_not_there_stops_start_up(tmp_path: Path) -> None:
    with vault() as gone:
        url = gone.url
    with pytest.raises(LogKeyWrong, match=r"expected Vault at .* to give the log's key"):
        await signing_key(settings(url, tmp_path), {})


async def test_the_token_goes_to_no_other_machine_in_the_clear(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="expected https for Vault"):
        await signing_key(settings("http://vault.example:8200", tmp_path), {})


@pytest.mark.parametrize(
    "place", ["", "secret", "secret/quarterdeck#k", "secret/data/../x#k", "secret/data/q", "#k"]
)
def test_a_place_has_a_mount_a_path_and_a_field(place: str) -> None:
    with pytest.raises(InvalidSettings, match="expected a place in Vault"):
        VaultPlace.parse(place)


@pytest.mark.parametrize("given", [{"log_key_vault": PLACE}, {"vault_addr": "https://v"}, {"vault_token": "t"}])
def test_half_of_what_vault_needs_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(InvalidSettings, match="vault"):
        parsed(given)


@pytest.mark.parametrize("trusted", [True, False])
async def test_the_certificate_of_vault_is_verified(tmp_path: Path, *, trusted: bool) -> None:
    pem = _certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem)
    with vault(TOKEN, tls) as running:
        running.secrets["secret/data/quarterdeck"] = {"log_key": written(OLD).decode()}
        given = settings(running.url, tmp_path, vault_ca_file=pem if trusted else None)
        if trusted:
            assert await signing_key(given, {})
            return
        with pytest.raises(LogKeyWrong, match="its certificate is not trusted"):
            await signing_key(given, {})
        assert running.asked == []


async def test_certificates_that_cannot_be_read_stop_start_up(running: FakeVault, tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="expected certificates as PEM"):
        await signing_key(settings(running.url, tmp_path, vault_ca_file=tmp_path / "none.pem"), {})


def _certificate(folder: Path) -> Path:
    key, name = Ed25519PrivateKey.generate(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, None)
    )
    path = folder / "vault.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path
