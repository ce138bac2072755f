"""Whether a withheld figure can be worked out from everything that is published: equations, ranges, proofs. Pure.

Knows nothing of how figures were withheld, so that it can find the mistakes of :mod:`transforms.release.protection`.
"""
