"""The commands of ``dtm``, one module each: what it takes, what it does, what it prints."""
