"""Builders: what tests begin with, one module per slice; they call the commands."""
