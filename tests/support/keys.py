"""Somebody who has a keyboard and nothing else."""

from __future__ import annotations

from playwright.sync_api import TimeoutError

from tests.support.walk import Walk

#: Inside of a date field the browser itself moves from part to part and marks where it is.
FOCUS_IS_SEEN = """() => {
    if (document.activeElement.type === 'date') return true;
    const style = getComputedStyle(document.activeElement);
    const box = document.activeElement.getBoundingClientRect();
    const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    return ring && box.bottom > 0 && box.top < innerHeight;
}"""
NAME_OF_FOCUS = """() => {
    const element = document.activeElement;
    const labels = element.labels ? [...element.labels].map(label => label.innerText) : [];
    return [element.getAttribute('aria-label'), ...labels, element.innerText].filter(Boolean).join(' ');
}"""


class Keys:
    """Somebody who has a keyboard and nothing else."""

    def __init__(self, walk: Walk) -> None:
        self.walk, self.tab = walk, walk.tab

    def to(self, words: str, *, most: int = 120) -> None:
        """Press Tab until the focus is on what has this name; it is seen all the way."""
        for _ in range(most):
            self.tab.keyboard.press("Tab")
            self._expect_to_see_the_focus()
            if words in self._name():
                return
        raise AssertionError(f"Tab never comes to {words} on {self.tab.url}")

    def write(self, words: str, text: str) -> None:
        """Go to a field and type."""
        self.to(words)
        self.tab.keyboard.insert_text(text)

    def press(self, words: str, key: str, times: int = 1) -> None:
        """Go to a field and press a key there: an arrow in a list, the space bar on a box."""
        self.to(words)
        for _ in range(times):
            self.tab.keyboard.press(key)

    def enter(self, words: str, *, most: int = 120) -> None:
        """Go to a link or a button and press Enter."""
        self.to(words, most=most)
        self.walk.press_key("Enter")

    def _expect_to_see_the_focus(self) -> None:
        # The browser scrolls to it a moment after the key.
        try:
            self.tab.wait_for_function(FOCUS_IS_SEEN, timeout=2_000)
        except TimeoutError:
            raise AssertionError(f"the focus is not seen: {self._name()}") from None

    def _name(self) -> str:
        return str(self.tab.evaluate(NAME_OF_FOCUS))
