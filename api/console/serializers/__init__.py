"""What requests may carry: thin, because the rules stand in the services."""
