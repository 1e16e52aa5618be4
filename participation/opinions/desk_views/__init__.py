"""Pages of opinions for staff: the register of submissions and one submission."""

from participation.opinions.desk_views.register import bp

__all__ = ["bp"]
