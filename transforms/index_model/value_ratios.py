"""Whether recovered weights stand in the ratio of the values of a base model, and every indicator counts the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from expectations.index_model import Indicator
from transforms.index_model.rounding import EXACT
from transforms.index_model.scale_weights import ScaleWeights


def value_ratios(found: ScaleWeights, indicators: Sequence[Indicator]) -> Iterator[str]:
    """What the weights of a scale say of answer values that were set beforehand, such as 0 to 5 in the Displacement Index.

    The Displacement Index gives its pre-set answers values from 0 to 5 (IOM DTM Iraq, Displacement Index: Methodological
    Overview, 2022), so points in that ratio, and one maximum for all indicators, are expected.
    """
    room = EXACT if found.rounding.decimals is None else found.rounding.half / 100
    other, maxima = [], {}
    for indicator in indicators:
        own = [at for at, term in enumerate(found.terms) if term.indicator == indicator.id]
        if not found.identified[own].all() or not indicator.maximum:
            continue
        values = np.array([level.weight for level in indicator.levels[1:]]) / indicator.maximum
        low, high = found.low[own], found.high[own]
        # The unit must lie in every level's range of weight / value.
        is_valued = values > 0
        least, most = (low[is_valued] / values[is_valued]).max(), (high[is_valued] / values[is_valued]).min()
        if least > most + 2 * room or (low[~is_valued] > room).any():
            other.append(indicator.id)
        maxima[indicator.id] = (low[-1], high[-1])
    if not maxima:
        return
    if other:
        yield f"{found.scale}: the weights of {', '.join(other)} are not in the ratio of the answer values of the base model."
    else:
        yield f"{found.scale}: the weights of {len(maxima)} indicators are in the ratio of the answer values of the base model."
    is_same = max(low for low, _ in maxima.values()) <= min(high for _, high in maxima.values()) + 2 * room
    yield f"{found.scale}: the largest weights of its indicators are {'all the same' if is_same else 'not all the same'}."
