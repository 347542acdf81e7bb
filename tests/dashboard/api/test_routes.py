"""Where the handlers are found."""

from bokeh.server.urls import per_app_patterns, toplevel_patterns

from dashboard.api.routes import install_routes


def test_installed_once() -> None:
    """However often a server's hooks are run, a path is installed once."""
    before, pages = list(toplevel_patterns), list(per_app_patterns)
    try:
        install_routes()
        install_routes()
        paths = [route[0] for route in toplevel_patterns]
        assert paths.count("/ws") == 1
        assert paths[: len(before)] == [route[0] for route in before]
        of_pages = [route[0] for route in per_app_patterns]
        assert of_pages == [*(route[0] for route in pages), r"/viewers\.csv"]
    finally:
        toplevel_patterns[:], per_app_patterns[:] = before, pages
