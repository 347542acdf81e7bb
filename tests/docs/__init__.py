"""docs/: what of the guide is made from the code, and the proof of the rest."""
