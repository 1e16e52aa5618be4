"""Changing what reading keeps."""

from participation.reading.commands.coverage import set_population

__all__ = ["set_population"]
