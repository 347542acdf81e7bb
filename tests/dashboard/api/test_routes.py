"""Where the handlers are found."""

from bokeh.server.urls import toplevel_patterns

from dashboard.api.routes import install_routes


def test_installed_once() -> None:
    """However often a server's hooks are run, a path is installed once."""
    before = list(toplevel_patterns)
    try:
        install_routes()
        install_routes()
        paths = [route[0] for route in toplevel_patterns]
        assert paths.count("/ws") == 1
        assert paths[: len(before)] == [route[0] for route in before]
    finally:
        toplevel_patterns[:] = before
