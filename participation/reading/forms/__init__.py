"""Forms of reading."""
