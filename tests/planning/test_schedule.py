"""Schedules computed by hand, and what holds for all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segregation.planning.schedule import Task, critical_path, makespan, remaining, simulate
from segregation.steps.reporting import InputError

GPU = {"gpu": 1}


def test_a_chain_takes_the_sum_of_its_tasks_whatever_there_is():
    chain = [Task(1, needs=GPU), Task(2, (0,), GPU), Task(3, (1,), GPU)]
    assert simulate(chain, {"gpu": 8}) == [0, 1, 3] and makespan(chain, {"gpu": 1}) == 6
    assert critical_path(chain) == [0, 1, 2] and remaining(chain) == [6, 5, 3]


@pytest.mark.parametrize(("gpus", "seconds"), [(1, 9), (2, 5), (3, 5), (4, 3), (64, 3)])
def test_a_fan_is_shared_by_the_gpus(gpus, seconds):
    """One second, then four tasks of two seconds: three GPUs are no faster than two."""
    fan = [Task(1, needs=GPU), *[Task(2, (0,), GPU)] * 4]
    assert makespan(fan, {"gpu": gpus}) == seconds


def test_gpus_and_cores_are_two_resources():
    """8 seconds on one GPU beside 6 on the cores, which hold one of these tasks at a time."""
    tasks = [Task(4, needs=GPU), Task(4, needs=GPU), Task(3, needs={"cores": 2}), Task(3, needs={"cores": 2})]
    assert makespan(tasks, {"gpu": 1, "cores": 2}) == 8
    assert makespan(tasks, {"gpu": 2, "cores": 3}) == 6
    assert makespan(tasks, {"gpu": 2}) == 4, "what has no limit holds nothing up"


def test_the_task_with_the_longest_chain_behind_it_goes_first():
    """Of 5 seconds, and of 1 before 10 without a GPU: 1 + 10 in one order, 5 + 1 + 10 in the other."""
    assert makespan([Task(5, needs=GPU), Task(1, needs=GPU), Task(10, (1,))], {"gpu": 1}) == 11


def test_what_does_not_fit_yet_holds_up_nothing_else():
    """Two of three cores are held for 4 seconds: the task of one core goes first, that of three waits."""
    tasks = [Task(4, needs={"cores": 2}), Task(3, needs={"cores": 3}), Task(2, needs={"cores": 1})]
    assert simulate(tasks, {"cores": 3}) == [0, 4, 0]


def test_what_cannot_be_scheduled_is_told():
    with pytest.raises(InputError, match="needs 2 of gpu; there are 1"):
        simulate([Task(1, needs={"gpu": 2})], {"gpu": 1})
    with pytest.raises(InputError, match="circle"):
        simulate([Task(1, (1,)), Task(1, (0,))], {})
    assert makespan([], {"gpu": 1}) == 0


@st.composite
def graphs(draw):
    """Tasks of 0 to 9 seconds, some on a GPU, each after some of those before it."""
    tasks = []
    for place in range(draw(st.integers(1, 14))):
        after = draw(st.sets(st.integers(0, place - 1), max_size=3)) if place else set()
        tasks.append(Task(draw(st.integers(0, 9)), tuple(sorted(after)), draw(st.sampled_from([GPU, {}]))))
    return tasks


@given(graphs(), st.integers(1, 4))
def test_wall_time_lies_between_its_bounds(tasks, gpus):
    """Not below the longest chain or the work a GPU, not above their sum: always all GPUs are busy, or a chain goes on."""
    start, wall = simulate(tasks, {"gpu": gpus}), makespan(tasks, {"gpu": gpus})
    chain = sum(tasks[place].seconds for place in critical_path(tasks))
    work = sum(task.seconds for task in tasks if task.needs) / gpus
    assert max(chain, work) <= wall <= chain + work
    for begun, task in zip(start, tasks, strict=True):
        assert all(start[before] + tasks[before].seconds <= begun for before in task.after)
    for moment in start:
        on_gpu = zip(start, tasks, strict=True)
        assert sum(bool(t.needs) and begun <= moment < begun + t.seconds for begun, t in on_gpu) <= gpus
