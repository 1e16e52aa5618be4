"""The order of the day (毎日くじで変わる順): another one every day, on one day the same for everybody.

A list that begins with what is best liked keeps it there. Each row keeps a random number; times a number
of the day, modulo a prime, it is the row's place: the database sorts, and pages hold together.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from participation.foundation import clock

#: A prime below 2^31: times a number of the day, modulo this, is another order every day.
PRIME = 2_147_483_647


def shuffle_key(public_id: str) -> int:
    """Return the number from which a row's place of the day is made."""
    return _number(public_id)


def factor_of(day: date) -> int:
    """Return the number of the day: the same for everybody, another tomorrow."""
    return _number(day.isoformat())


def place_of_today(shuffle: Any) -> Any:
    """Return what a query sorts by, from the column that holds the rows' numbers."""
    return (shuffle * factor_of(clock.today())) % PRIME


def _number(text: str) -> int:
    return 1 + int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") % (PRIME - 1)
