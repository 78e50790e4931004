"""Who a delivery is from: bearer tokens, passwords, signatures, and Amazon's certificates."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from bot.alert_settings import AlertSource
from bot.alerts.proving import before_the_body, of_the_body
from bot.alerts.sns import Sns
from bot.settings import parsed
from memory.errors import AuthenticationFailed, InvalidSettings
from tests.fakes.time import MIDNIGHT

SECRET = "a-secret-of-the-tests"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123.pem"
CONFIRM = f"https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=t"


def source(kind: str = "github", **further: Any) -> AlertSource:
    given = {"name": "one", "kind": kind, "secret": SECRET} | further
    return AlertSource.model_validate(given)


def signature(raw: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("kind", "header", "written"),
    [
        ("github", "X-Hub-Signature-256", "sha256={}"),
        ("pagerduty", "X-PagerDuty-Signature", "v1=00,v1={}"),
        ("sentry", "Sentry-Hook-Signature", "{}"),
    ],
)
def test_a_signature_of_the_body_proves_it_and_of_another_body_does_not(
    kind: str, header: str, written: str
) -> None:
    given = {header: written.format(signature(b"{}"))}
    before_the_body(source(kind), given)
    of_the_body(source(kind), given, b"{}", MIDNIGHT)
    for raw, headers in ((b"{ }", given), (b"{}", {header: "sha256="}), (b"{}", {})):
        with pytest.raises(AuthenticationFailed):
            of_the_body(source(kind), headers, raw, MIDNIGHT)


def test_while_a_secret_is_changed_the_one_before_counts_too() -> None:
    both = source(secret_before="the-secret-of-before")
    given = {"X-Hub-Signature-256": signature(b"{}", "the-secret-of-before")}
    of_the_body(both, given, b"{}", MIDNIGHT)


def test_a_moment_that_is_signed_has_to_be_near() -> None:
    timed = source("grafana", proof="hmac", timestamp_header="X-Moment")
    now = int(MIDNIGHT.timestamp())

    def headers(moment: int) -> dict[str, str]:
        signed = f"{moment}:{{}}".encode()
        return {"X-Moment": str(moment), "X-Grafana-Alerting-Signature": signature(signed)}

    of_the_body(timed, headers(now - 60), b"{}", MIDNIGHT)
    for moment in (now - 400, now + 400):
        with pytest.raises(AuthenticationFailed, match="within 5 min"):
            of_the_body(timed, headers(moment), b"{}", MIDNIGHT)


def test_a_password_proves_it_with_its_user() -> None:
    basic = source("gcp", proof="basic", user="gcp")
    before_the_body(basic, {"Authorization": f"Basic {b64encode(f'gcp:{SECRET}'.encode()).decode()}"})
    for given in (f"other:{SECRET}", "gcp:wrong", "gcp"):
        with pytest.raises(AuthenticationFailed):
            before_the_body(basic, {"Authorization": f"Basic {b64encode(given.encode()).decode()}"})
    with pytest.raises(AuthenticationFailed):
        before_the_body(basic, {"Authorization": "Basic \u00fc"})


@pytest.mark.parametrize(
    "given",
    [
        {"name": "one", "kind": "github"},
        {"name": "one", "kind": "github", "secret": "short"},
        {"name": "one", "kind": "cloudwatch"},
        {"name": "One Two", "kind": "github", "secret": SECRET},
        {"name": "one", "kind": "unheard-of", "secret": SECRET},
        {"name": "one", "kind": "gcp", "secret": SECRET, "proof": "basic"},
    ],
)
def test_a_source_that_could_prove_nothing_is_no_setting(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidSettings) as refused:
        parsed({"alert_sources": [given]})
    assert SECRET not in refused.value.message


class Amazon:
    """Signs as SNS does, and publishes its certificate; remembers what was asked of it."""

    def __init__(self, valid: timedelta = timedelta(days=1)) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.asked: list[str] = []
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(1)
            .not_valid_before(MIDNIGHT - timedelta(days=2))
            .not_valid_after(MIDNIGHT + valid)
            .sign(self.key, SHA256())
        )

    async def fetch(self, address: str) -> bytes:
        self.asked.append(address)
        return self.certificate.public_bytes(Encoding.PEM)

    def message(self, version: str = "2", **changes: Any) -> dict[str, Any]:
        """Return a notification, or whatever these changes make of one, as it is signed."""
        told = {
            "Type": "Notification",
            "MessageId": "m1",
            "TopicArn": TOPIC,
            "Message": "{}",
            "Timestamp": MIDNIGHT.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "SignatureVersion": version,
            "SigningCertURL": CERTIFICATE,
        } | changes
        kinds = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
        asked = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
        fields = kinds if told["Type"] == "Notification" else asked
        text = "".join(f"{name}\n{told[name]}\n" for name in fields if name in told)
        hashed = SHA1() if version == "1" else SHA256()  # noqa: S303 -- version 1 of SNS signs so
        told["Signature"] = b64encode(self.key.sign(text.encode(), padding.PKCS1v15(), hashed)).decode()
        return told


SNS = AlertSource(name="aws", kind="cloudwatch", topics=(TOPIC,))


@pytest.mark.parametrize("version", ["1", "2"])
async def test_what_amazon_signed_counts_and_its_certificate_is_asked_for_once(version: str) -> None:
    amazon = Amazon()
    sns = Sns(amazon.fetch)
    for _ in range(2):
        await sns.verify(SNS, amazon.message(version, Subject="ALARM"), MIDNIGHT)
    assert amazon.asked == [CERTIFICATE]


def changed(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda told: {**told, **changes}


@pytest.mark.parametrize(
    "spoil",
    [
        changed(Message='{"AlarmName": "other"}'),
        changed(Subject="added"),
        changed(TopicArn="arn:aws:sns:eu-west-1:1:theirs"),
        changed(Type="UnsubscribeConfirmation"),
        changed(SignatureVersion="3"),
        changed(Signature="not base 64!"),
        changed(
            SigningCertURL="https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0123456789abcdef.pem"
        ),
        changed(SigningCertURL=CERTIFICATE.replace("https", "http")),
        changed(SigningCertURL="https://s3.amazonaws.com/bucket/SimpleNotificationService-0123456789abcdef.pem"),
        changed(
            SigningCertURL="https://user@sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
        ),
        changed(SigningCertURL=f"{CERTIFICATE}?x=1"),
        changed(Timestamp=(MIDNIGHT - timedelta(hours=8)).isoformat()),
        changed(Timestamp=(MIDNIGHT + timedelta(hours=1)).isoformat()),
    ],
)
async def test_what_amazon_did_not_say_so_now_to_us_is_refused(
    spoil: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    amazon = Amazon()
    with pytest.raises(AuthenticationFailed):
        await Sns(amazon.fetch).verify(SNS, spoil(amazon.message()), MIDNIGHT)
    assert set(amazon.asked) <= {CERTIFICATE}


async def test_a_certificate_that_is_over_proves_nothing() -> None:
    amazon = Amazon(valid=timedelta(days=-1))
    with pytest.raises(AuthenticationFailed, match="in force"):
        await Sns(amazon.fetch).verify(SNS, amazon.message(), MIDNIGHT)


async def test_a_subscription_is_confirmed_at_amazon_and_nowhere_else() -> None:
    amazon = Amazon()
    sns = Sns(amazon.fetch)
    told = amazon.message(Type="SubscriptionConfirmation", SubscribeURL=CONFIRM, Token="t")
    await sns.verify(SNS, told, MIDNIGHT)
    await sns.confirm(SNS, told)
    assert amazon.asked[-1] == CONFIRM
    for address in (
        CONFIRM.replace("amazonaws.com", "evil.example"),
        CONFIRM.replace("ConfirmSubscription", "DeleteTopic"),
        CONFIRM.replace(TOPIC, "arn:aws:sns:eu-west-1:1:theirs"),
        "file:///etc/passwd",
        "https://[::1",
    ):
        with pytest.raises(AuthenticationFailed):
            await sns.confirm(SNS, {**told, "SubscribeURL": address})
    assert amazon.asked[-1] == CONFIRM
