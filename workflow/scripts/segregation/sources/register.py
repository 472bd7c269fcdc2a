"""The sources of images on disk: the function that lists what each offers; known without loading any of them."""

SIGNS = "{}<>"  # in which Snakemake writes wildcards and places; no path that it follows may have them
DISTRIBUTED = ("vggface2", "ilsvrc", "casia", "compcars", "food101")  # sets with a layout of their own
# From a root and the section of a set to an Offer; of these a job depends on that of its set alone.
SOURCES = {name: f"segregation.sources.{name}:offer" for name in ("folder", "table", *DISTRIBUTED)}
