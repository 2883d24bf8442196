"""How fast is captionkit, and how fast are others at the same work?

    python benchmarks/run.py [NAME ...] [--rounds 5] [--threads 1]

Each contender is a process of its own, which prepares the work (the same weights, the same inputs), does it once, and
hands back its result. The results that must be equal are compared. Then the contenders take turns, so that a busy
moment of the machine meets all. What was measured goes to `results/speed.json`, and from there into the table of
`results/speed.md` and a plot. A piece of work is an entry of `WORKS` in works.py.
"""

import argparse
import json
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from works import WORKS

RESULTS = Path(__file__).resolve().parent.parent / "results"
BEGIN, END = "<!-- the table, written by benchmarks/run.py -->", "<!-- end of the table -->"


def cpu_seconds():
    """Of this process and the ones that it started."""
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def memory(name):
    """`VmRSS` or `VmHWM` (the peak) of this process, in MB; 0 where there is no /proc."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def worker(name, who, threads):
    """Do the work once and report the result; then once for each line of input."""
    import torch

    torch.set_num_threads(threads)
    work = WORKS[name].prepare(who)
    peak_of_now = Path("/proc/self/clear_refs")
    if peak_of_now.exists():
        peak_of_now.write_text("5")
    before = memory("VmRSS")
    print(json.dumps({"result": work()}), flush=True)
    for _ in sys.stdin:
        cpu, wall = cpu_seconds(), time.perf_counter()
        work()
        times = {"wall": time.perf_counter() - wall, "cpu": cpu_seconds() - cpu}
        of_children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(json.dumps(times | {"peak": max(memory("VmHWM"), of_children), "before": before}), flush=True)


class Contender:
    """A worker in a process of its own."""

    def __init__(self, name, who, threads):
        command = [sys.executable, __file__, name, "--worker", who, "--threads", str(threads)]
        pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.process = subprocess.Popen(command, **pipes)
        self.result = self.answer()["result"]

    def answer(self):
        line = self.process.stdout.readline()
        return json.loads(line) if line else sys.exit(f"{self.process.args} ended early; run it to see why")

    def turn(self):
        self.process.stdin.write("again\n")
        self.process.stdin.flush()
        return self.answer()

    def stop(self):
        self.process.communicate()


def agreement(ours, theirs, tolerance):
    """How many of the results are equal, within `tolerance` where they are numbers."""
    equal = [a == b or (not isinstance(a, list) and abs(a - b) <= tolerance) for a, b in zip(ours, theirs, strict=True)]
    return f"{sum(equal)} of {len(equal)}"


def measure(name, rounds, threads):
    """A row for each contender."""
    work = WORKS[name]
    contenders = {who: Contender(name, who, threads) for who in (*work.ours, *work.goals)}
    reference = contenders[work.ours[0]].result
    equal = {who: agreement(reference, contenders[who].result, work.tolerance) for who in work.same + work.ours[1:]}
    for who in work.same:
        whole = f"{len(reference)} of {len(reference)}"
        assert equal[who] == whole, f"{name}: {equal[who]} results of {who} are captionkit's"
    turns = {who: [] for who in contenders}
    for _ in range(rounds):
        for who, contender in contenders.items():
            turns[who].append(contender.turn())
    for contender in contenders.values():
        contender.stop()
    rows = {}
    for who, times in turns.items():
        rows[who] = {key: statistics.median(time[key] for time in times) for key in ("wall", "cpu", "peak", "before")}
        rows[who]["equal"] = equal.get(who, "")
        for ours in work.ours if who in work.goals else ():
            ratios = [theirs["cpu"] / mine["cpu"] for theirs, mine in zip(times, turns[ours], strict=True)]
            ratio = rows[who]["cpu"] / rows[ours]["cpu"]
            rows[who][f"times {ours}"] = [ratio, min(ratios), max(ratios)]
    machine = f"{platform.machine()}, {processor()}, {threads} thread{'s' * (threads > 1)}, float32"
    return {"machine": machine, "date": time.strftime("%Y-%m-%d"), "rounds": rounds, "rows": rows}


def processor():
    """Its features that matter here, for the names of virtual machines say little."""
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text() if cpuinfo.exists() else ""
    model = next((line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name")), "")
    flags = [flag for flag in ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8") if flag in text]
    return f"{model or platform.processor()} ({', '.join(flags)})"


def table(measured):
    """Markdown: a line for each contender, in the order of `WORKS`."""
    lines = [
        "| work | who | in a second | CPU seconds | peak memory, of it for the work | the same results | "
        "ours is so many times as fast (spread) | goal |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in (name for name in WORKS if name in measured):
        work, title = WORKS[name], f"`{name}`: {WORKS[name].title}"
        for who, row in measured[name]["rows"].items():
            amount, unit = work.units
            times = [
                "{:.2f} ({:.2f} to {:.2f})".format(*row[f"times {ours}"]) + f" {ours.partition(', ')[2]}"
                for ours in work.ours
                if who in work.goals
            ]
            cells = [
                title,
                who,
                f"{amount / row['wall']:.3g} {unit}",
                f"{row['cpu']:.3g}",
                f"{row['peak']:.0f} MB, {row['peak'] - row['before']:.0f}",
                row["equal"],
                "; ".join(times).strip(),
                f"{work.goals[who]:.2g}" if who in work.goals else "",
            ]
            lines.append(f"| {' | '.join(cells)} |")
            title = ""
    machines = {f"{entry['machine']}; {entry['date']}, {entry['rounds']} rounds" for entry in measured.values()}
    return "\n".join([*lines, "", *sorted(machines)])


def plot(measured, path):
    """How many times as fast, and the goal."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    bars = [
        (f"{name} / {who}", ours, row[f"times {ours}"][0], WORKS[name].goals[who])
        for name, entry in measured.items()
        for who, row in entry["rows"].items()
        for ours in WORKS[name].ours
        if who in WORKS[name].goals
    ]
    figure, ax = plt.subplots(figsize=(8, 0.28 * len(bars) + 1), layout="constrained")
    places = range(len(bars))[::-1]
    colours = ["tab:orange" if "int8" in ours else "tab:blue" for _, ours, _, _ in bars]
    drawn = ax.barh(places, [ratio for *_, ratio, _ in bars], color=colours)
    ax.bar_label(drawn, fmt="%.1f", padding=3, fontsize=8)
    ax.plot([goal for *_, goal in bars], places, "k|", markersize=12, label="goal")
    ax.set_yticks(places, [f"{label}{' (int8)' * ('int8' in ours)}" for label, ours, *_ in bars], fontsize=8)
    ax.set(xscale="log", xlabel="captionkit is so many times as fast", xlim=(0.5, 50))
    ax.set_xticks([0.5, 1, 2, 5, 10, 20, 50], ["0.5", "1", "2", "5", "10", "20", "50"])
    ax.axvline(1, color="grey", linewidth=0.8)
    ax.legend()
    figure.savefig(path, metadata={"Date": None})


