"""Emergency tracking: from deliveries of movements to a ledger, and from the ledger to a snapshot."""
