"""Readers: from a document (raw text, Markdown, YAML, CSV, seed folder) to a plan tree."""
