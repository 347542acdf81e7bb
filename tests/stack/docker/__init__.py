"""Tests of what runs in Docker, as far as they go without it."""
