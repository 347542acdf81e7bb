"""What is known of the content that is played; very many viewers have it in common."""

from typing import Final

from mypy_extensions import mypyc_attr

from dataflows.playback.memo import memorize
from dataflows.playback.short import UNKNOWN

__all__ = ["NOTHING_KNOWN", "Content", "content_of"]

_Known = tuple[str | None, float, bool | None, str | None, int, str | None]


@mypyc_attr(acyclic=True)
class Content:
    """What players say of it; never changed, for sessions share it (`content_of`).

    `duration` is in seconds, `bitrate` in bits a second.
    """

    __slots__ = (
        "bitrate",
        "duration",
        "label",
        "livestream",
        "player_type",
        "quality",
    )

    def __init__(self, known: _Known) -> None:
        """Take what is known, in the order of `content_of`."""
        label, duration, livestream, quality, bitrate, player_type = known
        self.label = _shared(label)
        self.duration = duration
        self.livestream = livestream
        self.quality = _shared(quality)
        self.bitrate = bitrate
        self.player_type = _shared(player_type)


def content_of(  # noqa: PLR0917, the fields
    label: str | None,
    duration: float,
    livestream: bool | None,  # noqa: FBT001, a field as well
    quality: str | None,
    bitrate: int,
    player_type: str | None,
) -> Content:
    """Return the content of which this is known: the same object for the same."""
    known = label, duration, livestream, quality, bitrate, player_type
    content = _CONTENTS.get(known)
    if content is None:
        content = Content(known)
        memorize(_CONTENTS, known, content, _MOST_CONTENTS)
    return content


def _shared(text: str | None) -> str | None:
    """Return the one copy of a text, which contents that differ have in common."""
    if text is None:
        return None
    kept = _TEXTS.get(text)
    if kept is None:
        # Not `intern`: some Pythons 3.12 never free what they have interned.
        memorize(_TEXTS, text, text, _MOST_CONTENTS)
        return text
    return kept


# Titles in the qualities that they are watched in.
_CONTENTS: Final[dict[_Known, Content]] = {}
_TEXTS: Final[dict[str, str]] = {}
_MOST_CONTENTS: Final = 4_096

NOTHING_KNOWN: Final = content_of(None, UNKNOWN, None, None, UNKNOWN, None)
"""Before a player has said anything."""
