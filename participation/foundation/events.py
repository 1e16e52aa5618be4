"""Events: facts that one slice announces and higher slices hear, in the same transaction.

A subscriber only writes rows and enqueues jobs; its error undoes the command. Subscribing happens
once, at start-up, from a slice's `subscribers` room.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")

_subscribers: dict[type[Any], list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event: type[E], subscriber: Callable[[E], None]) -> None:
    """Call `subscriber` whenever `event` is published; a second subscription of the same one is ignored."""
    if subscriber not in _subscribers[event]:
        _subscribers[event].append(subscriber)


def publish(event: object) -> None:
    """Tell every subscriber of the event's type, in the order in which they subscribed."""
    for subscriber in tuple(_subscribers[type(event)]):
        subscriber(event)


def subscriptions() -> dict[str, list[str]]:
    """Return event name → names of its subscribers, for the documentation."""
    return {
        f"{event.__module__}.{event.__name__}": [f"{s.__module__}.{s.__qualname__}" for s in listeners]
        for event, listeners in _subscribers.items()
    }
