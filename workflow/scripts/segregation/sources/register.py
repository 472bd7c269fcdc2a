"""The sources of images on disk: the function that lists what each offers; known without loading any of them."""

SIGNS = "{}<>"  # in which Snakemake writes wildcards and places; no path that it follows may have them
DISTRIBUTED = ("vggface2", "ilsvrc", "casia", "compcars", "food101")  # sets with a layout of their own
# From a root and the section of a set to an Offer; of these a job depends on that of its set alone.
SOURCES = {name: f"segregation.sources.{name}:offer" for name in ("folder", "table", *DISTRIBUTED)}
LIBRARIES = ("torchvision", "sklearn_lfw")  # libraries read these sets, and can fetch some
SOURCES |= {
    "torchvision": "segregation.sources.torchvision_sets:offer",
    "sklearn_lfw": "segregation.sources.sklearn_lfw:offer",
}
# From the section of a set to what opens its images, where they are in no files of their own.
READERS = {"torchvision": "segregation.sources.torchvision_sets:reader"}
ARRAYS = ("CIFAR10", "CIFAR100", "STL10")


def usual_encoding(dataset: dict) -> str:
    """Return how images of a set are stored where its section of the configuration does not say so."""
    photographs = dataset["source"] in (*DISTRIBUTED, *LIBRARIES) and dataset.get("name") not in ARRAYS
    return "jpeg" if photographs else "png"
