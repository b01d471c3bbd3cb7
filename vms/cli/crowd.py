"""A crowd in words, in the language of the command line."""

from detectors.event import Event, Level
from vms.cli.language import say

LEVELS: dict[Level, str] = {
    "clear": say("clear", "已散开"),
    "busy": say("busy", "人较多"),
    "crowded": say("crowded", "拥挤"),
    "dangerous": say("dangerously crowded", "危险拥挤"),
}


def describe_crowd(event: Event) -> str:
    """ "crowded, at least 34 people, 3.8 per m2"; empty for what is no crowd."""
    if event.level is None:
        return ""
    count, density = event.measurements.get("count", 0.0), event.measurements.get("persons_per_m2")
    people = (
        say("at least {} people", "至少 {} 人")
        if "at_least" in event.measurements
        else say("{} people", "{} 人")
    )
    parts = [LEVELS[event.level], people.format(f"{count:.0f}")]
    if density is not None:
        parts.append(say("{} per m2", "每平方米 {} 人").format(f"{density:.1f}"))
    return say(", ", "，").join(parts)
