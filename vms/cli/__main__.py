"""`python -m vms.cli` is the same as `vms`."""

from vms.cli import main

main()
