"""Send test: one call of the send API, shown as a program and carried out (ruling 6)."""
