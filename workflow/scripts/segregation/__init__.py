"""Functional segregation in neural networks: lesions, rankings and statistics, one room a subject.

A room offers its public names and loads what they need when they are used: importing it loads no torch.
"""

__version__ = "0.1.0"
