"""Sending to the source topic: pace, progress, every delivery accounted for."""
