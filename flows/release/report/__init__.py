"""The monthly report of a round: tables, pictures and sentences, each number of which is bound to a query of ``sql/report``."""
