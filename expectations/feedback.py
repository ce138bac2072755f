"""Words of feedback on released figures: its states, and what can be decided on it."""

from __future__ import annotations

OPEN, ANSWERED, CLOSED = STATES = ("open", "answered", "closed")
ACCEPTED = "accepted"
DECISIONS = (ACCEPTED, "rejected", "duplicate", "no_change")
