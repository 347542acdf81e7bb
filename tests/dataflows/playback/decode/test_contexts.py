"""Contexts in one go: schemas are learned, and those that are known are enough."""

import json

from dataflows.playback.decode.contexts import ENTITIES, LearnedContexts, entity_of
from dataflows.playback.decode.entities import PLAYER, SESSION
from tests.dataflows.playback.decode.messages import entity, self_describing

PLAYER_SCHEMA = "iglu:com.snowplowanalytics.snowplow/media_player/jsonschema/{}"
# More than are kept.
_SIZES = [(1 + at % 2, at) for at in range(1_100)]


def column(*schemas: str) -> bytes:
    """Return a column with one entity of each schema, numbered."""
    described = [
        {"schema": schema, "data": {"currentTime": number}}
        for number, schema in enumerate(schemas)
    ]
    return self_describing("contexts", described).encode()


def test_entity_of_a_schema() -> None:
    """An entity is known by vendor, name and major version."""
    assert entity_of(PLAYER_SCHEMA.format("2-3-1")) is PLAYER
    assert entity_of(PLAYER_SCHEMA.format("3-0-0")) is None
    assert entity_of("media_player") is None


def test_current_schemas_are_known() -> None:
    """What a tracker of today sends is read in one go from the first event on."""
    session = entity(
        "com.snowplowanalytics.snowplow.media/session/1-0-0", mediaSessionId="m"
    )
    found = LearnedContexts().read(session.encode())

    assert found is not None
    assert [place for place, one in enumerate(found) if one] == [
        ENTITIES.index(SESSION)
    ]


def test_new_schema() -> None:
    """A column with an unknown schema is left to another; a learned one is read."""
    contexts = LearnedContexts()
    schemas = ["iglu:com.acme/new/jsonschema/1-0-0", PLAYER_SCHEMA.format("2-0-7")]
    before = contexts.read(column(*schemas))
    contexts.learn(schemas)
    found = contexts.read(column(*schemas))

    assert before is None
    assert found is not None
    assert found[ENTITIES.index(PLAYER)].data.current_time == 1


def test_first_of_two() -> None:
    """Of several objects of one entity the first counts, of whatever version."""
    contexts = LearnedContexts()
    schemas = [PLAYER_SCHEMA.format("2-0-1"), PLAYER_SCHEMA.format("2-0-0")]
    contexts.learn(schemas)
    found = contexts.read(column(*schemas))

    assert found is not None
    assert found[ENTITIES.index(PLAYER)].data.current_time == 0


def test_no_more_than_there_is_room_for() -> None:
    """Who makes up a schema for every event can't fill the memory with them."""
    contexts = LearnedContexts()
    made_up = [f"iglu:com.acme/x{number}/jsonschema/1-0-0" for number in range(100)]
    contexts.learn(made_up)
    contexts.learn(made_up)

    assert contexts.read(column(made_up[0])) is not None
    assert contexts.read(column(made_up[99])) is None


def test_read_again() -> None:
    """However many columns come again, each is read as the first time."""
    contexts = LearnedContexts()
    schema = PLAYER_SCHEMA.format("2-0-0")
    columns = [column(*[schema] * more) + b" " * extra for more, extra in _SIZES]
    first = [contexts.read_again(one) for one in columns]

    assert first == [contexts.read(one) for one in columns]
    assert contexts.read_again(columns[-1]) is first[-1]
    assert contexts.read_again(b" " * 5_000 + columns[0]) == first[0]


def test_read_again_when_learned() -> None:
    """A column that could not be read is looked at again once its schema is known."""
    contexts = LearnedContexts()
    schema = "iglu:com.acme/new/jsonschema/1-0-0"
    before = contexts.read_again(column(schema))
    contexts.learn([schema])

    assert before is None
    assert contexts.read_again(column(schema)) == [None] * len(ENTITIES)


def test_nothing_there() -> None:
    """An empty column holds no entity; one that is no column is left to another."""
    contexts = LearnedContexts()

    assert contexts.read(b"") == [None] * len(ENTITIES)
    assert contexts.read(json.dumps({"data": {}}).encode()) is None
