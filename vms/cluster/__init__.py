"""Many workers in one house: which of them has which camera, and who does what only one may do."""
