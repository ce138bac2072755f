"""Releases: drafted, checked, cleared, published, superseded; their files, their root, the page that lists them."""
