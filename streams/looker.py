"""One look at a camera: a keyframe to the figures that its picture is judged by. It blocks, and is called in a thread.

A decoder is made for each look and let go after it: that costs nothing beside the decoding, and a decoder that waits
holds megabytes for each camera.
"""

from datetime import datetime, timedelta

from streams.camera import CameraId
from streams.mask import Mask
from streams.packet import Packet, StreamInfo
from streams.picture_signs import PictureSigns, SmallPicture, signs_of
from streams.reference_view import ReferenceViews
from streams.sampler import Sampler
from streams.view_files import ViewFiles

#: how often a reference that follows the light is written down
_KEEP_EVERY = timedelta(hours=1)


class Looker:
    """One camera; one look at a time."""

    def __init__(
        self, camera_id: CameraId, *, files: ViewFiles, adapt_s: float, mask: Mask | None = None
    ) -> None:
        self._camera_id = camera_id
        self._files = files
        self._mask = mask
        self._views = ReferenceViews(adapt_s=adapt_s)
        #: when each was written last; what is not in it was not looked for yet
        self._kept: dict[bool, datetime | None] = {}
        self._before: SmallPicture | None = None

    @property
    def seen_before(self) -> bool:
        """Whether the camera was seen in an earlier life of this process."""
        return any(self._files.exists(self._camera_id, colour=colour) for colour in (True, False))

    def look(self, info: StreamInfo, keyframe: Packet) -> PictureSigns | None:
        """None where it cannot be decoded."""
        frame = Sampler(info, self._camera_id, 1.0, mask=self._mask, rough=True).glance(keyframe)
        if frame is None:
            return None
        picture, at = SmallPicture.of(frame), keyframe.wall
        self._read(picture.colour, at)
        view = self._views.of(picture.colour)
        signs = signs_of(picture, before=self._before, reference=view.structure if view else None)
        self._before = picture
        taken = self._views.learn(picture, signs, at)
        self._write(picture.colour, at, taken=taken)
        return signs

    def _read(self, colour: bool, at: datetime) -> None:
        if colour not in self._kept:
            grey = self._files.read(self._camera_id, colour=colour)
            self._kept[colour] = None if grey is None else at
            if grey is not None:
                self._views.put(colour, grey, at)
        elif self._kept[colour] is not None and not self._files.exists(self._camera_id, colour=colour):
            # Somebody wants them taken anew. Those of the other light are gone with it.
            self._views.forget()
            self._kept = {True: None, False: None}

    def _write(self, colour: bool, at: datetime, *, taken: bool) -> None:
        view, kept = self._views.of(colour), self._kept[colour]
        if view is not None and (taken or (kept is not None and abs(at - kept) >= _KEEP_EVERY)):
            self._files.write(self._camera_id, view.grey, colour=colour)
            self._kept[colour] = at if self._files.exists(self._camera_id, colour=colour) else None
