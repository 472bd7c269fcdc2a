"""What a job may choose for its lesions, and what does it; known without loading any of it.

A job depends on the modules of what it chose, and on none of the others.
"""

INTACT = "intact"  # in place of a layer: of a network that is tested without lesions
SEARCHES = {"exact": None, "racing": "segregation.lesions.racing:Race"}
SILENCES = {  # what lesioned filters put out instead of their maps
    "zero": None,
    "mean": "segregation.lesions.baselines:mean_of",
    "shuffle": "segregation.lesions.baselines:shuffled",
}
