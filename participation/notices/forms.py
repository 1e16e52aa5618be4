"""Forms of notices."""

from __future__ import annotations

from participation.web.forms import Form


class ButtonForm(Form):
    """A form with nothing but a button."""
