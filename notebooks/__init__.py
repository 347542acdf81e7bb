"""Notebooks over a recorded evening, and the command that records it."""
