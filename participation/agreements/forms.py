"""Forms of agreeing inside an organisation."""

from __future__ import annotations

from wtforms import BooleanField

from participation.agreements.domain import STANCE_NAMES, Stance
from participation.web.forms import ChoiceOne, Form, Length, RequiredChoice, TextBody


class PlainForm(Form):
    """A button: carry out, call off."""


class VoiceForm(Form):
    """What a delegate says before something goes out in their organisation's name."""

    stance = ChoiceOne("この内容を", [RequiredChoice("選んでください。")])
    note = TextBody("別の意見、または補足", [Length(most=1000)])
    is_note_public = BooleanField("少数意見として、名前を出さずに公開する")

    def offer(self) -> VoiceForm:
        """Offer the stances."""
        self.stance.choices = [(each.value, STANCE_NAMES[each]) for each in Stance]
        return self
