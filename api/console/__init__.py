"""What the console does beyond the vendor's API: `/v1/{project_id}/console/…`."""
