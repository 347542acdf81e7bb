"""A simulated evening with a story in it: what the recording is made of.

Most viewers have a good evening. For half an hour a provider's network is poor: players
of one country stall, and their viewers leave. One viewer has bad luck all evening, and
comes back again and again.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from random import Random
from typing import Final
from zlib import crc32

import numpy as np

from stack.crowd.crowd import Crowd, Happening
from stack.crowd.habits import Habits
from stack.crowd.visit import Visit

__all__ = ["EVENING", "MINUTES", "START_MS", "Scene", "happenings"]

START_MS: Final = 1_795_374_000_000
"""2026-11-22T19:00:00Z, a Sunday."""

MINUTES: Final = 90
"""How long the evening is recorded."""

_MINUTE_MS: Final = 60_000
_COUNTRIES: Final = ("DE", "GB", "NL", "PT")


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A part of the audience: how it behaves, and when it comes.

    `share` are points of (minute, share of those who would come that do), with straight
    lines between: a crowd of the simulator is always of one size, an audience is not.
    """

    number: int
    viewers: int
    habits: Habits
    share: tuple[tuple[int, float], ...] = ((0, 1.0),)
    country: str | None = None


_USUAL: Final = Habits(
    leaves_a_minute=0.05,
    stalls_a_minute=0.04,
    stall_mean_s=2.5,
    errors_a_minute=0.002,
    pauses_a_minute=0.1,
    pause_mean_s=75.0,
    mid_roll_every_s=420.0,
)
_POOR_NETWORK: Final = Habits(
    leaves_a_minute=0.4,
    stalls_a_minute=1.5,
    stall_mean_s=9.0,
    errors_a_minute=0.05,
    changes_a_minute=0.8,
    pauses_a_minute=0.05,
)
_BAD_LUCK: Final = Habits(
    leaves_a_minute=0.0,
    stalls_a_minute=0.9,
    stall_mean_s=12.0,
    errors_a_minute=0.25,
    changes_a_minute=0.9,
    pauses_a_minute=0.1,
    pause_mean_s=60.0,
    known=1.0,
    returning=1.0,
)

EVENING: Final = (
    Scene(
        number=1,
        viewers=42,
        habits=_USUAL,
        share=((0, 0.35), (40, 1.0), (60, 1.0), (90, 0.3)),
    ),
    Scene(
        number=2,
        viewers=15,
        habits=_POOR_NETWORK,
        share=((38, 0.0), (40, 1.0), (65, 1.0), (68, 0.0)),
        country="PT",
    ),
    Scene(
        number=3,
        viewers=1,
        habits=_BAD_LUCK,
        share=((4, 0.0), (5, 1.0)),
        country="PT",
    ),
)


def happenings(seed: int = 0) -> Iterator[Happening]:
    """Yield what happens on the evening, in order of event time."""
    return heapq.merge(
        *(_scene(scene, seed) for scene in EVENING),
        key=lambda happening: happening.event.time,
    )


def _scene(scene: Scene, seed: int) -> Iterator[Happening]:
    """Yield what a scene's viewers do: those of its crowd that come at all."""
    crowd = Crowd(
        habits=scene.habits,
        viewers=scene.viewers,
        seed=seed * 10 + scene.number,
        start_ms=START_MS,
    )
    rng = Random(f"evening {seed} {scene.number}")
    # By identity, with the visit itself, so that no other can have the same.
    coming: dict[int, tuple[Visit, bool]] = {}
    for event, visit in takewhile(_is_recorded, crowd.happenings()):
        if id(visit) not in coming:
            share = _share(scene, (event.time - START_MS) / _MINUTE_MS)
            coming[id(visit)] = visit, rng.random() < share
            _place(visit, scene)
        if coming[id(visit)][1]:
            own = replace(event, viewer_id=visit.viewer_id)
            yield Happening(own, visit)


def _is_recorded(happening: Happening) -> bool:
    return happening.event.time < START_MS + MINUTES * _MINUTE_MS


def _share(scene: Scene, minute: float) -> float:
    minutes, shares = zip(*scene.share, strict=True)
    return float(np.interp(minute, minutes, shares))


def _place(visit: Visit, scene: Scene) -> None:
    """Say where a visit comes from, in names of which no two scenes share one."""
    if "user_id" in visit.fixed:
        visit.viewer_id = f"viewer-{scene.number}{visit.viewer_id[-5:]}"
        visit.fixed["user_id"] = visit.viewer_id
    at = crc32(visit.viewer_id.encode()) % len(_COUNTRIES)
    visit.fixed["geo_country"] = scene.country or _COUNTRIES[at]
