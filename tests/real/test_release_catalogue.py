"""The catalogue of all real lists: small enough to be sent, and with the published figures."""

from __future__ import annotations

import json
import re

from flows.published import Published
from flows.release import drafting
from flows.release.catalogue import page

BYTES_MAXIMUM = 3_000_000


def test_the_page_of_every_round_is_small_and_whole(held: Published) -> None:
    content = drafting.content(held, 120, "internal")
    made = page([], content)
    assert len(made.encode()) < BYTES_MAXIMUM
    told = json.loads(re.search(r'id="data">(.*?)</script>', made, re.S)[1])
    assert len(told["rounds"]) == 28
    assert told["national"]["idp"]["120"][:2] == [207_213, 1_205_767]
    assert told["national"]["returnee"]["120"][:2] == [808_636, 4_851_816]
    listed = {
        population: len(rows) + told["places"]["left_out"][population] for population, rows in told["places"]["rows"].items()
    }
    assert listed == {"idp": 2_897, "returnee": 2_140}
