"""Rules about who may be sent what: each module asks one of them, for a whole slice at once."""
