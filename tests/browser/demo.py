"""`python -m stack demo --web` as a person runs it, and what it has stored."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from dataflows.settings import Settings
from stack.services.ports import HOST, free_ports, is_listening
from stack.services.tables import local_client
from tests.stack.polling import until

__all__ = ["RunningDemo", "running_demo"]

_ROOT = Path(__file__).parents[2]
_PATIENCE_S = 120.0
_URL = re.compile(r"http://[\d.]+:(\d+)/[\w-]*/?")


class RunningDemo:
    """A demo that has said where it is."""

    def __init__(self, said: str, dynamodb_port: int) -> None:
        found = list(_URL.finditer(said))
        assert len(found) == 3, said
        self.url, self.player_url, self.dashboard_url = (url[0] for url in found)
        self.ports = {int(url[1]) for url in found} | {dynamodb_port}
        self._client = local_client(f"http://{HOST}:{dynamodb_port}")
        self._settings = Settings()

    def profile(self, viewer_id: str) -> dict[str, Any]:
        """Return a viewer's item of the profiles table; empty while there is none."""
        got = self._client.get_item(
            TableName=self._settings.profiles_table,
            Key={"viewer_id": {"S": viewer_id}},
            ConsistentRead=True,
        )
        return _plain(got.get("Item", {}))

    def status(self, viewer_id: str) -> str | None:
        """Return the status of that item."""
        return self.profile(viewer_id).get("status")

    def history(self, viewer_id: str) -> list[dict[str, Any]]:
        """Return a viewer's items of the history table, in the order of their keys."""
        got = self._client.query(
            TableName=self._settings.history_table,
            KeyConditionExpression="viewer_id = :v",
            ExpressionAttributeValues={":v": {"S": viewer_id}},
            ConsistentRead=True,
        )
        return [_plain(item) for item in got["Items"]]


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    read = TypeDeserializer().deserialize
    return {name: read(value) for name, value in item.items()}


@contextmanager
def running_demo(folder: Path, env: Mapping[str, str]) -> Iterator[RunningDemo]:
    """Run the demo without a crowd; Ctrl-C must end it with all that it started."""
    log = folder / "demo.log"
    (dynamodb_port,) = free_ports(1)
    command = [sys.executable, "-m", "stack", "demo", "--web", "--viewers", "0"]
    command += ["--no-browser", "--data-dir", str(folder)]
    command += ["--dynamodb-port", str(dynamodb_port)]
    for port in ("--port", "--player-port", "--kafka-port"):
        command += [port, "0"]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command,
            cwd=_ROOT,
            env={**os.environ, **env},
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            until(lambda: _is_up(process, log), _PATIENCE_S)
            demo = RunningDemo(log.read_text(), dynamodb_port)
            yield demo
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=_PATIENCE_S) == 0, log.read_text()
            assert [port for port in demo.ports if is_listening(port)] == []
        finally:
            # It takes its children along, however it ends.
            process.kill()


def _is_up(process: subprocess.Popen[bytes], log: Path) -> bool:
    assert process.poll() is None, log.read_text()
    return "Ctrl-C" in log.read_text()
