"""What the house costs and how long it takes, measured against the bare parts in the same run on the same machine."""
