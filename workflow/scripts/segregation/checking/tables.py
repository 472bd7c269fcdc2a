"""The tables of a study that are compared with the reference, in the order of the steps that their numbers come from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """What is compared in the tables of one kind.

    pattern is their path below a study's folder, in which * stands for a network or a readout; step, the first rule whose
    work shows in the values; keys, the columns that name a row; values, the columns whose spread is known, if spread says
    where from: seeds (rows of single seeds), interval (columns low and high) or error (column sem); "" where no spread is
    known. Rows that are alike in the columns of pool share a standard deviation. rest: columns that follow from the data
    behind the values (ends of intervals, p) or tell of them. of_first_seed: made with the first seed, whichever others
    there are. family: columns that depend on which networks of two tasks there are. several: made with several seeds only.
    """

    pattern: str
    step: str
    keys: tuple[str, ...]
    values: tuple[str, ...] = ()
    spread: str = ""
    pool: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    of_first_seed: bool = False
    family: tuple[str, ...] = ()
    several: bool = False


ENDS = ("low", "high")
TESTED = (*ENDS, "p", "n_seeds")
NULL = ("mean_low", "mean_high", "null_low", "null_high", "p", "n", "n_seeds", "n_members")
READ = ("network", "task", "readout")
INDEX = ("network", "layer", "task", "variant")
LESION = ("network", "layer", "lesion", "severity", "task")
PLACED = ("layer", "seed", "of", "name")
AGREED, OF_AMI = ("layer", "measure", "readout", "of"), ("null_mean", "null_low", "null_high", "p", "n", "n_seeds")
COUNTED = (*ENDS, "n_seeds", "classes", "images")
QUANTITY, CORRELATED = ("quantity", "task"), ("n_seeds", "mean", "sd", "p", "q")

TABLES = [
    Table(
        "stimuli/lowlevel.csv",
        "render_images",
        ("dataset", "split"),
        ("luminance", "contrast", "spectral_slope"),
        rest=("images", "luminance_sd", "contrast_sd", "spectral_slope_sd"),
        of_first_seed=True,
    ),
    Table("statistics/*/accuracy_by_seed.csv", "train", (*READ, "seed"), ("accuracy",), "seeds", ("readout",)),
    Table(
        "statistics/decoding.csv",
        "decode",
        ("network", "task"),
        ("accuracy",),
        "error",
        rest=("sem", "chance", "classes", "n_folds", "n_seeds"),
    ),
    Table("statistics/shared_filters_by_seed.csv", "rank_filters", ("layer", "seed"), ("share",), "seeds"),
    Table("statistics/selectivity_points.csv", "rank_filters", ("task", "seed", "rank"), ("filter",)),
    Table("statistics/selectivity_points.csv", "score_filters", ("task", "seed", "rank"), ("selectivity",)),
    Table(
        "statistics/*/*/segregation_by_seed.csv",
        "evaluate_lesions",
        (*INDEX, "seed"),
        ("index",),
        "seeds",
        ("variant", "layer"),
    ),
    Table(
        "statistics/nulls_members.csv",
        "lesion_pseudo_tasks",
        ("null", "variant", "seed", "member"),
        ("index",),
        "seeds",
        ("null", "variant"),
    ),
    Table(
        "figures/figure_3.csv",
        "find_preferred",
        ("layer", "task", "place"),
        ("filter", "activation_synthesised", "activation_strongest", "activation_mean", "share_own"),
        of_first_seed=True,
    ),
    Table("statistics/*/accuracy.csv", "bootstrap_accuracy", READ, ("accuracy",), "interval", ("readout",), COUNTED),
    Table(
        "statistics/*/*/effects.csv",
        "bootstrap_segregation",
        LESION,
        ("normalised",),
        "interval",
        ("severity",),
        (*ENDS, "n_seeds"),
    ),
    Table(
        "statistics/*/*/segregation.csv",
        "bootstrap_segregation",
        INDEX,
        ("index",),
        "interval",
        ("variant", "layer"),
        (*TESTED, "q"),
    ),
    Table(
        "statistics/*/*/segregation_by_severity.csv",
        "bootstrap_segregation",
        (*INDEX, "severity", "ranking"),
        ("index",),
        "interval",
        ("variant", "severity"),
        TESTED,
    ),
    Table(
        "statistics/*/*/comparisons.csv",
        "bootstrap_segregation",
        ("network", "comparison", "task", "layer"),
        ("estimate",),
        "interval",
        rest=TESTED,
    ),
    Table("statistics/accuracy.csv", "compare_accuracy", READ, ("accuracy",), rest=COUNTED),
    Table("statistics/accuracy_by_seed.csv", "compare_accuracy", (*READ, "seed"), ("accuracy",)),
    Table(
        "statistics/accuracy_comparison.csv",
        "compare_accuracy",
        ("network", "single", "task", "readout"),
        ("difference",),
        "interval",
        ("readout",),
        (*ENDS, "n_seeds", "classes", "single_classes"),
    ),
    *(
        Table(f"statistics/{name}.csv", "compare_networks", ("network", "variant"), ("index",), rest=ENDS)
        for name in ("networks", "same_kind")
    ),
    *(
        Table(
            f"statistics/{name}_pairs.csv",
            "compare_networks",
            ("first", "second", "variant"),
            ("difference",),
            "interval",
            ("variant",),
            (*ENDS, "p", "q"),
            family=("q",),
        )
        for name in ("networks", "same_kind")
    ),
    Table(
        "statistics/decoding_differences.csv",
        "summarise_decoding",
        ("task", "first", "second"),
        ("difference",),
        "interval",
        rest=(*ENDS, "n_folds", "n_seeds"),
    ),
    Table(
        "statistics/selectivity_by_seed.csv",
        "correlate_selectivity",
        ("task", "seed"),
        ("rho",),
        "seeds",
        rest=("p", "n_filters", "left_out"),
    ),
    Table(
        "statistics/selectivity.csv",
        "correlate_selectivity",
        ("task",),
        ("rho",),
        "interval",
        rest=(*TESTED, "n_filters", "left_out"),
    ),
    Table(
        "statistics/shared_filters.csv",
        "count_shared_filters",
        ("layer",),
        ("share", "shared"),
        rest=("n_filters", "n_top", "expected", *TESTED, "q"),
    ),
    Table("statistics/shared_filters_trend.csv", "count_shared_filters", (), ("rho",), rest=("p", "n_layers")),
    Table("statistics/nulls.csv", "compare_with_nulls", ("null", "variant"), ("observed", "null_mean"), rest=NULL),
    Table("statistics/nulls_excess.csv", "compare_with_nulls", ("null", "variant"), ("excess",), rest=(*ENDS, "n_seeds")),
    Table("statistics/map_places.csv", "cluster_filters", PLACED, ("place",), rest=("task", "cluster")),
    Table("statistics/map_agreement.csv", "cluster_filters", AGREED, ("ami",), rest=OF_AMI),
    Table("statistics/seeds.csv", "compare_seeds", (*QUANTITY, "seed"), ("value",), "seeds", several=True),
    Table("statistics/seeds_correlations.csv", "compare_seeds", QUANTITY, ("rho",), rest=CORRELATED, several=True),
    Table(
        "figures/figure_1b.csv",
        "draw_figure_1",
        ("network", "task"),
        ("accuracy",),
        rest=("sem", "chance", "classes", "n_folds", "n_seeds"),
    ),
    Table("figures/figure_1c.csv", "draw_figure_1", (*READ, "kind", "seed"), ("accuracy",), rest=(*COUNTED, "chance")),
    Table("figures/figure_2a.csv", "draw_figure_2", LESION, ("normalised",), rest=(*ENDS, "n_seeds")),
    Table("figures/figure_2b.csv", "draw_figure_2", (*INDEX, "seed"), ("index",), rest=(*TESTED, "q")),
    Table("figures/figure_4a.csv", "draw_figure_4", ("network", "seed"), ("index",), rest=(*ENDS, "q"), family=("q",)),
    Table("figures/figure_4b.csv", "draw_figure_4", LESION, ("normalised",), rest=(*ENDS, "n_seeds")),
    Table(
        "figures/figure_s1a.csv",
        "draw_figure_s1",
        ("task", "seed", "rank"),
        ("filter", "selectivity"),
        rest=("rho", *ENDS, "p"),
    ),
    Table("figures/figure_s1b.csv", "draw_figure_s1", LESION, ("normalised",), rest=(*ENDS, "n_seeds")),
    Table("figures/figure_s2.csv", "draw_figure_s2", ("layer", "seed"), ("share",), rest=("expected", *ENDS, "q")),
    Table("figures/figure_s3a.csv", "draw_figure_s3", LESION, ("normalised",), rest=(*ENDS, "n_seeds")),
    Table("figures/figure_s3b.csv", "draw_figure_s3", ("network", "task", "seed"), ("index",), rest=(*ENDS, "p")),
    Table(
        "figures/extra_rankings.csv",
        "draw_extra_rankings",
        ("network", "layer", "severity", "lesioned", "method", "task"),
        ("drop",),
        rest=(*ENDS, "n_seeds"),
    ),
    Table("figures/extra_severity_a.csv", "draw_extra_severity", LESION, ("normalised",), rest=(*ENDS, "n_seeds")),
    Table("figures/extra_severity_b.csv", "draw_extra_severity", (*INDEX, "severity", "ranking"), ("index",), rest=TESTED),
    Table("figures/extra_variants.csv", "draw_extra_variants", (*INDEX, "readout"), ("index",), rest=(*TESTED, "q")),
    Table(
        "figures/extra_nulls.csv",
        "draw_extra_nulls",
        ("null", "variant", "seed", "member", "kind"),
        ("index",),
        rest=("observed", "null_mean", *NULL),
    ),
    Table("figures/extra_map_a.csv", "draw_extra_map", PLACED, ("place",), rest=("task", "cluster"), of_first_seed=True),
    Table("figures/extra_map_b.csv", "draw_extra_map", AGREED, ("ami",), rest=OF_AMI),
    Table("figures/extra_seeds_a.csv", "draw_extra_seeds", (*QUANTITY, "seed"), ("value",), several=True),
    Table("figures/extra_seeds_b.csv", "draw_extra_seeds", QUANTITY, ("rho",), rest=CORRELATED, several=True),
    Table(
        "claims.csv",
        "judge_claims",
        ("claim", "table"),
        ("verdict",),
        rest=("here", *ENDS, "source", "paper", "criterion", "margin", "effect", "power"),
    ),
]
