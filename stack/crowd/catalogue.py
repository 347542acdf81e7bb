"""What the simulated crowd watches: titles, advertisements, devices, player errors."""

from typing import Final

import msgspec

__all__ = [
    "CREATIVES",
    "DEVICES",
    "ERRORS",
    "QUALITIES",
    "TITLES",
    "Creative",
    "Device",
    "Title",
]


class Title(msgspec.Struct, frozen=True):
    """Something to watch; a livestream has no duration (seconds).

    `weight` is how often it is chosen against the others.
    """

    content_id: str
    label: str
    duration: float | None
    weight: float


class Creative(msgspec.Struct, frozen=True):
    """An advertisement; `duration` is in seconds."""

    ad_id: str
    name: str
    duration: float
    skippable: bool


class Device(msgspec.Struct, frozen=True):
    """What a viewer watches on, and where; `device_class` is yauaa's word for it."""

    device_class: str
    country: str
    useragent: str
    width: int
    height: int
    br_lang: str
    os_timezone: str


TITLES: Final = (
    Title("live-news", "Morning News Live", None, 8),
    Title("live-derby", "City Derby: United v Rovers", None, 12),
    Title("mv-001", "The Lighthouse Keeper", 6_840.0, 6),
    Title("mv-002", "Paper Planes", 5_760.0, 4),
    Title("mv-003", "Northbound", 7_320.0, 3),
    Title("mv-004", "A Winter in Trieste", 6_120.0, 2),
    Title("se-101", "Harbour Lights S01E01", 2_640.0, 9),
    Title("se-102", "Harbour Lights S01E02", 2_580.0, 6),
    Title("se-103", "Harbour Lights S01E03", 2_700.0, 4),
    Title("se-201", "Night Shift S02E07", 1_500.0, 5),
    Title("se-202", "Night Shift S02E08", 1_440.0, 6),
    Title("dc-001", "Deep Water: Life Below", 3_180.0, 3),
    Title("dc-002", "The Bridge Builders", 3_420.0, 2),
    Title("ck-014", "Five-Minute Kitchen: Ramen", 312.0, 7),
    Title("ck-015", "Five-Minute Kitchen: Tacos", 298.0, 5),
    Title("mu-330", "Echo Park - Slow Motion (Official Video)", 227.0, 8),
    Title("mu-331", "Nova - Gravity (Live Session)", 254.0, 6),
    Title("sp-077", "Derby Highlights: All the Goals", 184.0, 10),
    Title("tr-009", "Northbound - Official Trailer", 142.0, 7),
    Title("kd-042", "Pip & Dot Build a Rocket", 660.0, 5),
)

CREATIVES: Final = (
    Creative("ad-100", "Fresh Soap 8s", 8.0, skippable=False),
    Creative("ad-110", "City Bank Savings", 15.0, skippable=True),
    Creative("ad-120", "Hillside Coffee", 20.0, skippable=True),
    Creative("ad-130", "Volta E-Bike Launch", 30.0, skippable=True),
    Creative("ad-140", "Weekend Sale", 6.0, skippable=False),
    Creative("ad-150", "Parcel Express", 15.0, skippable=False),
    Creative("ad-160", "Quest of Embers (game)", 30.0, skippable=True),
    Creative("ad-170", "Green Garden Centre", 10.0, skippable=False),
    # Some ad servers number their ads; in the schema the number is text.
    Creative("288", "Bright Energy", 20.0, skippable=True),
    Creative("301", "Skyline Airways", 25.0, skippable=True),
)

DEVICES: Final = (
    Device(
        "Desktop",
        "US",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
        "(KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        1920,
        1080,
        "en-US",
        "America/New_York",
    ),
    Device(
        "Desktop",
        "GB",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Version/26.1 Safari/605.1.15",
        1728,
        1117,
        "en-GB",
        "Europe/London",
    ),
    Device(
        "Phone",
        "DE",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
        393,
        852,
        "de-DE",
        "Europe/Berlin",
    ),
    Device(
        "Phone",
        "BR",
        "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 "
        "(KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
        412,
        915,
        "pt-BR",
        "America/Sao_Paulo",
    ),
    Device(
        "Desktop",
        "FR",
        "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        2560,
        1440,
        "fr-FR",
        "Europe/Paris",
    ),
)

QUALITIES: Final = (
    ("360p", 800_000),
    ("480p", 1_400_000),
    ("720p", 2_800_000),
    ("1080p", 5_000_000),
)
"""Renditions, and their bits a second."""

ERRORS: Final = (
    ("MEDIA_ERR_NETWORK", "a segment could not be loaded"),
    ("MEDIA_ERR_DECODE", "the decoder gave up"),
    ("DRM_LICENSE", "the licence server did not answer"),
)
