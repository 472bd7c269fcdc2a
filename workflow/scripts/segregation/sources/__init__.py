"""Sources of images: sets as they are distributed, folders and tables; which of their images a study uses."""

DISTRIBUTED = ("vggface2", "ilsvrc", "casia", "compcars", "food101")  # sets with a layout of their own
SOURCES = ("folder", "table", *DISTRIBUTED)
