"""`vms bench audit` on a database of its own."""

from vms.bench import audit


def test_every_act_is_written_and_verified() -> None:
    report = audit.run(acts=20, writers=4).as_json()
    assert (report["acts"], report["writers"]) == (20, 4)
    for rate in ("one", "many", "verified"):
        assert isinstance(report[rate], int | float) and report[rate] > 0
