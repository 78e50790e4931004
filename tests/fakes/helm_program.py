"""As much of the helm program as rolls a release back: Helm's records, the Deployment replaced, a new revision.

Run as a program. A file `mode` in its home makes it refuse, hang, or die in the middle.
"""

import base64
import gzip
import json
import os
import signal
import ssl
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

Item = dict[str, Any]


def packed(record: Item) -> str:
    """Return a release as Helm packs it into a Secret's data."""
    return base64.b64encode(base64.b64encode(gzip.compress(json.dumps(record).encode()))).decode()


def unpacked(secret: Item) -> Item:
    found: Item = json.loads(gzip.decompress(base64.b64decode(base64.b64decode(secret["data"]["release"]))))
    return found


def secret(record: Item) -> Item:
    """Return the Secret that Helm keeps a revision in."""
    labels = {"owner": "helm", "name": record["name"], "status": record["info"]["status"]}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "helm.sh/release.v1",
        "metadata": {"name": f"sh.helm.release.v1.{record['name']}.v{record['version']}", "labels": labels},
        "data": {"release": packed(record)},
    }


class Cluster:
    def __init__(self, kubeconfig: Item) -> None:
        self.server = kubeconfig["clusters"][0]["cluster"]["server"]
        self.token = kubeconfig["users"][0]["user"]["token"]
        self.context = ssl.create_default_context()
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE  # the test cluster signs its own certificate

    def call(self, method: str, path: str, body: Item | None = None) -> Item:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.server + path, data, headers, method=method)  # noqa: S310 - a test's
        with urllib.request.urlopen(request, context=self.context, timeout=10) as answer:  # noqa: S310 - a test's
            found: Item = json.load(answer)
            return found


def rollback(cluster: Cluster, name: str, revision: int, namespace: str, mode: str) -> None:
    path = f"/api/v1/namespaces/{namespace}/secrets"
    items = cluster.call("GET", f"{path}?labelSelector=owner%3Dhelm,name%3D{name}")["items"]
    records = sorted((unpacked(item) for item in items), key=lambda each: int(each["version"]))
    newest, target = records[-1], next(each for each in records if each["version"] == revision)
    if newest["info"]["status"].startswith("pending-"):
        sys.exit("Error: another operation (install/upgrade/rollback) is in progress")
    made = {**target, "version": newest["version"] + 1}
    made["info"] = {"status": "pending-rollback", "description": f"Rollback to {revision}"}
    cluster.call("POST", path, secret(made))
    if mode == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    wanted = json.loads(made["manifest"])
    where = f"/apis/apps/v1/namespaces/{namespace}/deployments/{wanted['metadata']['name']}"
    stands = cluster.call("GET", where)
    cluster.call("PUT", where, {**stands, "spec": {**stands["spec"], **wanted["spec"]}})
    old = cluster.call("GET", f"{path}/sh.helm.release.v1.{name}.v{newest['version']}")
    newest["info"]["status"] = "superseded"
    cluster.call("PUT", f"{path}/{old['metadata']['name']}", {**old, "data": {"release": packed(newest)}})
    made["info"]["status"] = "deployed"
    there = cluster.call("GET", f"{path}/sh.helm.release.v1.{name}.v{made['version']}")
    cluster.call("PUT", f"{path}/{there['metadata']['name']}", {**there, "data": {"release": packed(made)}})


def main(arguments: list[str]) -> None:
    chosen = Path(os.environ["HOME"], "mode")
    mode = chosen.read_text() if chosen.exists() else ""
    if arguments[0] == "version":
        print("v2.17.0" if mode == "old" else "v3.14.4", end="")  # noqa: T201 - it is a program
        return
    if mode == "hang":
        time.sleep(60)
    if mode == "refuse":
        sys.exit("Error: UPGRADE FAILED: token=s3cr3t")
    options = dict(zip(arguments[3::2], arguments[4::2], strict=True))
    cluster = Cluster(json.loads(Path(options["--kubeconfig"]).read_text()))
    try:
        rollback(cluster, arguments[1], int(arguments[2]), options["--namespace"], mode)
    except urllib.error.HTTPError as error:
        sys.exit(f"Error: {error} {error.read().decode()}")


if __name__ == "__main__":
    main(sys.argv[1:])
