"""Crossing points: files of headcounts, survey answers, statuses and restrictions, and which of their rows are in force."""
