"""What collector and enrich do to a tracker's request, as pure functions."""
