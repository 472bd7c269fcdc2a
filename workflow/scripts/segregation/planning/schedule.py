"""When each of some jobs would run, with as many of a resource as there are."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from segregation.steps.reporting import InputError


@dataclass(frozen=True)
class Task:
    """Something that takes a time, needs some resources meanwhile, and starts after others (their places) have ended."""

    seconds: float
    after: tuple[int, ...] = ()
    needs: Mapping[str, int] = field(default_factory=dict)


def remaining(tasks: Sequence[Task]) -> list[float]:
    """Return the seconds of the longest chain that begins with each task.

    Raises InputError for tasks that wait in a circle.
    """
    followers, open_ = _followers(tasks), [0] * len(tasks)
    for place, of in enumerate(followers):
        open_[place] = len(of)
    longest = [task.seconds for task in tasks]
    last = [place for place, count in enumerate(open_) if not count]
    for place in last:  # it grows
        for before in set(tasks[place].after):
            longest[before] = max(longest[before], tasks[before].seconds + longest[place])
            open_[before] -= 1
            if not open_[before]:
                last.append(before)
    if len(last) < len(tasks):
        raise InputError("Some tasks wait for each other in a circle.")
    return longest


def critical_path(tasks: Sequence[Task]) -> list[int]:
    """Return the places of the tasks of the longest chain, from the first: no number of machines makes it shorter."""
    longest, followers = remaining(tasks), _followers(tasks)
    chain, among = [], [place for place, task in enumerate(tasks) if not task.after]
    while among:
        chain.append(max(among, key=lambda place: longest[place]))
        among = followers[chain[-1]]
    return chain


def simulate(tasks: Sequence[Task], capacity: Mapping[str, int]) -> list[float]:
    """Return when each task starts, in seconds from the beginning.

    Whenever something has ended, of all tasks that could start those with the longest chain behind them are started first,
    as many as there is something for; none is held back for a later one. Of a resource that capacity does not name there is
    as much as is asked for. Raises InputError for a task that asks for more than there is.
    """
    for task in tasks:
        for name, n in task.needs.items():
            if n > capacity.get(name, n):
                raise InputError(f"A task needs {n} of {name}; there are {capacity[name]}.")
    longest, followers, free = remaining(tasks), _followers(tasks), dict(capacity)
    waiting_for = [len(set(task.after)) for task in tasks]
    start, running, now = [0.0] * len(tasks), [], 0.0
    ready = [(-longest[place], place) for place, count in enumerate(waiting_for) if not count]
    while ready or running:
        held_up = []
        for entry in sorted(ready):
            place = entry[1]
            limited = {name: n for name, n in tasks[place].needs.items() if name in free}
            if any(n > free[name] for name, n in limited.items()):
                held_up.append(entry)
                continue
            for name, n in limited.items():
                free[name] -= n
            start[place] = now
            heapq.heappush(running, (now + tasks[place].seconds, place))
        ready, now = held_up, running[0][0]
        while running and running[0][0] <= now:
            _, place = heapq.heappop(running)
            for name, n in tasks[place].needs.items():
                if name in free:
                    free[name] += n
            for follower in followers[place]:
                waiting_for[follower] -= 1
                if not waiting_for[follower]:
                    ready.append((-longest[follower], follower))
    return start


def makespan(tasks: Sequence[Task], capacity: Mapping[str, int]) -> float:
    """Return the seconds from the first start to the last end."""
    return max((begun + task.seconds for begun, task in zip(simulate(tasks, capacity), tasks, strict=True)), default=0.0)


def _followers(tasks: Sequence[Task]) -> list[list[int]]:
    followers: list[list[int]] = [[] for _ in tasks]
    for place, task in enumerate(tasks):
        for before in set(task.after):
            followers[before].append(place)
    return followers
