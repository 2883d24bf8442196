"""Processes that take turns at a piece of work, so that a busy moment of the machine meets all of them."""

import json
import resource
import subprocess
import sys
import time
from functools import cached_property
from pathlib import Path


def cpu_seconds():
    """Of this process and the ones that it started."""
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def memory(name):
    """`VmRSS` or `VmHWM` (the peak) of this process, in MB; 0 where there is no /proc."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def peak():
    """The largest memory of this process, or of one that it started, in MB."""
    return max(memory("VmHWM"), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


def timed(work, least=1.0):
    """Seconds and CPU seconds of doing `work` once: the mean of as many times as `least` seconds take."""
    done, cpu, wall = 0, cpu_seconds(), time.perf_counter()
    while not done or time.perf_counter() - wall < least:
        work()
        done += 1
    return {"wall": (time.perf_counter() - wall) / done, "cpu": (cpu_seconds() - cpu) / done}


class Contender:
    """A worker in a process of its own."""

    def __init__(self, name, who, threads, *options):
        script = Path(__file__).with_name("run.py")
        command = [sys.executable, str(script), name, "--worker", who, "--threads", str(threads), *map(str, options)]
        pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.process = subprocess.Popen(command, **pipes)

    @cached_property
    def result(self):
        """Of doing the work once; to ask for it waits until the process is ready."""
        return self.answer()["result"]

    def answer(self):
        line = self.process.stdout.readline()
        return json.loads(line) if line else sys.exit(f"{self.process.args} ended early; run it to see why")

    def turn(self, message="again"):
        """What it measured; `message` is a line for its worker."""
        self.process.stdin.write(f"{message}\n")
        self.process.stdin.flush()
        return self.answer()

    def stop(self):
        self.process.communicate()
