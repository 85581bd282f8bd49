"""A lean HTTP/1.1 client for POSTs to guarded addresses: no redirects, cookies or proxies."""
