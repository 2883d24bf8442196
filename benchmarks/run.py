"""How fast is captionkit, and how fast are others at the same work?

    python benchmarks/run.py [NAME ...] [--rounds 5] [--threads 1] [--flickr8k FOLDER]

Each contender is a process of its own, which prepares the work (the same weights, the same inputs), does it once, and
hands back its result. The results that must be equal are compared. Then the contenders take turns, so that a busy
moment of the machine meets all. Further names draw curves (curves.py), or estimate what was not run (paper.py). What
was measured goes to `results/speed.json`, and from there into the tables of `results/speed.md` and plots. A piece of
work is an entry of `WORKS` in works.py.
"""

import argparse
import json
import platform
import statistics
import sys
import time
from pathlib import Path

import curves
import paper
from turns import Contender, memory, peak, timed
from works import WORKS

RESULTS = Path(__file__).resolve().parent.parent / "results"
BEGIN, END = "<!-- {}, written by benchmarks/run.py -->", "<!-- end of {} -->"
CURVES = {
    "quality": (curves.quality, curves.quality_table, curves.plot_quality),
    "growth": (curves.growth, curves.growth_table, curves.plot_growth),
    "paper": (paper.estimate, paper.table, None),
}


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
        print(json.dumps(timed(work) | {"peak": peak(), "before": before}), flush=True)


def work_alone(options):
    """What a process does that was started for one contender or one precision."""
    [name] = options.names
    if name in WORKS:
        worker(name, options.worker, options.threads)
    elif name == "quality":
        print(json.dumps({"result": curves.quality_of(options.worker, options.flickr8k, options.threads)}))
    else:
        curves.growth_worker(options.worker, options.threads)


def agreement(ours, theirs, tolerance):
    """How many of the results are equal, within `tolerance` where they are numbers."""
    equal = [a == b or (not isinstance(a, list) and abs(a - b) <= tolerance) for a, b in zip(ours, theirs, strict=True)]
    return f"{sum(equal)} of {len(equal)}"


def measure(name, rounds, threads):
    """A row for each contender."""
    work = WORKS[name]
    contenders = {who: Contender(name, who, threads) for who in (*work.ours, *work.goals)}
    results = {who: contender.result for who, contender in contenders.items()}
    reference = results[work.ours[0]]
    equal = {who: agreement(reference, results[who], work.tolerance) for who in work.same + work.ours[1:]}
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
    return machine(threads) | {"rounds": rounds, "rows": rows}


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
    variants = [ours.partition(", ")[2] for _, ours, _, _ in bars]
    colours = [{"int8": "tab:orange", "bf16": "tab:green"}.get(variant, "tab:blue") for variant in variants]
    drawn = ax.barh(places, [ratio for *_, ratio, _ in bars], color=colours)
    ax.bar_label(drawn, fmt="%.1f", padding=3, fontsize=8)
    ax.plot([goal for *_, goal in bars], places, "k|", markersize=12, label="goal")
    labels = [f"{label}{f' ({variant})' * bool(variant)}" for (label, *_), variant in zip(bars, variants, strict=True)]
    ax.set_yticks(places, labels, fontsize=8)
    ax.set(xscale="log", xlabel="captionkit is so many times as fast", xlim=(0.5, 50))
    ax.set_xticks([0.5, 1, 2, 5, 10, 20, 50], ["0.5", "1", "2", "5", "10", "20", "50"])
    ax.axvline(1, color="grey", linewidth=0.8)
    ax.legend()
    figure.savefig(path, metadata={"Date": None})


def write_part(name, text):
    """Put `text` into its place in `results/speed.md`."""
    page, begin, end = RESULTS / "speed.md", BEGIN.format(name), END.format(name)
    before, found, rest = page.read_text().partition(begin)
    assert found, f"{page} has no line {begin}"
    page.write_text(f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}")


def report(measured):
    """Rewrite the tables in `results/speed.md` and the plots."""
    write_part("the table", table({name: measured[name] for name in WORKS if name in measured}))
    plot({name: measured[name] for name in WORKS if name in measured}, RESULTS / "speed.svg")
    for name in CURVES:
        if name in measured:
            (_, as_table, draw), one = CURVES[name], measured[name]
            write_part(name, f"{as_table(one['rows'])}\n\n{one['machine']}; {one['date']}")
            if draw:
                draw(one["rows"], RESULTS / f"speed_{name}.svg")


def machine(threads):
    """On what it was measured, and when."""
    words = f"{platform.machine()}, {processor()}, {threads} thread{'s' * (threads > 1)}"
    return {"machine": words, "date": time.strftime("%Y-%m-%d")}


def main():
    options = argparse.ArgumentParser()
    options.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join([*WORKS, *CURVES])}; default: all")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--flickr8k", type=Path, metavar="FOLDER", help="of images/ and dataset_flickr8k.json")
    options.add_argument("--worker", help=argparse.SUPPRESS)
    options = options.parse_args()
    names = [*WORKS, *CURVES]
    if unknown := set(options.names) - set(names):
        sys.exit(f"no work is named {', '.join(sorted(unknown))}; choose among {', '.join(names)}")
    if options.worker:
        return work_alone(options)
    record, began = RESULTS / "speed.json", time.perf_counter()
    measured = json.loads(record.read_text()) if record.exists() else {}
    for name in options.names or names:
        start = time.perf_counter()
        if name in WORKS:
            measured[name] = measure(name, options.rounds, options.threads)
            text = table({name: measured[name]})
        else:
            run, as_table, _ = CURVES[name]
            rows = run(options)
            if not rows:
                continue
            measured[name] = machine(options.threads) | {"rows": rows}
            text = as_table(rows)
        print(f"{name} ({time.perf_counter() - start:.0f} s)\n{text}\n", flush=True)
        record.write_text(json.dumps({name: measured[name] for name in names if name in measured}, indent=1) + "\n")
        report(measured)
    print(f"all of it took {(time.perf_counter() - began) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
