"""Pages of opinions for staff: the register of submissions, one submission, its original, files in and out."""

from participation.opinions.desk_views import dividing, files, originals, receipts
from participation.opinions.desk_views.register import bp

__all__ = ["bp", "dividing", "files", "originals", "receipts"]
