"""What an operator may set about the detectors, with units. The defaults are what README.md's figures were measured with."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TrackerSettings(_Settings):
    start_score: float = Field(
        default=0.25, ge=0, le=1, description="a detection under this score starts no track"
    )
    confirm_s: float = Field(
        default=0.3, ge=0, description="seconds from first to latest sighting before a track counts"
    )
    lost_after_s: float = Field(default=3.0, gt=0, description="seconds unseen after which a track ends")
    reach: float = Field(
        default=0.6, gt=0, description="how far a person may move between sightings, in own box lengths"
    )
    reach_growth: float = Field(
        default=0.5, ge=0, description="by how much the reach grows per second unseen, in own box lengths"
    )
    reach_most: float = Field(default=1.2, gt=0, description="the most the reach grows to")
    goes_on_s: float = Field(
        default=0.3, ge=0, description="seconds for which who walks is expected to walk on, unseen"
    )


class FallSettings(_Settings):
    memory_s: float = Field(
        default=5.0, gt=0, description="seconds of postures that are remembered per track"
    )
    reference_s: float = Field(
        default=1.5, gt=0, description="seconds of upright postures that give the upright height"
    )
    upright_deg: float = Field(default=35.0, gt=0, lt=90, description="most degrees of an upright trunk")
    upright_aspect: float = Field(default=0.85, gt=0, description="most width over height of an upright box")
    tall_height: float = Field(
        default=0.8, gt=0, le=1, description="least share of it that is still full height"
    )
    down_height: float = Field(default=0.62, gt=0, lt=1, description="most share of it, when down")
    down_aspect: float = Field(default=0.9, gt=0, description="least width over height of a box that lies")
    flat_deg: float = Field(
        default=75.0, gt=0, lt=180, description="least degrees of a trunk that surely lies"
    )
    flat_height: float = Field(
        default=0.72, gt=0, lt=1, description="most share of the upright height when the trunk surely lies"
    )
    hold_s: float = Field(default=1.0, gt=0, description="seconds down before it is stated")
    hold_share: float = Field(
        default=0.75, gt=0, le=1, description="share of the frames of it that must show it"
    )
    least_sights: int = Field(default=4, ge=2, description="frames of it in which the person must be seen")
    most_s: float = Field(default=1.3, gt=0, description="longest way from upright to down, seconds")
    latest_s: float = Field(
        default=3.0,
        gt=0,
        description="seconds after going down in which it must be stated: later is guessing",
    )
    fall_s: float = Field(default=0.75, gt=0, description="seconds within which the fast drop is measured")
    settle_s: float = Field(
        default=0.5, ge=0, description="seconds after the onset in which it may still end"
    )
    least_fast_drop: float = Field(default=0.25, gt=0, description="least fast drop, in upright heights")
    least_evidence: float = Field(
        default=1.2,
        gt=0,
        description="least sum of fast drop, lost height and a third of the width over height: who is just fast enough"
        " must lie all the lower and wider",
    )
    least_drop: float = Field(
        default=0.15, gt=0, description="least drop of the shoulders, in upright heights"
    )
    most_hips: float = Field(
        default=0.42, gt=0, description="most height of the hips when down: who stoops keeps them up, at half"
    )
    least_arm: float = Field(
        default=0.2,
        gt=0,
        description="least length of an upright arm that carries the body of who is down, in upright heights",
    )
    least_propped_deg: float = Field(
        default=45.0,
        ge=0,
        lt=180,
        description="least degrees of a trunk that arms carry: nearer the vertical, somebody sits up on a hand",
    )
    most_propped_deg: float = Field(
        default=95.0,
        gt=0,
        lt=180,
        description="most degrees of a trunk that arms carry: beyond, they lie stretched out towards the camera",
    )
    most_propped: float = Field(
        default=0.45,
        gt=0,
        description="share of the sights since bent over from which on the arms carry the body: push-ups, crawling, scrubbing",
    )
    lost_s: float = Field(
        default=1.5,
        gt=0,
        description="seconds unseen after which somebody lost while going down counts as fallen",
    )
    lost_low_s: float = Field(
        default=0.35,
        gt=0,
        description="most seconds of being seen low before: longer is sitting or squatting",
    )
    lost_height: float = Field(
        default=0.25,
        ge=0,
        lt=1,
        description="least height of the last sight, as a share: what is smaller is not the whole person",
    )
    least_plunge: float = Field(
        default=0.3,
        gt=0,
        description="least fast drop of who is lost while going down, in upright heights: more than of who is seen lying",
    )
    edge: float = Field(
        default=0.02,
        ge=0,
        lt=0.5,
        description="margin of the picture in which people leave it, as a share of its longer side",
    )
    rise_s: float = Field(
        default=0.6, gt=0, description="seconds upright before the same person can fall again"
    )


class PersonDownSettings(_Settings):
    dwell_s: float = Field(
        default=20.0, gt=0, description="seconds that somebody must lie there before it is stated"
    )
    lying_deg: float = Field(
        default=45.0, gt=0, lt=180, description="least degrees from the vertical of the trunk of who lies"
    )
    down_aspect: float = Field(default=1.3, gt=0, description="least width over height of a box that lies")
    most_hips: float = Field(
        default=0.4, gt=0, description="most height of the hips of who lies, in body lengths"
    )
    thigh_deg: float = Field(
        default=40.0, ge=0, lt=180, description="least degrees from the vertical of the thighs of who lies"
    )
    most_moved: float = Field(
        default=0.1, gt=0, description="how far body, shoulders or hips may move, in body lengths"
    )
    seen_share: float = Field(
        default=0.5, gt=0, le=1, description="share of the frames in which the person must be seen lying"
    )
    lying_share: float = Field(default=0.8, gt=0, le=1, description="share of the sights that must show it")
    upright_deg: float = Field(default=35.0, gt=0, lt=90, description="most degrees of an upright trunk")
    reach: float = Field(
        default=0.5, gt=0, description="how far from there somebody found again is the same, in own lengths"
    )
    forget_s: float = Field(default=60.0, gt=0, description="seconds unseen after which a lying is over")


class PersonSettings(_Settings):
    """How boxes of the counting network become persons: detectors/person_tracker.py."""

    doubtful_share: float = Field(
        default=0.65,
        gt=0,
        le=1,
        description="boxes down to this share of the network's own threshold go on with somebody, but begin nobody",
    )
    at_once_share: float = Field(
        default=1.2, ge=1, description="a box of so many times the threshold counts at first sight"
    )
    again_s: float = Field(
        default=0.6, gt=0, description="seconds within which who was seen once must be seen again"
    )
    lost_after_s: float = Field(
        default=1.5, gt=0, description="seconds unseen after which a person counts no more"
    )
    doubt_s: float = Field(
        default=4.0, gt=0, description="seconds of doubtful boxes only after which a person counts no more"
    )
    reach: float = Field(
        default=0.55,
        gt=0,
        description="how far from where walking on would put them somebody is looked for, in own heights",
    )
    reach_growth: float = Field(
        default=0.5, ge=0, description="by how much that grows per second unseen, in own heights"
    )


class CrowdSettings(_Settings):
    raise_at: Literal["busy", "crowded", "dangerous"] = Field(
        default="crowded",
        description="the level at which an alert is raised; it follows the level from there",
    )
    busy_share: float = Field(
        default=0.8, gt=0, le=1, description="share of the limit above which a zone is busy"
    )
    dangerous_share: float = Field(
        default=1.5, ge=1, description="share of the limit above which it is dangerous"
    )
    busy_density: float = Field(
        default=2.0, gt=0, description="persons per square metre above which a calibrated zone is busy"
    )
    crowded_density: float = Field(default=3.6, gt=0, description="the same for crowded: people touch")
    dangerous_density: float = Field(
        default=5.0, gt=0, description="the same for dangerous, if the crowd moves"
    )
    enter_s: float = Field(default=3.0, ge=0, description="seconds above a mark before the level is reached")
    leave_s: float = Field(
        default=5.0, ge=0, description="seconds at or below the lower mark before the level is left"
    )
    leave_share: float = Field(
        default=0.8, gt=0, le=1, description="the lower mark, as a share of the mark: hysteresis"
    )
    window_s: float = Field(
        default=2.0,
        ge=0,
        description="seconds over which the sums of density maps are smoothed and doubt about a count is judged",
    )
    least_height_px: float = Field(
        default=24.0,
        ge=0,
        description="persons lower than this in the network's input are often missed: the count is then a least one",
    )
    hidden_share: float = Field(
        default=0.3,
        gt=0,
        le=1,
        description="share of persons half behind others from which on the count is a least one",
    )
    most_counted: int = Field(default=30, ge=1, description="from so many boxes on the count is a least one")

    @model_validator(mode="after")
    def _marks_rise(self) -> "CrowdSettings":
        if not self.busy_density <= self.crowded_density <= self.dangerous_density:
            raise ValueError("busy_density, crowded_density and dangerous_density must not fall")
        return self


class ScheduleSettings(_Settings):
    """When a scene counts as still, and what is decoded then: detectors/schedule.py."""

    sleep: bool = Field(default=True, description="whether only keyframes are decoded while nothing moves")
    learn_s: float = Field(
        default=8.0, ge=0, description="seconds at the start of a run in which nothing is taken for still"
    )
    stay_s: float = Field(
        default=4.0, gt=0, description="seconds without movement, and without anybody, before it sleeps"
    )
    compare_every_s: float = Field(
        default=2.0, gt=0, description="seconds between two pictures that are compared while awake, at least"
    )
    compare_asleep_every_s: float = Field(
        default=3.0,
        gt=0,
        description="seconds between two keyframes that are compared while asleep, at least",
    )
    look_every_s: float = Field(
        default=10.0, gt=0, description="seconds between two looks of a network at a still scene"
    )
    size_share: float = Field(
        default=0.25,
        gt=0,
        description="by how much P-frames must exceed those of the still scene, as a share",
    )
    change_level: float = Field(
        default=8.0, gt=0, lt=255, description="grey levels by which a cell of two pictures must differ"
    )
    change_cells: int = Field(default=2, ge=1, description="cells, of 64 x 36, that must differ")
    kept_packets: int = Field(
        default=1500,
        ge=1,
        description="packets that a sleeper keeps since the last comparison; at more it wakes",
    )
    kept_bytes: int = Field(default=16 * 2**20, ge=1, description="the same in bytes")
    most_back_s: float = Field(
        default=10.0, gt=0, description="seconds of the past that are analysed when it wakes, at most"
    )
    catch_up_s: float = Field(
        default=10.0,
        ge=0,
        description="seconds after waking for which frames may come late without being skipped",
    )


class DetectorSettings(_Settings):
    fall_fps: float = Field(default=8.0, gt=0, le=30, description="frames a second for falls")
    idle_fps: float = Field(
        default=4.0,
        gt=0,
        le=30,
        description="looks for falls a second while nobody is in sight: half the cost",
    )
    crowd_fps: float = Field(default=4.0, gt=0, le=30, description="frames a second for crowds")
    crowd_idle_fps: float = Field(
        default=1.0, gt=0, le=30, description="looks for persons a second while nobody is counted"
    )
    pose_size: int = Field(
        default=320,
        ge=128,
        le=1024,
        description="longer side of the picture as the pose network sees it, pixels",
    )
    crop_sizes: tuple[int, ...] = Field(
        default=(160, 256), min_length=1, description="longer side of a second look, pixels; taken in turn"
    )
    crop_margin: float = Field(
        default=0.6,
        ge=0,
        le=2,
        description="how much more a second look takes on each side, in own box lengths",
    )
    second_look_score: float = Field(
        default=0.12,
        ge=0,
        le=1,
        description="least score of a second look: lower, for somebody is expected there",
    )
    turned_look_score: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="least score of a second look at a crop that was turned by a quarter: it invents more",
    )
    second_looks: int = Field(
        default=1, ge=0, le=6, description="at most so many second looks at persons out of sight, per frame"
    )
    schedule: ScheduleSettings = ScheduleSettings()
    tracker: TrackerSettings = TrackerSettings()
    fall: FallSettings = FallSettings()
    person_down: PersonDownSettings = PersonDownSettings()
    persons: PersonSettings = PersonSettings()
    crowd: CrowdSettings = CrowdSettings()
