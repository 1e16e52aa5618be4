"""The manifest of moderation."""

from participation.foundation.slices import Slice
from participation.moderation import cli

SLICE = Slice(name="moderation", title="確認", cli=(cli.group,))
