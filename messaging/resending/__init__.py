"""Send failed messages again: look at why they failed, then send those that are chosen.

`candidates` reads the failed messages of a search and says which cannot be sent again and why;
`sending` sends the rest as new requests, through `accept` like anything else.
"""
