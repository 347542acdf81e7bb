"""The live viewers as columns."""

import math

import numpy as np

from dashboard.columns import NUMBERS, TEXTS, ViewerColumns
from dataflows.playback.profile import ViewerProfile
from tests.dashboard.records import profile


def _columns(*profiles: ViewerProfile) -> ViewerColumns:
    columns = ViewerColumns()
    columns.grow(len(profiles))
    columns.write(dict(enumerate(profiles)))
    return columns


def test_every_column_is_written() -> None:
    """A row has a number and a text of each column; what is not known is NaN or -1."""
    columns = _columns(profile(video_ts=None, quality=None))

    assert math.isnan(columns.number("video_ts")[0])
    assert columns.texts["quality"].codes[0] == -1
    assert {columns.number(name).shape for name in NUMBERS} == {(1,)}
    assert set(columns.texts) == set(TEXTS)


def test_row_that_was_not_written_is_not_live() -> None:
    """Rows that are there before their viewers are nobody's."""
    columns = _columns()
    columns.grow(3)
    columns.write({1: profile()})

    assert columns.live.tolist() == [False, True, False]


def test_dimensions_are_bounded() -> None:
    """A stranger who makes up names of dimensions does not fill the memory."""
    columns = _columns(*(profile(dimensions={f"d{i:04}": "x"}) for i in range(100)))

    assert len(columns.dimensions) == 24


def test_dimension_is_given_up_with_its_viewers() -> None:
    """A dimension that no row has any more is forgotten."""
    columns = _columns(profile(dimensions={"device": "TV"}), profile())
    columns.keep(np.array([1]))

    assert columns.dimensions == {}
    assert columns.texts["viewer_id"].values == ["alice"]
