"""What a release holds: tables of a tier, what is withheld and the proof of it, and the shapes that partners read. Pure."""
