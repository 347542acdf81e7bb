"""Play a viewer into the pipeline and wait for the profile; smoke.sh runs it in Docker.

The story is a recorded one: an ad that is clicked, one that is skipped, a pause, a
mid-roll, the end. It is told by the collector's side first (every request must be
accepted), then by DynamoDB and by Kafka.
"""

import sys
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import msgspec
import typer
from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import BotoCoreError, ClientError
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

from dataflows.playback.profile import PlaybackStatus
from dataflows.settings import Settings, SettingsError
from stack.errors import StackError
from stack.sending.pace import Pace
from stack.services.tables import client_of
from stack.snowplow.viewer import TP2, Tracked, payload, story_of

__all__ = ["ENDING", "SmokeError", "main", "play", "profile_in_table", "wait_for"]

ENDING: Final = {
    "status": PlaybackStatus.COMPLETED_VIDEO.value,
    "adsClicked": "1",
    "adsSkipped": "1",
}
"""What the profile says, as text, when the story is over."""

_RUN, _USER = "main", "viewer-alice"
_POLL_S: Final = 0.5
_ANSWER_S: Final = 10.0

_Found = dict[str, Any]


class SmokeError(StackError):
    """A part of the pipeline did not do its part."""


def play(collector: str, story: Iterable[Tracked], user_id: str, speed: float) -> int:
    """Send a story as its tracker would, `speed` times as fast; return its length.

    Raises:
        SmokeError: the collector does not accept an event.

    """
    pace, began_ms, count = Pace(speed, 0), time.time() * 1000, 0
    connection = HTTPConnection(urlsplit(collector).netloc, timeout=_ANSWER_S)
    with closing(connection):
        for tracked in story:
            time.sleep(max(0.0, pace.seconds_until(tracked.after_ms)))
            body = payload(
                tracked,
                user_id=user_id,
                event_id=str(uuid.uuid4()),
                created_ms=round(began_ms + tracked.after_ms / speed),
                sent_ms=round(time.time() * 1000),
            )
            _post(connection, body)
            count += 1
    return count


def _post(connection: HTTPConnection, body: bytes) -> None:
    try:
        connection.request("POST", TP2, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException) as ex:
        msg = f"the collector does not answer: {ex!r}"
        raise SmokeError(msg) from ex
    if answer.status != 200:
        msg = f"the collector must answer 200; got {answer.status} instead"
        raise SmokeError(msg)


def profile_in_table(settings: Settings, user_id: str) -> _Found | None:
    """Return the viewer's item of the profiles table, if there is one."""
    client = client_of(settings)
    try:
        item = client.get_item(
            TableName=settings.profiles_table,
            Key={"viewer_id": {"S": user_id}},
            ConsistentRead=True,
        ).get("Item")
    except (BotoCoreError, ClientError) as ex:
        msg = f"can't read `{settings.profiles_table}`: {ex}"
        raise SmokeError(msg) from ex
    finally:
        client.close()
    read = TypeDeserializer().deserialize
    return {key: read(value) for key, value in item.items()} if item else None


def _profile_on_topic(consumer: Consumer, user_id: str) -> _Found | None:
    """Return the newest of the viewer's profiles among the messages not yet read."""
    found = None
    for message in consumer.consume(1000, timeout=_POLL_S):
        if message.key() == user_id.encode() and (value := message.value()):
            found = msgspec.json.decode(value, type=_Found)
    return found


def wait_for(
    where: str, look: Callable[[], _Found | None], deadline_s: float
) -> _Found:
    """Look until the profile says what it must, and print what it says meanwhile.

    Raises:
        SmokeError: it does not in `deadline_s` seconds.

    """
    began_s, shown = time.monotonic(), None
    while True:
        found = look()
        says = found and {key: str(found.get(key)) for key in ENDING}
        if found and says != shown:
            print(f"{time.monotonic() - began_s:6.1f} s  {where}: {says}")
            shown = says
        if found and says == ENDING:
            return found
        if time.monotonic() - began_s > deadline_s:
            msg = f"{where} must say {ENDING} in {deadline_s:g} s; got {shown} instead"
            raise SmokeError(msg)
        time.sleep(_POLL_S)


def _topic_reader(settings: Settings) -> Consumer:
    topic = settings.profiles_topic
    consumer = Consumer(settings.kafka_config() | {"group.id": "smoke"})
    try:
        partitions = consumer.list_topics(topic, timeout=_ANSWER_S).topics[topic]
    except KafkaException as ex:
        msg = f"Kafka does not answer: {ex}"
        raise SmokeError(msg) from ex
    consumer.assign(
        [TopicPartition(topic, p, OFFSET_BEGINNING) for p in partitions.partitions]
    )
    return consumer


def _smoke(
    collector: Annotated[str, typer.Option(help="its URL")] = "http://127.0.0.1:9090",
    capture: Annotated[Path, typer.Option(help="requests")] = Path("/captures.jsonl"),
    speed: Annotated[float, typer.Option(help="of the story, which takes 47 s")] = 4,
    deadline: Annotated[float, typer.Option(help="seconds to wait after it")] = 120,
) -> None:
    """Play a recorded viewer, and wait for the profile in DynamoDB and Kafka."""
    settings = Settings.from_env()
    user_id = f"smoke-{uuid.uuid4().hex[:12]}"
    consumer = _topic_reader(settings)
    story = story_of(capture.read_bytes().splitlines(), _RUN, _USER)
    print(f"{user_id} plays {len(story)} events into {collector}")
    print(f"{play(collector, story, user_id, speed)} requests accepted")
    wait_for("DynamoDB", lambda: profile_in_table(settings, user_id), deadline)
    wait_for("Kafka", lambda: _profile_on_topic(consumer, user_id), deadline)
    consumer.close()
    print("The pipeline works.")


def main() -> None:
    """Run the smoke test; say plainly what is wrong instead of showing a traceback."""
    try:
        typer.run(_smoke)
    except (StackError, SettingsError) as ex:
        sys.exit(f"Error: {ex}")


if __name__ == "__main__":
    main()
