"""What is erased when (ruling 29): whole day partitions, and values of variables in slices."""
