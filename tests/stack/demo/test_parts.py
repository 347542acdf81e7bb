"""The demo's programs are our own, asked for what the demo was asked for."""

from pathlib import Path

from stack.demo.parts import Demo, application
from stack.demo.supervisor import Child


def children(folder: Path, demo: Demo) -> dict[str, Child]:
    """Return what a demo starts, by name."""
    return {child.name: child for child in application(demo, folder)}


def value_of(child: Child, option: str) -> str:
    """Return what follows an option in a child's command."""
    return child.command[child.command.index(option) + 1]


def test_real_children_are_asked_for_rightly(tmp_path: Path) -> None:
    """Flow, dashboard and crowd have recovery, port, size and rate."""
    started = children(tmp_path, Demo(viewers=7, rate=70, port=1234))

    assert list(started) == ["flow", "dashboard", "crowd"]
    assert "dataflows.live_viewers:get_flow()" in started["flow"].command
    assert list((tmp_path / "recovery").iterdir())
    assert value_of(started["dashboard"], "--port") == "1234"
    assert started["crowd"].command[-4:] == ["--viewers", "7", "--rate", "70"]


def test_dashboard_knows_where_the_flow_tells_its_metrics(tmp_path: Path) -> None:
    """The flow has a server for its metrics, and the dashboard its address."""
    started = children(tmp_path, Demo(metrics_port=4567))

    assert started["flow"].env["BYTEWAX_DATAFLOW_API_ENABLED"] == "1"
    assert started["flow"].env["BYTEWAX_DATAFLOW_API_PORT"] == "4567"
    assert started["dashboard"].env == {
        "DASHBOARD_FLOW_METRICS": "http://127.0.0.1:4567/metrics"
    }


def test_web_adds_the_collector(tmp_path: Path) -> None:
    """The collector serves the player, and the dashboard's server the page of both."""
    started = children(tmp_path, Demo(web=True, port=1234, player_port=4321))
    route, _, pages = value_of(started["dashboard"], "--static-dirs").partition("=")

    assert list(started) == ["flow", "dashboard", "collector", "crowd"]
    assert started["collector"].command[-3:] == ["--page", "--port", "4321"]
    assert route == "side-by-side"
    assert "http://127.0.0.1:4321/" in (Path(pages) / "index.html").read_text()


def test_crowd_suits_the_page(tmp_path: Path) -> None:
    """Beside a player the crowd is small; its rate goes by its size."""
    (tmp_path / "web").mkdir()
    many = children(tmp_path, Demo())["crowd"]
    few = children(tmp_path / "web", Demo(web=True))["crowd"]

    assert many.command[-4:] == ["--viewers", "2000", "--rate", "500"]
    assert few.command[-4:] == ["--viewers", "8", "--rate", "2"]


def test_no_viewers_is_no_crowd(tmp_path: Path) -> None:
    """Who asks for nobody gets no crowd."""
    assert "crowd" not in children(tmp_path, Demo(viewers=0))
