"""What measurements are called, for people who do not code: Chinese, English. The wall says the same (vms/web/language.js)."""

from collections.abc import Mapping

Words = tuple[str, str]

#: by the name in an event
MEASUREMENTS: Mapping[str, Words] = {
    "height": ("身高占站立时的比例", "height as share of standing"),
    "trunk_deg": ("躯干偏离竖直的角度（°）", "trunk from the vertical (°)"),
    "fast_drop": ("上身快速下落（占身高）", "fast drop of the body (of height)"),
    "drop": ("肩部下降（占身高）", "drop of the shoulders (of height)"),
    "aspect": ("身体宽度与高度之比", "width of the body over its height"),
    "hips": ("髋部离地高度（占身高）", "height of the hips (of height)"),
    "propped": ("手臂撑地支撑身体的画面比例", "share of frames in which the arms carry the body"),
    "hidden_s": ("倒下时看不到（秒）", "out of sight on the way down (s)"),
    "evidence": ("综合证据：速度、低姿和宽度之和", "evidence: speed, lowness and width together"),
    "took_s": ("从直立到倒下（秒）", "from upright to down (s)"),
    "down_s": ("已倒下（秒）", "down for (s)"),
    "unseen_s": ("倒下后未再看到（秒）", "not seen since (s)"),
    "lying_s": ("已躺卧（秒）", "lying for (s)"),
    "seen_share": ("看到其躺卧的画面比例", "share of frames in which it was seen"),
    "lying_share": ("看到时呈躺姿的比例", "share of sights that show it"),
    "moved": ("身体移动（占身长）", "how far the body moved (of its length)"),
    "count": ("区域内人数", "persons in the zone"),
    "limit": ("人数上限", "limit of persons"),
    "mark": ("该级别的人数界限", "mark of the level"),
    "held_s": ("已持续（秒）", "held for (s)"),
    "area_m2": ("地面面积（平方米）", "ground (m²)"),
    "persons_per_m2": ("每平方米人数", "persons per square metre"),
    "mark_per_m2": ("该级别的密度界限（人/平方米）", "mark of the level (persons/m²)"),
    "hours_ended": ("看护时段已结束（1 为是）", "the hours of the rule ended (1: yes)"),
    "at_least": ("人数只是下限（1 为是）", "the count is a least one (1: yes)"),
}

#: of a curve: what it means to be beyond the mark, the dashed line
MARKS: Mapping[str, Words] = {
    "height": ("低于虚线：身体已放低", "below the dashed line: the body is low"),
    "trunk_deg": ("低于虚线：躯干直立", "below the dashed line: the trunk is upright"),
    "fast_drop": ("高于虚线：像跌倒一样快", "above the dashed line: as fast as a fall"),
    "aspect": ("高于虚线：呈躺姿", "above the dashed line: wide, as who lies"),
    "hips": ("低于虚线：髋部接近地面", "below the dashed line: hips near the ground"),
    "count": ("虚线：该级别的人数界限", "dashed line: the mark of the level"),
    "persons_per_m2": ("虚线：该级别的密度界限", "dashed line: the mark of the level"),
}


def measure_words(name: str) -> Words:
    return MEASUREMENTS.get(name, (name, name))


def mark_words(name: str) -> Words:
    return MARKS.get(name, ("虚线：规则的界限", "dashed line: the mark of the rule"))
