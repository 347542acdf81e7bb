"""Tests of the notebooks, and of the evening that they look at."""
