"""Messages of the rooms in the words of the command: options for keys of the configuration."""

import re

# Whole phrases first. What is replaced are words of messages; names of files do not look like these.
PHRASES = {
    "leave classes out with networks.*.without": "leave classes out with --without",
    ", or list the images in a table (source: table)": "",
    "networks.*.architecture.name and image_size": "--network and --size",
    "datasets.*.classes, train_images, test_images": "--n-classes, --train-images, --test-images",
    "Change image_size, or the architecture": "Change --size, or the network",
    "raise ranking.until or lower evaluation.severities": "raise --until or lower --severities",
    "the workflow": "the command",
    "networks.*.weights": "--weights",
    "networks.*.classes": "--classes",
    "networks.*.without": "--without",
    "networks.*.train_images": "--train-images",
    "datasets.*.root": "--images",
    "datasets.*.bad_images": "--bad-images",
    "architecture.name": "--network",
    "architecture.file": "--network",
}


def in_options(message: str) -> str:
    """Return a message with the options of the command where it names keys of the configuration."""
    return re.sub("|".join(map(re.escape, PHRASES)), lambda found: PHRASES[found[0]], message)
