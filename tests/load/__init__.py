"""Loads that are run by hand: what they need, and a table of what they gave."""
