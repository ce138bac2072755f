"""A release of the sample, read with the libraries that partners have; run by ``make compat`` in an environment of its own."""
