"""Functional segregation of convolutional networks: stimuli, training, lesions, statistics and figures."""
