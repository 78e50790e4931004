"""Programs that need a look of their own, because an option or a word anywhere decides. Pure."""

import re
from collections.abc import Callable
from types import MappingProxyType

from memory.model.plan import Effect
from runbooks.importing import verbs
from runbooks.importing.sql import sql_effect
from runbooks.importing.verdict import READS, Verdict, unknown

_LOOPBACK = re.compile(r"(https?://)?(localhost|127\.0\.0\.1|\[::1\])([:/].*)?")


def _curl(rest: list[str]) -> Verdict:
    text = [each.upper() for each in rest]
    if any(
        "DELETE" in each for each, flag in zip(text, ["", *rest], strict=False) if flag in {"-X", "--request"}
    ) or ({"-XDELETE", "--REQUEST=DELETE"} & set(text)):
        return Verdict(effect=Effect.DESTRUCTIVE, why="it asks for something to be deleted")
    sends = ("-d", "--data", "-F", "--form", "-T", "--upload-file", "--json")
    method = {"POST", "PUT", "PATCH", "-XPOST", "-XPUT", "-XPATCH"} & set(text)
    if method or any(each.startswith(sends) for each in rest):
        return Verdict(effect=Effect.EGRESS, why="it sends data")
    addresses = [each for each in rest if "://" in each or _LOOPBACK.fullmatch(each)]
    if addresses and all(_LOOPBACK.fullmatch(each) for each in addresses):
        return READS
    return Verdict(effect=Effect.EGRESS, why="it asks another system")


def _sed(rest: list[str]) -> Verdict:
    inplace = any(re.fullmatch(r"-[a-zA-Z]*i.*|--in-place.*", each) for each in rest)
    return Verdict(effect=Effect.WRITE, why="it changes files in place") if inplace else READS


def _database(rest: list[str]) -> Verdict:
    """Return the effect of a database client: that of the statement it is given."""
    for number, word in enumerate(rest):
        if word in {"-c", "-e", "--command", "--execute", "-Q", "-q"} and number + 1 < len(rest):
            return _of_sql(rest[number + 1])
        if word.startswith(("--command=", "--execute=")):
            return _of_sql(word.partition("=")[2])
    if {"-l", "--list", "--version", "-V"} & set(rest):
        return READS
    return unknown("it opens a database")


def _of_sql(text: str) -> Verdict:
    effect, why = sql_effect(text)
    return Verdict(effect=effect, why=why)


_AWS_READS = re.compile(
    r"(describe|get|list|lookup|search|batch-get|head|filter|query|scan|simulate|estimate|detect|validate|test|view|check)(-.*)?|ls|wait|help"
)
_AWS_ENDS = re.compile(
    r"(delete|terminate|remove|deregister|purge|reset|reboot|cancel|release|destroy|batch-delete|schedule-key-deletion)(-.*)?|rm|rb|schedule-key-deletion"
)
_AWS_VALUES = frozenset(
    {"--profile", "--region", "--output", "--endpoint-url", "--query", "--ca-bundle", "--color"}
)


def _aws(rest: list[str]) -> Verdict:
    words = list(rest)
    plain: list[str] = []
    while words and len(plain) < 2:  # noqa: PLR2004  # the service and the operation
        if words[0].startswith("-"):
            words = words[2 if words[0] in _AWS_VALUES else 1 :]
        else:
            plain.append(words.pop(0))
    operation = plain[1] if len(plain) > 1 else ""
    if "--delete" in rest or _AWS_ENDS.fullmatch(operation):
        return Verdict(effect=Effect.DESTRUCTIVE, why=f"aws {' '.join(plain)} cannot be taken back")
    if plain[:1] == ["s3"] and operation in {"cp", "mv", "sync"}:
        return Verdict(effect=Effect.EGRESS, why="it moves data between systems")
    if plain[:1] == ["help"] or "--version" in rest or "--dry-run" in rest or _AWS_READS.fullmatch(operation):
        return READS
    return Verdict(effect=Effect.WRITE, why=f"aws {' '.join(plain)} changes things", known=bool(operation))


