"""Functional segregation in neural networks: lesions, rankings and statistics, one room a subject.

A room offers its public names and loads what they need when they are used: importing it loads no torch.
"""

import sys

__version__ = "0.1.0"

# Snakemake gives a script `snakemake`: this process is a step.
if hasattr(sys.modules["__main__"], "snakemake"):
    from segregation.steps.process import spare_collections

    spare_collections()
