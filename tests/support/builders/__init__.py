"""Builders of what tests begin with, one module a slice: they call the commands."""
