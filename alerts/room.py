"""A monitoring room: a place with people, belonging to a unit, that watches the cameras of that unit's subtree."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    id: int
    name: str
    unit_id: int
    unit_name: str
    #: sequence number of the last notification written for it
    last_seq: int
