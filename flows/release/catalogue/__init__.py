"""The catalogue: the one page of a release root, in English and Arabic, that shows the figures and lists the files.

It is one HTML file that asks nothing of any network and works from a folder as from any host. Its figures are those of
``Content``; its plain script (``catalogue.js``) draws them for the round and governorate that a reader chooses.
Kurdish is not offered: no verified strings are at hand.
"""

from __future__ import annotations

from flows.release.catalogue.document import page

__all__ = ["page"]
