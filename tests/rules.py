"""The rules of the workflow as they stand in its files: name and text of each."""

import re

from studies import ROOT

SMK = "\n".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))
RULES = {match[1]: match[2] for match in re.finditer(r"(?ms)^rule (\w+):\n(.*?)(?=^\S|\Z)", SMK)}

# Names of rules, from the last to the first of the tiny study: what runs when something changes there.
FIGURES = [f"figure_{n}" for n in ("1", "2", "3", "4", "s1", "s2", "s3")]
FIGURES += [f"extra_{name}" for name in ("rankings", "severity", "variants", "nulls", "map")]
RECORDED = {"gather_compute", "record_run", "write_report", "write_crate"}
DRAWN = {*(f"draw_{name}" for name in FIGURES), *RECORDED}
ON_INDEX = {f"draw_{name}" for name in FIGURES if name not in ("figure_1", "figure_3", "figure_s2", "extra_map")}
JUDGED = {"judge_claims", *RECORDED}
INDEX = {"bootstrap_segregation", "compare_networks", "compare_with_nulls", *ON_INDEX, *JUDGED}
ACCURACY = {"bootstrap_accuracy", "compare_accuracy"}
RANKS = {"count_shared_filters", "correlate_selectivity"}
CLUSTERED = {"cluster_filters", "draw_extra_map"}
STATISTICS = {*ACCURACY, *INDEX, *RANKS, *CLUSTERED, "summarise_decoding", *DRAWN}
NO_LESIONS = {"summarise_decoding", "decode", "draw_figure_3", *RANKS, "draw_figure_s2", *CLUSTERED}
LESIONS = {"evaluate_lesions", *(STATISTICS - NO_LESIONS)}
AFTER_RANKS = {"lesion_pseudo_tasks", "find_preferred", "draw_figure_3", "draw_figure_s2", *RANKS, *LESIONS}
SEARCHED = {"rank_filters", *AFTER_RANKS}
RANKED = {"score_filters", *SEARCHED}
MAPPED = {"lesion_single_filters", *CLUSTERED, *RECORDED}
TRAINED = {"train", *MAPPED, "show_new_classes", "decode", "summarise_decoding", *RANKED}
OTHERWISE = {"summarise_decoding", "count_shared_filters", "draw_figure_3", "draw_figure_s2"}
ALL = {"render_images", "describe_stimuli", "pick_examples", *TRAINED}
DECODED = {"decode", "summarise_decoding", "draw_figure_1", *JUDGED}
PREFERRED = {"find_preferred", "draw_figure_3", *RECORDED}
