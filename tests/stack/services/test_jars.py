"""Only the jars that the lock names are ever used."""

import hashlib
import io
from pathlib import Path

import pytest
import requests
from jgo.maven import Artifact, MavenContext
from rich.console import Console

from stack.errors import JarError
from stack.services import jars
from stack.services.jars import Jar, fetch, read_lock

JAR = b"a jar"
GOOD = Jar(coordinate="org.x:y:1:jar", sha256=hashlib.sha256(JAR).hexdigest())


class Central:
    """Stand in for Maven Central: each download takes the next answer."""

    def __init__(self, *answers: bytes | Exception) -> None:
        self.answers = list(answers)

    def download(self, artifact: Artifact) -> Path:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        path = artifact.cached_path
        assert path is not None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(answer)
        return path


@pytest.fixture
def console() -> Console:
    """Return a console that shows nobody anything."""
    return Console(file=io.StringIO())


def use(monkeypatch: pytest.MonkeyPatch, central: Central, repo: Path) -> None:
    """Let jars come from a stand-in, into a repository of the test."""
    context = MavenContext(resolver=central, repo_cache=repo)  # type: ignore[arg-type]
    monkeypatch.setattr(jars, "MavenContext", lambda: context)


def test_missing_jar_is_fetched_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, console: Console
) -> None:
    """A jar is fetched into the Maven repository, and found there the next time."""
    use(monkeypatch, Central(JAR), tmp_path)

    first = fetch([GOOD], console)
    again = fetch([GOOD], console)

    assert [tmp_path / "org" / "x" / "y" / "1" / "y-1.jar"] == first == again
    assert first[0].read_bytes() == JAR


def test_half_a_jar_is_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, console: Console
) -> None:
    """A file that an interrupt cut short is replaced."""
    use(monkeypatch, Central(JAR[:2], JAR), tmp_path)

    (path,) = fetch([GOOD], console)

    assert path.read_bytes() == JAR


def test_another_jar_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, console: Console
) -> None:
    """A file whose digest stays wrong is an error, and does not stay either."""
    use(monkeypatch, Central(b"1", b"2", b"3"), tmp_path)

    with pytest.raises(JarError, match=r"`org.x:y:1:jar` must have the SHA-256"):
        fetch([GOOD], console)
    assert not list(tmp_path.rglob("*.jar"))


def test_stutter_of_the_network_is_borne(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, console: Console
) -> None:
    """A download that fails twice succeeds the third time."""
    down = requests.ConnectionError("reset")
    use(monkeypatch, Central(down, down, JAR), tmp_path)

    assert len(fetch([GOOD], console)) == 1


def test_no_network_names_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, console: Console
) -> None:
    """Without a network the error says what is missing and what does without."""
    use(monkeypatch, Central(*[requests.ConnectionError("no route")] * 3), tmp_path)

    with pytest.raises(JarError, match=r"no route; .*`--light`"):
        fetch([GOOD], console)


@pytest.mark.parametrize(
    ("service", "coordinate"),
    [
        ("kafka", "org.apache.kafka:kafka_2.13:4.1.0:jar"),
        ("kafka", "org.apache.kafka:kafka-clients:4.1.0:jar"),
        ("dynamodb", "software.amazon.dynamodb:DynamoDBLocal:3.1.0:jar"),
    ],
)
def test_lock_pins_versions(service: str, coordinate: str) -> None:
    """The lock holds what the services are, at the version that was tried."""
    assert coordinate in [jar.coordinate for jar in read_lock(service)]
