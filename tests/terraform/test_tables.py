"""The tables that Terraform makes are those that the flow wants."""

from dataflows.settings import Settings
from stack.services.tables import TTL_ATTRIBUTE, tables_of
from tests.terraform.rendering import Rendered


def test_tables(rendered: Rendered) -> None:
    """Terraform's tables have the names, keys and expiry that the flow asks for."""
    made = {
        told["name"]: (told["hash_key"], told.get("range_key"))
        for where, told in rendered["runs"]["everything"].items()
        if where.startswith("module.tables.")
    }
    wanted = {
        table.name: (table.keys[0], table.keys[1] if table.keys[1:] else None)
        for table in tables_of(Settings())
    }

    assert made == wanted


def test_tables_are_kept(rendered: Rendered) -> None:
    """A table can be restored, can't be dropped by accident, and pays as it is used."""
    for where, told in rendered["runs"]["everything"].items():
        if where.startswith("module.tables."):
            (recovery,) = told["point_in_time_recovery"]

            assert recovery["enabled"], where
            assert told["deletion_protection_enabled"], where
            assert told["billing_mode"] == "PAY_PER_REQUEST", where
            assert told["ttl"] == [{"attribute_name": TTL_ATTRIBUTE, "enabled": True}]
            assert {one["type"] for one in told["attribute"]} == {"S"}, where
