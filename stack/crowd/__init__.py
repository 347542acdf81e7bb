"""A simulated crowd: pure and seeded, from a viewer's habits to messages."""