def report(measured):
    """Rewrite the table in `results/speed.md` and the plot."""
    page = RESULTS / "speed.md"
    before, _, rest = page.read_text().partition(BEGIN)
    page.write_text(f"{before}{BEGIN}\n{table(measured)}\n{END}{rest.partition(END)[2]}")
    plot(measured, RESULTS / "speed.svg")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(WORKS)}; default: all")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--worker", help=argparse.SUPPRESS)
    options = options.parse_args()
    unknown = set(options.names) - set(WORKS)
    if unknown:
        sys.exit(f"no work is named {', '.join(sorted(unknown))}; choose among {', '.join(WORKS)}")
    if options.worker:
        return worker(options.names[0], options.worker, options.threads)
    record = RESULTS / "speed.json"
    for name in options.names or WORKS:
        start = time.perf_counter()
        rows = measure(name, options.rounds, options.threads)
        measured = json.loads(record.read_text()) if record.exists() else {}
        measured[name] = rows
        record.write_text(json.dumps({name: measured[name] for name in WORKS if name in measured}, indent=1) + "\n")
        print(f"{name} ({time.perf_counter() - start:.0f} s)\n{table({name: rows})}\n", flush=True)
        report({name: measured[name] for name in WORKS if name in measured})


if __name__ == "__main__":
    main()
