"""Pages of spaces: reading them, running them, issues, consensus checks, local news."""

from participation.spaces.views import agreeing, finding, issues, news, running
from participation.spaces.views.pages import bp

__all__ = ["agreeing", "bp", "finding", "issues", "news", "running"]
