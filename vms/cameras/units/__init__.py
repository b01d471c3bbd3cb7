"""Units: the tree district, street, community, grid, and its history."""
