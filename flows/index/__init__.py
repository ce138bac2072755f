"""The indices on disk: what was received and decided, models, pictures."""
