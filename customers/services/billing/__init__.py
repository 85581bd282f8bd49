"""Balance, packages, prices and the ledger (spec console §2.5 and §12, rulings 27 and 40)."""