def _cloud(rest: list[str]) -> Verdict:
    """Return the effect of a command line of a cloud, which has its verb at the end of its nouns."""
    words = [each.lower() for each in rest if not each.startswith("-")][:5]
    if any(each in verbs.DESTROYING for each in words):
        return Verdict(effect=Effect.DESTRUCTIVE, why="it cannot be taken back")
    if "ssh" in words:
        return unknown("it opens a shell on another host")
    changing = {
        "create",
        "update",
        "set",
        "add",
        "start",
        "stop",
        "restart",
        "resize",
        "deploy",
        "apply",
        "import",
    }
    if any(each in verbs.LOOKING for each in words) and not changing & set(words):
        return READS
    return Verdict(effect=Effect.WRITE, why="it changes things")


def _service(rest: list[str]) -> Verdict:
    if "status" in rest[1:2] or rest[:1] == ["--status-all"]:
        return READS
    return Verdict(effect=Effect.WRITE, why="it changes a service")


def _openssl(rest: list[str]) -> Verdict:
    looks = rest[:1] and rest[0] in {
        "x509",
        "s_client",
        "verify",
        "version",
        "ciphers",
        "crl",
        "asn1parse",
        "dgst",
    }
    if looks and "-out" not in rest:
        return READS
    return Verdict(effect=Effect.WRITE, why="it makes keys or certificates")


def _awk(rest: list[str]) -> Verdict:
    text = " ".join(rest)
    if "inplace" in text or "system(" in text or re.search(r"print[^;}]*>+\s*[\"$]|\|\s*\"", text):
        return Verdict(effect=Effect.WRITE, why="its program writes, or runs something")
    return READS


def _firewall(rest: list[str]) -> Verdict:
    if {"-L", "-S", "--list", "--list-rules"} & set(rest):
        return READS
    if {"-F", "--flush", "-X", "-D", "--delete"} & set(rest):
        return Verdict(effect=Effect.DESTRUCTIVE, why="it takes rules away")
    return Verdict(effect=Effect.WRITE, why="it changes rules")


def _crontab(rest: list[str]) -> Verdict:
    if "-r" in rest:
        return Verdict(effect=Effect.DESTRUCTIVE, why="crontab -r removes every entry")
    return READS if "-l" in rest else Verdict(effect=Effect.WRITE, why="it changes entries")


def _editing(rest: list[str]) -> Verdict:
    return Verdict(effect=Effect.WRITE, why="it changes files in place") if "-i" in rest else READS


def _journalctl(rest: list[str]) -> Verdict:
    if any(each.startswith(("--vacuum", "--rotate", "--flush")) for each in rest):
        return Verdict(effect=Effect.DESTRUCTIVE, why="it removes or moves logs")
    return READS


def _dmesg(rest: list[str]) -> Verdict:
    if {"-C", "-c", "--clear", "--read-clear"} & set(rest):
        return Verdict(effect=Effect.DESTRUCTIVE, why="it clears the log")
    return READS


CLIENTS: MappingProxyType[str, Callable[[list[str]], Verdict]] = MappingProxyType(
    {
         "curl": _curl, "sed": _sed, "awk": _awk, "gawk": _awk, "yq": _editing, "aws": _aws,
        "gcloud": _cloud, "az": _cloud, "gsutil": _cloud, "bq": _cloud, "doctl": _cloud, "heroku": _cloud,
        "service": _service, "rc-service": _service, "openssl": _openssl, "psql": _database, "mysql": _database,
        "gitlab-psql": _database, "sqlcmd": _database, "sqlite3": _database, "iptables": _firewall,
        "ip6tables": _firewall, "nft": _firewall, "crontab": _crontab, "dmesg": _dmesg,
        "journalctl": _journalctl,
    }
)  # fmt: skip
