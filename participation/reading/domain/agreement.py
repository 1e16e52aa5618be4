"""How far people and machine sort alike (一致度): agreement beyond what chance would bring.

* Cohen's kappa, two sorters: J. Cohen, "A coefficient of agreement for nominal scales", Educational and
  Psychological Measurement 20 (1960), 37-46.
* Krippendorff's alpha, any number of sorters, gaps allowed: K. Krippendorff, "Content Analysis" (2004), ch. 11,
  with the nominal metric.

Both are 1 where all agree, 0 where they agree as often as by chance, and None where nothing can be said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

#: From here on conclusions may be drawn; between the two, tentative ones (Krippendorff 2004, p. 241).
RELIABLE, TENTATIVE = 0.8, 0.667


def cohens_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Return Cohen's kappa of pairs (what one said, what the other said)."""
    if not pairs:
        return None
    count = len(pairs)
    seen = sum(one == other for one, other in pairs) / count
    first, second = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    by_chance = sum(first[name] * second[name] for name in first) / count**2
    return None if by_chance >= 1 else (seen - by_chance) / (1 - by_chance)


def krippendorffs_alpha(units: Sequence[Sequence[Hashable]]) -> float | None:
    """Return Krippendorff's alpha of units, each with what the sorters said of it (gaps left out)."""
    coincidences: Counter[tuple[Hashable, Hashable]] = Counter()
    for said in units:
        if len(said) < 2:
            continue
        for place, one in enumerate(said):
            for other_place, other in enumerate(said):
                if place != other_place:
                    coincidences[one, other] += 1 / (len(said) - 1)  # type: ignore[assignment]
    totals: Counter[Hashable] = Counter()
    for (one, _), weight in coincidences.items():
        totals[one] += weight
    whole = sum(totals.values())
    if whole <= 1:
        return None
    observed = sum(weight for (one, other), weight in coincidences.items() if one != other) / whole
    expected = (whole**2 - sum(weight**2 for weight in totals.values())) / (whole * (whole - 1))
    return None if expected <= 0 else 1 - observed / expected


def in_words(figure: float | None) -> str:
    """Return what a figure of agreement allows."""
    if figure is None:
        return "まだ計算できません。"
    if figure >= RELIABLE:
        return "よく一致しています。"
    if figure >= TENTATIVE:
        return "おおむね一致しています（控えめに読んでください）。"
    return "一致が足りません（分け方を手で直してから使ってください）。"
