"""Crossing points of a data folder: their deliveries, what is held, and its page."""
