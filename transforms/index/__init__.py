"""Answers to the indicators of an index: reading them, and what of them is in force."""
