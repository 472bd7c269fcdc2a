"""Sources of images: sets as they are distributed, folders and tables; which of their images a study uses."""

SOURCES = ("folder", "table", "vggface2", "ilsvrc", "casia", "compcars", "food101")
