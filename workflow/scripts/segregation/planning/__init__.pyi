from .rates import read_rates as read_rates
from .schedule import makespan as makespan
from .work import Study as Study
