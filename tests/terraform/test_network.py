"""What is open to whom."""

from collections.abc import Iterator
from typing import Any, Final

from tests.terraform.rendering import Rendered

_ANYWHERE: Final = "0.0.0.0/0"
_BALANCERS: Final = {"sg-alb-collector", "sg-alb-dashboard"}


def _rules(rendered: Rendered, way: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for address, told in rendered["runs"]["everything"].items():
        if f".aws_vpc_security_group_{way}_rule." in address:
            yield address, told


def test_only_load_balancers_are_open(rendered: Rendered) -> None:
    """The world comes in at port 443 of the two load balancers and nowhere else."""
    doors = {
        (told["security_group_id"], told["from_port"], told["to_port"])
        for _, told in _rules(rendered, "ingress")
        if told.get("cidr_ipv4") == _ANYWHERE
    }

    assert doors == {(group, 443, 443) for group in _BALANCERS}


def test_every_rule_has_one_port(rendered: Rendered) -> None:
    """Every rule, in or out, is for one port."""
    for way in ("ingress", "egress"):
        for address, told in _rules(rendered, way):
            assert told["from_port"] == told["to_port"], address


def test_who_comes_to_kafka(rendered: Rendered) -> None:
    """Our programs come to Kafka with IAM, Snowbridge with a password, nobody else."""
    clients = {
        (told["referenced_security_group_id"], told["from_port"])
        for _, told in _rules(rendered, "ingress")
        if told["security_group_id"] == "sg-stream"
    }

    assert clients == {
        ("sg-dataflow", 9098),
        ("sg-dashboard", 9098),
        ("sg-snowbridge", 9096),
    }


def test_dashboard_asks_who_comes(rendered: Rendered) -> None:
    """The dashboard's load balancer signs users in before it lets a request through."""
    listener = "module.dashboard.module.load_balancer.aws_lb_listener.this"
    actions = rendered["runs"]["everything"][listener]["default_action"]

    assert [action["type"] for action in actions] == ["authenticate-oidc", "forward"]
    assert actions[0]["authenticate_oidc"][0]["on_unauthenticated_request"] == (
        "authenticate"
    )
