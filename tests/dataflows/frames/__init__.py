"""Tests of the DataFrames."""
