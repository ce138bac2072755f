"""When, in what order and where on disk: the run, the data folder, the command line."""
