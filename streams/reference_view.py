"""The pictures that a camera's view is compared with: taken when it is first seen, and following the light slowly.

By day and by infrared a place looks different, so there is one for each; each is taken where two looks in a row agree. A
view that is not recognised is never followed: what was turned stays turned until a person has another picture taken.
"""

from datetime import datetime

import numpy as np

from streams.picture_signs import Grey, PictureSigns, SmallPicture, Structure

#: share of tiles that must be found for a view to count as the same, and to be followed
_AGREES = 0.6
#: seconds that one look counts for at most
_MOST_STEP_S = 60.0
#: seconds after which what is compared is made anew from what was followed
_ANEW_S = 60.0


class ReferenceView:
    """By one kind of light. No I/O."""

    def __init__(self, grey: Grey, taken: datetime) -> None:
        self.grey = grey
        self.structure = Structure(grey)
        self._followed = self._made = taken

    def follow(self, picture: SmallPicture, at: datetime, *, adapt_s: float) -> None:
        """Let it become a little more like the picture."""
        step_s = min(_MOST_STEP_S, max(0.0, (at - self._followed).total_seconds()))
        self._followed = at
        self.grey = np.asarray(
            self.grey + (picture.grey - self.grey) * min(1.0, step_s / adapt_s), np.float32
        )
        if abs((at - self._made).total_seconds()) >= _ANEW_S:
            self.structure = Structure(self.grey)
            self._made = at


class ReferenceViews:
    """Of one camera: by day and by infrared."""

    def __init__(self, *, adapt_s: float) -> None:
        self._adapt_s = adapt_s
        self._views: dict[bool, ReferenceView] = {}
        #: a view that may become the reference, and whether it has colour
        self._candidate: tuple[bool, Structure] | None = None

    def put(self, colour: bool, grey: Grey, taken: datetime) -> None:
        self._views[colour] = ReferenceView(grey, taken)

    def forget(self) -> None:
        """Take them anew."""
        self._views.clear()
        self._candidate = None

    def of(self, colour: bool) -> ReferenceView | None:
        return self._views.get(colour)

    def learn(self, picture: SmallPicture, signs: PictureSigns, at: datetime) -> bool:
        """Whether a reference was taken; where there is one it follows the picture, if it is the same view."""
        view = self._views.get(picture.colour)
        if view is None:
            return self._try(picture, at)
        if signs.found is not None and signs.found >= _AGREES:
            view.follow(picture, at, adapt_s=self._adapt_s)
        return False

    def _try(self, picture: SmallPicture, at: datetime) -> bool:
        structure = Structure(picture.grey)
        if not structure.is_enough:
            return False
        before, self._candidate = self._candidate, (picture.colour, structure)
        if before is None or before[0] != picture.colour or before[1].found_in(structure) < _AGREES:
            return False
        self.put(picture.colour, picture.grey, at)
        self._candidate = None
        return True
