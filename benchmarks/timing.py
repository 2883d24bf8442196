"""The clock that the benchmarks share."""

import time

import torch


def best_time(work, device="cpu", rounds=5):
    """Seconds of the fastest of `rounds` after one to warm up, the one least disturbed by others on the machine."""
    times = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        work()
        if device == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return min(times[1:])
