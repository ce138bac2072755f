"""From an export of interviews to a list: adapters, what is kept of a submission, matching, review, informants."""
