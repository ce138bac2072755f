"""Rounds under collection on the disk: journal, rounds file, what is kept of submissions, life cycle."""
