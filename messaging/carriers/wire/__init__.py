"""What binary carrier protocols over TCP have in common: frames, window, links, inbox."""
