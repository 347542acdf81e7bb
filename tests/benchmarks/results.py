"""Measurements: what was measured, each figure once a repeat; as tables and as JSON."""

import statistics
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec

__all__ = [
    "FIGURES",
    "Figure",
    "Measurement",
    "Results",
    "merged",
    "once",
    "read",
    "shown",
    "with_falls",
    "with_ratios",
    "write",
]


class Figure(msgspec.Struct, frozen=True):
    """How a figure is written: the head of its column, and how many decimals."""

    title: str
    decimals: int = 0


FIGURES: Final = {
    "best_5s_eps": Figure("events/s, best 5 s"),
    "whole_eps": Figure("events/s, whole run"),
    "best_fall_percent": Figure("% less, best 5 s", 1),
    "whole_fall_percent": Figure("% less, whole run", 1),
    "times_one": Figure("times one process", 2),
    "of_raw": Figure("of a raw consumer", 2),
    "done_percent": Figure("% of the topic done"),
    "used_percent": Figure("% used", 2),
    "cpu_us": Figure("CPU µs an event", 2),
    "peak_rss_mb": Figure("peak MB"),
    "p50_ms": Figure("p50 ms", 1),
    "p99_ms": Figure("p99 ms", 1),
    "max_ms": Figure("max ms", 1),
    "samples": Figure("changes seen"),
    "kept_up": Figure("kept up"),
    "resolution_ms": Figure("resolution ms", 1),
    "live_viewers": Figure("live viewers"),
    "known_viewers": Figure("viewers known"),
    "rss_mb": Figure("MB"),
    "rss_grown_mb": Figure("MB above the start"),
    "gb_a_million": Figure("GB a million viewers", 2),
    "total_ms": Figure("ms, all shards"),
    "slowest_ms": Figure("ms, slowest shard", 1),
    "packed_mb": Figure("MB packed", 1),
    "bytes_a_viewer": Figure("bytes a viewer"),
    "restart_s": Figure("s to the first profile", 1),
    "all_loaded_s": Figure("s to one of every shard", 1),
    "shards": Figure("shards that answered"),
    "live_mb": Figure("MB of live state", 1),
    "store_mb": Figure("MB of store", 1),
    "store_ratio": Figure("store to live state", 2),
    "epochs": Figure("epochs"),
    "mb_a_s": Figure("MB written a second", 2),
    "written_percent": Figure("% of the state an epoch", 1),
    "snapshot_ms": Figure("slowest epoch's snapshot ms", 1),
    "items_a_s": Figure("items/s"),
    "history_a_s": Figure("history items/s"),
    "profiles_a_s": Figure("profiles/s"),
    "event_us": Figure("µs an event", 2),
    "ratio": Figure("times the reference", 2),
    "events_a_cpu_s": Figure("events a CPU second"),
}
"""The figures that tables show, in their order; JSON has more."""


class Measurement(msgspec.Struct, frozen=True):
    """What was measured, in words, and its figures: a value for every repeat."""

    case: str
    what: dict[str, str]
    figures: dict[str, list[float]]


class Results(msgspec.Struct, frozen=True):
    """All that a run of the benchmark has found, and on what machine."""

    machine: dict[str, str]
    options: dict[str, str]
    measurements: list[Measurement]
    failed: dict[str, str] = {}
    """What could not be measured, and why."""


def merged(measurements: Iterable[Measurement]) -> list[Measurement]:
    """Return one measurement a thing measured, its repeats together."""
    found: dict[tuple[str, ...], Measurement] = {}
    for one in measurements:
        key = (one.case, *one.what.values())
        known = found.setdefault(key, Measurement(one.case, one.what, {}))
        for name, values in one.figures.items():
            known.figures.setdefault(name, []).extend(values)
    return list(found.values())


def with_ratios(found: Iterable[Measurement], raw: str) -> list[Measurement]:
    """Return measurements with their rate as a part of the raw consumer's.

    Args:
        found: measurements; those of the same shape are compared.
        raw: name of the engine that is the whole.

    """
    told = list(found)
    rated = [one for one in told if "whole_eps" in one.figures and "shape" in one.what]
    whole = {
        one.what["shape"]: statistics.median(one.figures["whole_eps"])
        for one in rated
        if one.what["engine"] == raw
    }
    for one in rated:
        if rate := whole.get(one.what["shape"]):
            one.figures["of_raw"] = [eps / rate for eps in one.figures["whole_eps"]]
    return told


def with_falls(found: Iterable[Measurement], case: str) -> list[Measurement]:
    """Return measurements, with how much less than at the fewest viewers.

    Args:
        found: measurements; those of the case come last, by their viewers.
        case: the case whose rates are compared, in percent.

    """
    told = list(found)
    rated = sorted((one for one in told if one.case == case), key=_viewers)
    for one in rated[1:]:
        for rate, fall in _FALLS.items():
            first = statistics.median(rated[0].figures[rate])
            falls = [100 * (1 - eps / first) for eps in one.figures[rate]]
            one.figures[fall] = falls
    return [one for one in told if one.case != case] + rated


def _viewers(one: Measurement) -> int:
    return int(one.what["viewers"].replace(",", ""))


_FALLS: Final = {
    "best_5s_eps": "best_fall_percent",
    "whole_eps": "whole_fall_percent",
}


def once(case: str, what: dict[str, str], figures: Mapping[str, float]) -> Measurement:
    """Return the measurement of a single repeat."""
    return Measurement(case, what, {name: [value] for name, value in figures.items()})


def shown(values: list[float], decimals: int) -> str:
    """Return the median, with the least and the most where they differ."""
    middle = f"{statistics.median(values):,.{decimals}f}"
    least, most = (f"{bound(values):,.{decimals}f}" for bound in (min, max))
    return middle if least == most else f"{middle} ({least} to {most})"


def write(path: Path, results: Results) -> None:
    """Write results as JSON."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results)))


def read(path: Path) -> Results:
    """Return the results that `write` wrote."""
    return msgspec.json.decode(path.read_bytes(), type=Results)
