"""Builders, one module a slice: they call the commands, so a test cannot begin with what is impossible."""
