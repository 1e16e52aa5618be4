"""Pages of opinions for staff: the register of submissions, one submission, files in and out."""

from participation.opinions.desk_views import files
from participation.opinions.desk_views.register import bp

__all__ = ["bp", "files"]
