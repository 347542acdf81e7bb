"""Snowplow's pipeline in Docker: its configuration, its streams, and a smoke test."""
