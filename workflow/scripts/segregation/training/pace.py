"""How fast a training is, for its log; nothing of it goes into a result."""

import logging
import time

TELL_EVERY = 60.0  # seconds


class Pace:
    """How fast a training is; told in the log file every minute."""

    def __init__(self, n_images: int, epochs: int):
        self.n_images, self.epochs = n_images, epochs
        self.shown, self.started = 0, time.monotonic()
        self._told = self.started

    def step(self, images: int, epoch: int, place: int) -> None:
        """Count the images of a step; place is how many of the epoch have been shown."""
        self.shown += images
        if time.monotonic() - self._told >= TELL_EVERY:
            self._told = time.monotonic()
            logging.getLogger("segregation").debug(
                "epoch %d of %d, %d of %d images: %s", epoch + 1, self.epochs, place, self.n_images, self.said(epoch, place)
            )

    def said(self, epoch: int, place: int = 0) -> str:
        """Return speed and time left, with so many epochs and images done; validation counts as time."""
        rate = self.shown / max(time.monotonic() - self.started, 1e-9)
        left = ((self.epochs - epoch) * self.n_images - place) / max(rate, 1e-9) / 60
        return f"{rate:.0f} images/s, " + (f"{left:.1f} min left" if left < 120 else f"{left / 60:.1f} h left")
