"""The jars of Kafka and DynamoDB Local, from Maven Central, as `jars.lock` pins them.

The lock names every file with its SHA-256, so nothing is resolved on the way: jgo
fetches what the local Maven repository (`~/.m2/repository`) lacks, several at once,
with neither Java nor Maven. `python -m stack.services.jars` resolves anew and rewrites
the lock.
"""

import fcntl
import hashlib
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import jgo
import requests
from jgo.maven import MavenContext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from stack.errors import JarError

__all__ = ["LOCK", "Jar", "fetch", "read_lock", "resolve", "write_lock"]

LOCK: Final = Path(__file__).with_name("jars.lock")

_ROOTS: Final = {
    # Kafka's own jars write no log without a binding for slf4j.
    "kafka": (
        "org.apache.kafka:kafka_2.13:4.1.0",
        "org.apache.logging.log4j:log4j-slf4j-impl:2.24.3",
    ),
    # Its own dependencies hold no SQLite for Macs of today; this one does.
    "dynamodb": (
        "software.amazon.dynamodb:DynamoDBLocal:3.1.0",
        "io.github.ganadist.sqlite4java:libsqlite4java-osx-aarch64:1.0.392::dylib",
    ),
}
_AT_ONCE: Final = 8
_TRIES: Final = 3
_HEAD: Final = """\
# What `python -m stack services` puts on the class path, and the SHA-256 of each file.
# Written by `python -m stack.services.jars`.
"""


@dataclass(frozen=True, kw_only=True)
class Jar:
    """A file of Maven Central: `group:artifact:version:packaging` and its SHA-256."""

    coordinate: str
    sha256: str


def read_lock(service: str) -> list[Jar]:
    """Return the jars of `kafka` or `dynamodb`."""
    table = tomllib.loads(LOCK.read_text())[service]
    return [Jar(coordinate=key, sha256=value) for key, value in table.items()]


def fetch(jars: Sequence[Jar], console: Console) -> list[Path]:
    """Return where the jars are, in their order, after fetching those that are missing.

    Raises:
        JarError: a jar can't be fetched, or is not the one that the lock means.

    """
    context = MavenContext()
    with _one_at_a_time(), _progress(jars, context, console) as advance:

        def one(jar: Jar) -> Path:
            path = _checked(jar, context)
            advance()
            return path

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(one, jars))


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    # jgo downloads straight to the file's last name; two processes would mix.
    lock = Path(tempfile.gettempdir()) / "live-viewer-profiles-jars.lock"
    with lock.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


@contextmanager
def _progress(
    jars: Sequence[Jar], context: MavenContext, console: Console
) -> Iterator[Callable[[], None]]:
    missing = sum(not _path(jar, context).exists() for jar in jars)
    if not missing:
        yield lambda: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console.print(f"Fetching {missing} jars from Maven Central, once:")
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Kafka, DynamoDB Local", total=len(jars))
        yield lambda: progress.advance(task)


def _checked(jar: Jar, context: MavenContext) -> Path:
    path = _path(jar, context)
    for _ in range(_TRIES):
        _download(jar, context)
        found = _sha256(path)
        if found == jar.sha256:
            return path
        # Most likely cut short by an interrupt; what Central holds never changes.
        path.unlink()
    msg = (
        f"`{jar.coordinate}` must have the SHA-256 {jar.sha256}; got {found} instead; "
        "run `python -m stack.services.jars` if the versions were changed on purpose"
    )
    raise JarError(msg)


def _download(jar: Jar, context: MavenContext) -> None:
    for tries_left in reversed(range(_TRIES)):
        try:
            _artifact(jar.coordinate, context).resolve()
        except (requests.RequestException, RuntimeError, OSError) as ex:
            # What did come is no jar.
            _path(jar, context).unlink(missing_ok=True)
            if not tries_left:
                msg = (
                    f"can't fetch `{jar.coordinate}` from Maven Central: {ex}; "
                    "look at the network, or use `--light`, which needs no jar"
                )
                raise JarError(msg) from ex
        else:
            return


def _artifact(coordinate: str, context: MavenContext) -> jgo.maven.Artifact:
    group, name, version, packaging = coordinate.split(":")
    component = context.project(group, name).at_version(version)
    return component.artifact(packaging=packaging)


def _path(jar: Jar, context: MavenContext) -> Path:
    artifact = _artifact(jar.coordinate, context)
    return context.repo_cache / artifact.component.path_prefix / artifact.filename


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def resolve(roots: Sequence[str]) -> list[Jar]:
    """Resolve Maven coordinates with all that they depend on, fetch and hash each file.

    Each root is resolved by itself, since jgo lets what one root manages change the
    versions of the others; a file of an earlier root stands.
    """
    jars: dict[tuple[str, str, str], Jar] = {}
    for root in roots:
        for found in jgo.resolve(root):
            key = (found.groupId, found.artifactId, found.packaging)
            if key not in jars:
                coordinate = ":".join((*key[:2], found.version, found.packaging))
                digest = _sha256(found.resolve())
                jars[key] = Jar(coordinate=coordinate, sha256=digest)
    return list(jars.values())


def write_lock(path: Path) -> None:
    """Resolve the jars of all services and write them to a lock."""
    lines = [_HEAD]
    for service, roots in _ROOTS.items():
        lines.append(f"[{service}]")
        lines += [f'"{jar.coordinate}" = "{jar.sha256}"' for jar in resolve(roots)]
        lines.append("")
    path.write_text("\n".join(lines))


if __name__ == "__main__":
    write_lock(LOCK)
