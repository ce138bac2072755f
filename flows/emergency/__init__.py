"""Emergency events of a data folder: their life, deliveries, snapshots and factsheets."""
