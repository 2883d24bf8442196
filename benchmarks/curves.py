"""What quality costs, and how cost grows: the parts of `run.py` that draw curves.

`quality` captions Flickr8k's first 300 validation pictures (`--flickr8k FOLDER`, with images/ and
dataset_flickr8k.json) with the built-in captioner in each precision and each way of writing. `growth` repeats pieces of
work of works.py while one of their sizes grows. Each precision, and each contender, is a process of its own.
"""

import json
import sys
from itertools import chain

import torch
from turns import Contender, cpu_seconds, peak, timed
from works import ACTIVE, HAS_BF16, INT8, OURS, big, small, train, write

from captionkit import Captioner
from captionkit.captioner import batches
from captionkit.data import load_splits
from captionkit.decode import DecodeConfig, mode_config
from captionkit.metrics import score_captions
from captionkit.settings import MODES, DataConfig

WAYS = {"greedy": DecodeConfig("greedy"), **{f"beam {k}": DecodeConfig("beam", beam_width=k) for k in (2, 3, 5)}}
WAYS |= {mode: mode_config(mode) for mode in MODES if mode != "consistent"}
PRECISIONS = ("fp32", "bf16", "int8") if HAS_BF16 else ("fp32", "int8")


def spent(work):
    """What `work` returns, and the CPU seconds that it took."""
    start = cpu_seconds()
    return work(), cpu_seconds() - start


def quality_of(precision, folder, threads, batch_size=32):
    """For each way of writing CIDEr, CPU seconds of its parts and captions; reading and CNN are shared."""
    torch.set_num_threads(threads)
    data = DataConfig(data_root=folder / "images", captions=folder / "dataset_flickr8k.json")
    examples = load_splits(data)["val"][:300]
    before = peak()
    captioner = Captioner.load("photos", device="cpu", precision=precision)
    memories, reading, seeing = [], 0.0, 0.0
    for part in batches(examples, batch_size):
        images, seconds = spent(lambda part=part: [captioner.open(example.path) for example in part])
        reading += seconds
        memory, seconds = spent(lambda images=images: captioner.memory(images))
        seeing += seconds
        memories.append(memory)
    references = {example.image_id: example.references for example in examples}
    rows = {}
    for way, config in WAYS.items():
        with torch.inference_mode():
            written, writing = spent(lambda config=config: [captioner.write(one, config) for one in memories])
        texts = [captioner.text(row[0]) for row in chain(*written)]
        captions = dict(zip((example.image_id for example in examples), texts, strict=True))
        rows[way] = {
            "CIDEr": 100 * score_captions(references, captions)["CIDEr"],
            "writing": writing / len(examples),
            "captions": texts,
        }
    shared = {"reading": reading / len(examples), "seeing": seeing / len(examples), "memory": peak() - before}
    return shared | {"ways": rows}


def quality(options):
    """`quality_of` each precision, the captions replaced by how many are those of fp32."""
    if not options.flickr8k:
        print("quality: left out; it needs Flickr8k: --flickr8k FOLDER, with images/ and dataset_flickr8k.json")
        return None
    found = {}
    for precision in PRECISIONS:  # one after the other, alone
        alone = Contender("quality", precision, options.threads, "--flickr8k", options.flickr8k)
        found[precision] = alone.result
        alone.stop()
    exact = {way: row["captions"] for way, row in found["fp32"]["ways"].items()}
    for precision in found.values():
        for way, row in precision["ways"].items():
            captions = row.pop("captions")
            row["same"] = sum(map(str.__eq__, captions, exact[way]))
            row["of"] = len(captions)
    return found


def quality_table(found):
    """Markdown: a line for each way of writing, CIDEr and captions a CPU second in each precision."""
    head = [f"{precision}: CIDEr, captions a second (written alone)" for precision in found]
    lines = [f"| | {' | '.join(head)} |", "|---" * (len(found) + 1) + "|"]
    for way in WAYS:
        cells = []
        for precision, one in found.items():
            row, shared = one["ways"][way], one["reading"] + one["seeing"]
            same = f"; {row['same']} of {row['of']} the same" if precision != "fp32" else ""
            cells.append(f"{row['CIDEr']:.1f}, {1 / (shared + row['writing']):.1f} ({1 / row['writing']:.0f}){same}")
        lines.append(f"| {way} | {' | '.join(cells)} |")
    reading = [f"{1000 * one['reading']:.1f} and {1000 * one['seeing']:.1f} ms" for one in found.values()]
    memory = [f"{one['memory']:.0f} MB" for one in found.values()]
    lines.append(f"| reading a picture; CNN and encoder | {' | '.join(reading)} |")
    lines.append(f"| memory for the model and its work | {' | '.join(memory)} |")
    return "\n".join(lines)


