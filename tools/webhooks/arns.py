"""Amazon's names of things (ARNs): what stands in one, and where the console shows it. Pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

import re
from typing import Final

_ALARM: Final = re.compile(r"arn:aws:cloudwatch:(?P<region>[a-z0-9-]+):\d*:alarm:(?P<name>.+)")
_OF_A_SERVICE: Final = re.compile(
    r"arn:aws[\w-]*:ecs:[^:]*:\d*:service/(?:[^/]+/)?(?P<name>[^/]+)|service:(?P<group>.+)"
)
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_.~-]")  # RFC 3986, 2.3


def console(arn: str) -> str:
    """Return the page of an alarm in the console of its region, "" for what is no alarm of the public regions."""
    match = _ALARM.fullmatch(arn)
    if match is None:
        return ""
    region = match["region"]
    page = f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
    return f"{page}#alarmsV2:alarm/{_UNSAFE.sub(_escaped, match['name'])}"


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


def ecs_service(name: str) -> str:
    """Return the service of ECS that an ARN, or the group of a task, names; "" where it names none."""
    match = _OF_A_SERVICE.fullmatch(name)
    return (match["name"] or match["group"]) if match else ""
