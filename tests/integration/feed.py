"""A crowd's messages, handed to the flow piece by piece."""

from collections.abc import Sequence
from typing import Final

from stack.crowd.dispatch import Outgoing
from stack.sending.outbox import Key, Outbox, connect
from tests.integration.system import PATIENCE_S, System
from tests.stack.polling import until

__all__ = ["Feed"]

# As many as come in a fortieth of a second or so; the acknowledgement takes as long.
_PIECE: Final = 25


class Feed:
    """Sends messages to a system's source topic, a viewer's to one partition."""

    def __init__(self, system: System, messages: Sequence[Outgoing]) -> None:
        settings = system.settings
        self.total = len(messages)
        self._messages = iter(messages)
        self._left = self.total
        self._sent = 0
        self._outbox = Outbox(
            connect(settings.bootstrap_servers), settings.source_topic, Key.VIEWER
        )

    def drip(self, pieces: int) -> None:
        """Send so many pieces, each when the one before has been acknowledged."""
        assert pieces * _PIECE < self._left, "the crowd is too small for this"
        for _ in range(pieces):
            self._send(_PIECE)

    def pour(self) -> None:
        """Send all that is left at once."""
        self._send(self._left)

    def _send(self, count: int) -> None:
        for _ in range(count):
            outgoing = next(self._messages)
            self._outbox.send(outgoing.value, outgoing.viewer_id)
        self._left -= count
        self._sent += count
        until(self._acknowledged, PATIENCE_S)

    def _acknowledged(self) -> bool:
        self._outbox.poll()
        assert self._outbox.failed == 0
        return self._outbox.acknowledged == self._sent
