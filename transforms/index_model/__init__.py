"""The numbers of an index model from data: estimated from returns (fit), or recovered from a published index (calibrate)."""
