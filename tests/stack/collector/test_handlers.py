"""What a tracker asks for over HTTP, and what it is answered."""

import re
import threading

import pytest
from confluent_kafka import KafkaError

from tests.stack.collector.posting import TP2
from tests.stack.collector.serving import (
    Client,
    StandInProducer,
    events_of,
    serving,
)
from tests.stack.polling import until

VIEW = {"e": "pv", "aid": "shop", "p": "web"}
ORIGIN = "http://shop.example:8080"
GIF = b"GIF89a"


def test_post(client: Client, producer: StandInProducer) -> None:
    """A post is answered `ok`, and its events are on the topic in their order."""
    answer = client.post(VIEW | {"uid": "a"}, VIEW | {"uid": "b"})

    assert (answer.status, answer.body) == (200, b"ok")
    assert [event["user_id"] for event in events_of(producer)] == ["a", "b"]


@pytest.mark.parametrize("path", ["/i", "/ice.png", TP2])
def test_get(path: str, client: Client, producer: StandInProducer) -> None:
    """An event by GET is answered with a pixel that no cache may keep."""
    answer = client.ask("GET", f"{path}?e=pv&uid=a%20b")

    assert (answer.status, answer.body[:6]) == (200, GIF)
    assert answer.headers["Content-Type"] == "image/gif"
    assert "no-store" in answer.headers["Cache-Control"]
    assert [event["user_id"] for event in events_of(producer)] == ["a b"]


def test_head(client: Client, producer: StandInProducer) -> None:
    """An event by HEAD is taken as by GET, and the answer has no body."""
    answer = client.ask("HEAD", "/i?e=pv")

    assert (answer.status, answer.body) == (200, b"")
    assert len(events_of(producer)) == 1


def test_health(client: Client) -> None:
    """Health is always `ok`."""
    answer = client.ask("GET", "/health")

    assert (answer.status, answer.body) == (200, b"ok")


@pytest.mark.parametrize("path", [TP2, "/i"])
def test_preflight(path: str, client: Client, producer: StandInProducer) -> None:
    """A page of any origin may post JSON with cookies, and ask for anonymity."""
    answer = client.ask("OPTIONS", path, headers={"Origin": ORIGIN})

    headers = answer.headers
    assert answer.status == 200
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    assert headers["Access-Control-Allow-Credentials"] == "true"
    assert headers["Access-Control-Allow-Headers"] == "Content-Type, SP-Anonymous"
    assert "POST" in headers["Access-Control-Allow-Methods"]
    assert headers["Access-Control-Max-Age"] == "3600"
    assert producer.messages == []


def test_origin_is_told_with_errors_too(
    client: Client, producer: StandInProducer
) -> None:
    """Without these headers the page can't see the status, and always retries."""
    producer.refuse = lambda _topic: KafkaError(KafkaError._MSG_TIMED_OUT)

    for answer in (
        client.post(VIEW, origin=ORIGIN),
        client.ask("GET", "/nothing", headers={"Origin": ORIGIN}),
    ):
        assert answer.status in {503, 404}
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"


def test_answers_only_after_kafka(producer: StandInProducer) -> None:
    """The tracker hears `ok` once Kafka has its events, and no sooner."""
    producer.is_held = True
    statuses: list[int] = []
    with (
        serving(producer) as served,
        Client(served.address) as client,
        Client(served.address) as other,
    ):
        post = threading.Thread(
            target=lambda: statuses.append(client.post(VIEW).status)
        )
        post.start()
        until(lambda: len(producer.messages) == 1)
        # Others are answered meanwhile: it does not wait for want of time.
        assert other.ask("GET", "/health").status == 200
        assert statuses == []
        producer.is_held = False
        post.join()

    assert statuses == [200]


def test_kafka_away(client: Client, producer: StandInProducer) -> None:
    """What Kafka does not take is answered 503, which makes the tracker retry."""
    producer.refuse = lambda _topic: KafkaError(KafkaError._MSG_TIMED_OUT)
    refused = client.post(VIEW)
    producer.refuse = lambda _topic: None
    stored = client.post(VIEW)

    assert (refused.status, refused.body) == (503, b"503 Service Unavailable")
    assert refused.headers["Set-Cookie"] is None
    assert stored.status == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("POST", "/i", 405), ("GET", "/x/tp2", 404), ("PUT", TP2, 405)],
)
def test_other_requests(method: str, path: str, status: int, client: Client) -> None:
    """What is not the tracker's protocol is said plainly not to be there."""
    answer = client.ask(method, path)

    assert answer.status == status
    assert re.fullmatch(rb"\d+ [A-Z][A-Za-z ]+", answer.body)
