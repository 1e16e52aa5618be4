"""Pages of people: accounts and log-in; one's organisations and their delegates."""

from participation.people.views import organisations
from participation.people.views.accounts import bp

__all__ = ["bp", "organisations"]
