"""What answers carry, field by field as documented."""
