"""Terraform checked without AWS: its policies, its names, its attributes."""
