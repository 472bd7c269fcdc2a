"""The look of all figures: sizes, type, colours; and their export with bytes that do not change from run to run."""

import matplotlib as mpl

mpl.use("Agg")
import seaborn as sns
from matplotlib.figure import Figure

from segregation.steps.files import replacing

FULL_WIDTH = 18.4 / 2.54  # inches; the journal's widest figure, 18.4 cm
DPI = 300
GREY, LIGHT, INK = "#7d7d7d", "#c9c9c9", "#222222"
# Tasks in the paper's hues, apart in lightness too, so that they differ without colour vision and in grey print.
TASKS = {"face": "#b2182b", "object": "#f6a14b"}
BLUE = "#2166ac"  # of what is no task
OTHERS = ["#92c5de", "#5aae61", "#9970ab", "#35978f"]

sns.set_theme(
    context="paper",
    style="ticks",
    rc={
        "figure.dpi": DPI,
        "savefig.dpi": DPI,
        "font.family": "DejaVu Sans",  # ships with matplotlib: the same on every machine
        "font.size": 7,
        "axes.labelsize": 7,
        "axes.titlesize": 7.5,
        "xtick.labelsize": 6.5,
        "ytick.labelsize": 6.5,
        "legend.fontsize": 6.5,
        "legend.frameon": False,
        "axes.linewidth": 0.6,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "xtick.major.size": 2.5,
        "ytick.major.size": 2.5,
        "lines.linewidth": 1.2,
        "lines.markersize": 3.5,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": INK,
        "text.color": INK,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "pdf.fonttype": 42,  # text stays text
        "svg.hashsalt": "segregation",
    },
)


def colour(task: str, tasks: list[str]) -> str:
    """Return the colour of a task; those that the paper has no colour for get one by their place among tasks."""
    others = [name for name in tasks if name not in TASKS]
    return TASKS.get(task) or OTHERS[others.index(task) % len(OTHERS)]


def export(figure: Figure, pdf: str, png: str) -> None:
    """Write a figure as PDF and PNG, without dates and versions: the same figure gives the same bytes."""
    for path, kind, metadata in ((pdf, "pdf", {"CreationDate": None}), (png, "png", {"Software": None})):
        with replacing(path) as temporary:
            figure.savefig(temporary, format=kind, metadata=metadata)