def plot_quality(found, path):
    """CIDEr against captions a second, of all the work and of writing alone."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    whole, alone = figure.subplots(1, 2, sharey=True)
    for (precision, one), style in zip(found.items(), ("o-", "s-", "^-"), strict=False):
        rows = one["ways"]
        for ax, shared in ((whole, one["reading"] + one["seeing"]), (alone, 0)):
            speeds = {way: 1 / (shared + row["writing"]) for way, row in rows.items()}

            def points(ways, speeds=speeds, rows=rows):
                return [speeds[way] for way in ways], [rows[way]["CIDEr"] for way in ways]

            beams = [way for way in rows if way not in MODES]
            sampled = [way for way in rows if way in MODES]
            [line] = ax.plot(*points(beams), style, label=precision)
            ax.plot(*points(sampled), style[0], color=line.get_color())
            if precision == "fp32":
                for way in rows:
                    side = ("left", 6) if way in MODES else ("right", -6)
                    place = dict(xytext=(side[1], -3), textcoords="offset points", ha=side[0], fontsize=7)
                    ax.annotate(way, (speeds[way], rows[way]["CIDEr"]), **place)
    whole.set(xlabel="captions a CPU second", ylabel="CIDEr on 300 pictures of Flickr8k's val", xlim=(0, None))
    alone.set(xlabel="captions a CPU second, of writing alone", xlim=(0, None))
    whole.legend(frameon=False, loc="lower left")
    for ax in (whole, alone):
        ax.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})


# what grows: the work, its settings, the one that grows, its values
eight, few = big | {"pictures": 8}, small | {"pictures": 8}
GROWTH = {
    "pictures": (write, eight, "pictures", (1, 8, 32)),
    "beams": (write, eight, "beam_width", (1, 5, 10)),
    "tokens": (write, eight, "max_length", (4, 16, 32)),
    "vocabulary": (write, eight, "vocabulary", (1000, 7000, 50000)),
    "captions a picture, training": (train, few, "captions", (1, 5, 10)),
    "vocabulary, training": (train, few, "vocabulary", (1000, 7000, 50000)),
}


def growth_worker(who, threads):
    """For each line of input, which names a piece of work and a size, its CPU seconds, the second time."""
    torch.set_num_threads(threads)
    print(json.dumps({"result": "ready"}), flush=True)
    for line in sys.stdin:
        name, size = json.loads(line)
        work, settings, grows, _ = GROWTH[name]
        do = work(who, **settings | {grows: size})
        do()
        print(json.dumps(timed(do, least=0)["cpu"]), flush=True)


def growth(options):
    """Sizes and CPU seconds by contender and piece of work; captionkit's training has no 8 bits."""
    contenders = {who: Contender("growth", who, options.threads) for who in (OURS, INT8, ACTIVE)}
    assert all(contender.result == "ready" for contender in contenders.values())
    found = {who: {name: [] for name in GROWTH} for who in contenders}
    for name, (work, _, _, sizes) in GROWTH.items():
        for size in sizes:
            for who, contender in contenders.items():
                if work is write or who != INT8:
                    found[who][name].append((size, contender.turn(json.dumps([name, size]))))
    for contender in contenders.values():
        contender.stop()
    return found


def growth_table(found):
    """Markdown: CPU seconds of captionkit and, in brackets, how many times as long the other takes."""
    lines = ["| what grows | captionkit, CPU seconds (Hugging Face, active ids: times as long) |", "|---|---|"]
    for name, points in found[OURS].items():
        pairs = zip(points, found[ACTIVE][name], strict=True)
        cells = [f"{size:,}: {mine:.2g} ({theirs / mine:.1f})" for (size, mine), (_, theirs) in pairs]
        lines.append(f"| {name} | {', '.join(cells)} |")
    return "\n".join(lines)


def plot_growth(found, path):
    """A line for each contender, a panel for what grows."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 5), layout="constrained")
    for ax, name in zip(figure.subplots(2, 3).flat, found[OURS], strict=True):
        sizes = [size for size, _ in found[OURS][name]]
        for (who, rows), colour in zip(found.items(), ("tab:blue", "tab:orange", "tab:grey"), strict=True):
            if rows[name]:
                ax.plot(*zip(*rows[name], strict=True), "o-", color=colour, label=who, markersize=3)
        ax.set(xscale="log", xlabel=name, ylim=(0, None), ylabel="CPU seconds")
        ax.set_xticks(sizes, map("{:,}".format, sizes), minor=False)
        ax.minorticks_off()
        ax.spines[["top", "right"]].set_visible(False)
    figure.axes[0].legend(frameon=False, fontsize=7)
    figure.savefig(path, metadata={"Date": None})
