"""A witness as its operators run it: a process of `quarterdeck witness serve` with a key and a state in files."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from memory.log.keys import Cosigner, VerifierKey
from memory.log.witness import AddCheckpoint
from memory.witnessing import WitnessState
from tests.memory.log.signers import LOG, private
from tests.servers import free_port, until

ROOT = Path(__file__).parents[1]
ENDING_S = 10.0


class WitnessProcess:
    """A witness with its files in `folder`; several may share one state."""

    def __init__(
        self,
        folder: Path,
        name: str = "witness.example/first",
        number: int = 2,
        logs: Iterable[VerifierKey] = (LOG.key,),
    ) -> None:
        self.cosigner = Cosigner(name, private(number))
        self.key = self.cosigner.key
        self.state = folder / "witness.db"
        self.log = folder / f"witness-{number}-{free_port()}.log"
        key_file = folder / f"witness-{number}.pem"
        key_file.touch(mode=0o600)
        key_file.write_bytes(private(number).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        if not self.state.exists():
            WitnessState.create(self.state).close()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.command = [
            *(sys.executable, "-m", "bot", "witness", "serve"),
            *("--key", str(key_file), "--name", name, "--state", str(self.state)),
            *("--listen", f"127.0.0.1:{port}"),
            *(word for log in logs for word in ("--log", str(log))),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def launch(self) -> None:
        """Start it, without waiting until it serves."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self.command, cwd=ROOT, stdout=log, stderr=log)

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self.launch()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        until(self._ready, f"the start of a witness (its log: {self.log})")

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(ENDING_S)
            self._process = None

    def stop(self) -> int:
        """Tell it to end; return its exit code."""
        assert self._process is not None
        self._process.terminate()
        process, self._process = self._process, None
        return process.wait(ENDING_S)

    def ask(self, request: AddCheckpoint) -> httpx.Response:
        """Send it a request."""
        return httpx.post(f"{self.url}/add-checkpoint", content=request.encode(), trust_env=False, timeout=20)

    def _ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()[-2000:]
        try:
            return httpx.get(f"{self.url}/readyz", trust_env=False).is_success
        except httpx.TransportError:
            return False
