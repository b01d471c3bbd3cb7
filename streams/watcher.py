"""Watches one stream for its condition: its packets are counted, now and then a keyframe is looked at, changes are told.

It never slows the stream: it takes what has come once a second, and looks in a thread of others, one look at a time.
"""

import asyncio
from concurrent.futures import Executor
from datetime import datetime

from runtime.clock import Clock
from runtime.mailbox import MailboxClosed
from streams.condition import Condition, OnCondition
from streams.condition_judge import ConditionJudge
from streams.condition_settings import ConditionSettings
from streams.ingest import Ingest
from streams.looker import Looker
from streams.packet import Packet, RunEnded, RunStarted, StreamInfo, StreamItem
from streams.packet_signs import PacketSigns
from streams.picture_signs import PictureSigns

#: packets that may wait: some seconds of a fast camera
_CAPACITY = 512


class Watcher:
    def __init__(
        self,
        ingest: Ingest,
        *,
        settings: ConditionSettings,
        clock: Clock,
        executor: Executor,
        looker: Looker | None,
        seen_before: bool = False,
        on_condition: OnCondition = lambda _camera_id, _profile, _condition: None,
    ) -> None:
        """`looker`: None where pictures are judged on another profile of the camera."""
        self._ingest = ingest
        self._settings = settings
        self._clock = clock
        self._executor = executor
        self._looker = looker
        self._on_condition = on_condition
        self._judge = ConditionJudge(settings, at_s=clock.monotonic(), seen_before=seen_before)
        self._packets = PacketSigns()
        self._info: StreamInfo | None = None
        self._tick_s = 0.0
        #: when the run before ended
        self._ended: datetime | None = None
        self._keyframe: Packet | None = None
        self._look: asyncio.Future[PictureSigns | None] | None = None
        self._looked_s: float | None = None
        #: whether a keyframe of this run was decoded
        self._decodes = False
        #: pictures that were looked at
        self.looks = 0

    @property
    def condition(self) -> Condition | None:
        """None while nothing is known yet."""
        return self._judge.condition

    def note_clock_offset(self, offset_s: float | None) -> None:
        """By how many seconds the camera's clock is ahead of ours, where it was asked."""
        self._judge.note_clock_offset(offset_s)

    async def run(self) -> None:
        """Until cancelled or until the stream is closed."""
        subscription = self._ingest.fanout.subscribe(_CAPACITY, patient=True)
        try:
            while True:
                try:
                    items = subscription.take_all()
                except MailboxClosed:
                    return
                self._turn(items)
                # All watchers work at the same moments: a machine that wakes once for all of them works less.
                poll_s = self._settings.poll_s
                await self._clock.sleep(poll_s - self._clock.monotonic() % poll_s)
        finally:
            self._ingest.fanout.unsubscribe(subscription)

    def _turn(self, items: list[StreamItem]) -> None:
        at_s = self._clock.monotonic()
        self._take_look()
        for item in items:
            self._take(item, at_s)
        self._begin_look(at_s)
        figures = self._packets.figures(at_s)
        if not self._judge.dead:
            self._judge.note_figures(figures, at_s)
        health = self._ingest.health
        error = None if health.state == "live" else health.error
        changed = self._judge.conclude(at_s, self._clock.now(), error=error)
        if self._judge.dead:
            self._packets.forget_loss()
            self._ended = None
        if changed is not None:
            self._on_condition(self._ingest.camera_id, self._ingest.profile.name, changed)

    def _take(self, item: StreamItem, at_s: float) -> None:
        if isinstance(item, Packet):
            media = item.media
            self._packets.note(
                (media.dts or 0) * self._tick_s, keyframe=item.keyframe, corrupt=media.is_corrupt
            )
            self._judge.note_packets(at_s)
            if item.keyframe:
                self._keyframe = item
            return
        self._packets.begin()
        if isinstance(item, RunStarted):
            if self._ended is not None:
                self._packets.note_absence((item.wall - self._ended).total_seconds())
            self._info, self._tick_s = item.info, float(item.info.time_base)
            self._keyframe, self._looked_s, self._decodes = None, None, False
        elif isinstance(item, RunEnded):
            self._ended = item.wall
            if item.error is not None:
                self._judge.note_new_run()

    def _begin_look(self, at_s: float) -> None:
        """At the keyframe that came last, if one is due: the one that is nearest to the moment that is wanted."""
        keyframe, info, looker = self._keyframe, self._info, self._looker
        if keyframe is None or info is None or looker is None or self._look is not None:
            return
        wanted_s = self._judge.look_gap_s - self._packets.gop_s / 2
        if self._looked_s is None or at_s - self._looked_s >= wanted_s:
            loop = asyncio.get_running_loop()
            self._look = loop.run_in_executor(self._executor, looker.look, info, keyframe)
            self._looked_s = at_s
            self.looks += 1
        self._keyframe = None

    def _take_look(self) -> None:
        if self._look is None or not self._look.done():
            return
        look, self._look = self._look, None
        signs = look.result()
        if signs is not None:
            self._decodes = True
            self._judge.note_signs(signs, self._looked_s or self._clock.monotonic())
        elif self._decodes:
            self._packets.note_damaged()
