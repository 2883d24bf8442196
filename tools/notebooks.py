"""Keeps notebooks, module and README together.

python tools/notebooks.py links         write the badges and first cells from settings.ini
python tools/notebooks.py run [NAME..]  run notebooks top to bottom and keep their outputs
python tools/notebooks.py readme        make README.md from nbs/index.ipynb
python tools/notebooks.py check         fail when any of these is out of step, or a notebook is not clean
"""

import json
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "nbs"
MODULE = ROOT / "captionkit"
BY_HAND = {"__init__.py", "__main__.py", "_modidx.py"}  # modules without a notebook


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def write(path, notebook):
    path.write_text(json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def settings():
    parser = ConfigParser(delimiters=["="])
    parser.read(ROOT / "settings.ini", encoding="utf-8")
    return parser["DEFAULT"]


FIRST_CELL = """\
#| hide
# Finds captionkit, or installs it beside the platform's own PyTorch; in a clone of the repository it does nothing.
import os, shutil, subprocess, sys, tempfile
from importlib import invalidate_caches, metadata, util
from pathlib import Path

package, source = "captionkit[EXTRAS] @ git+ADDRESS", "found here"
if not util.find_spec("captionkit"):
    kept = "torch", "torchvision", "transformers", "fastcore", "nbdev", "numpy"        # the platform's own stay
    versions = {found.metadata["Name"]: found.version for found in metadata.distributions()}
    constraints = Path(tempfile.gettempdir(), "constraints.txt")
    constraints.write_text("".join(f"{name}=={versions[name]}\\n" for name in kept if name in versions))
    wheels = [wheel for n in range(1, 6) for wheel in Path("/kaggle/input").glob("*/" * n + "captionkit-*.whl")]
    name, address = package.split(" @ ")
    options, source = [package], f"from {address}"
    if wheels:
        options, source = ["--no-index", "--find-links", wheels[0].parent, name], f"from {wheels[0].parent}"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--constraint", constraints, *options]
    pip = subprocess.run(command, capture_output=True, text=True)
    if pip.returncode:
        raise SystemExit(f"{pip.stderr[-1000:]}\\ncaptionkit could not be installed: switch the internet on (on Kaggle "
                         "at the right, Session options), or attach a data set of its wheels, and run all cells again")
    invalidate_caches()
if "KAGGLE_KERNEL_RUN_TYPE" in os.environ or "google.colab" in sys.modules or shutil.which("nvidia-smi"):
    from captionkit.session import prepare_notebook
    prepare_notebook(source)
"""
EXTRAS = {"06_serve.ipynb": "hosted,serve", "all_stages.ipynb": "hosted,serve"}  # others need hosted alone


def with_first_cell(notebook, name):
    """The notebook with the cell after its title that finds or installs the package."""
    text = FIRST_CELL.replace("ADDRESS", settings()["git_url"]).replace("EXTRAS", EXTRAS.get(name, "hosted")).rstrip()
    cells = [cell for cell in notebook["cells"] if cell["id"] != "first"]
    before = next((cell for cell in notebook["cells"] if cell["id"] == "first"), {})
    cell = {"cell_type": "code", "id": "first", "metadata": {}, "execution_count": None, "outputs": []} | before
    notebook["cells"] = [cells[0], cell | {"source": text.splitlines(keepends=True)}, *cells[1:]]
    return notebook


def with_links(notebook, name):
    """The notebook with the repository's address in its badges and in its first cell.

    README's badges, which `index` becomes, open `start`.
    """
    config = settings()
    opened = "start.ipynb" if name == "index.ipynb" else name
    place = f"{config['user']}/{config['repo']}/blob/{config['branch']}/nbs/{opened}"
    colab, kaggle = "https://colab.research.google.com", "https://kaggle.com"
    to_kaggle = f"{kaggle}/kernels/welcome?src=https://github.com/{place}"
    badges = (
        f"[![Open in Colab]({colab}/assets/colab-badge.svg)]({colab}/github/{place}) "
        f"[![Open in Kaggle]({kaggle}/static/images/open-in-kaggle.svg)]({to_kaggle})"
    )
    title = notebook["cells"][0]
    kept = [line for line in "".join(title["source"]).rstrip().splitlines() if not line.startswith("[![Open in")]
    title["source"] = ("\n".join(kept).rstrip() + "\n\n" + badges).splitlines(keepends=True)
    return with_first_cell(notebook, name)


def clean(notebook):
    """The notebook as it is committed: no execution counts, progress bars, machine's traces or widget state."""
    notebook["metadata"] = {"kernelspec": {"display_name": "python3", "language": "python", "name": "python3"}}
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        if cell["cell_type"] != "code":
            continue
        cell["execution_count"] = None
        cell["outputs"] = [
            output
            for output in cell["outputs"]
            if output.get("name") != "stderr"
            and "application/vnd.jupyter.widget-view+json" not in output.get("data", {})
        ]
        for output in cell["outputs"]:
            output.pop("metadata", None)
            if output["output_type"] in ("display_data", "execute_result"):
                output["metadata"] = {}
                text = "".join(output["data"].get("text/plain", []))
                if {"image/png", "image/jpeg"} & set(output["data"]) or re.search(r" at 0x[0-9a-f]+", text):
                    output["data"].pop("text/plain", None)
            if "execution_count" in output:
                output["execution_count"] = None
        cell["outputs"] = [output for output in cell["outputs"] if output.get("data", True)]
    return notebook


def run(paths):
    import nbformat
    from nbclient import NotebookClient

    for path in paths:
        print("running", path.name, flush=True)
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(
            notebook, timeout=1800, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOKS)}}
        ).execute()
        write(path, clean(json.loads(nbformat.writes(notebook))))


def readme():
    """README.md's text: markdown cells as they are, code cells as code, their text outputs below."""
    parts = []
    for cell in with_links(read(NOTEBOOKS / "index.ipynb"), "index.ipynb")["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(re.sub(r"\]\((\w+\.ipynb)\)", r"](nbs/\1)", source.replace("](../", "](")))
        elif not source.startswith("#| hide"):
            parts.append(f"```python\n{source}\n```")
            printed = "".join("".join(o.get("text", o.get("data", {}).get("text/plain", []))) for o in cell["outputs"])
            if printed:
                parts.append(f"```\n{printed.rstrip()}\n```")
    return "\n\n".join(parts) + "\n"


def problems():
    """One sentence for everything that is out of step."""
    exported = set()
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = read(path)
        text = path.read_text(encoding="utf-8")
        if found := re.search(
            r"^#\| default_exp (\w+)", "\n".join("".join(c["source"]) for c in notebook["cells"]), re.M
        ):
            exported.add(found[1] + ".py")
        if "widgets" in notebook["metadata"]:
            yield f"{path.name} carries widget metadata, which GitHub may refuse to show"
        if notebook != clean(read(path)):
            yield f"{path.name} is not clean: refresh it by `tools/notebooks.py run {path.stem}`"
        if notebook != with_links(read(path), path.name):
            yield f"{path.name}: badges or first cell are out of date: run `tools/notebooks.py links`"
        if re.search(r'"output_type": "error"', text):
            yield f"{path.name} carries the output of an error"
        outputs = json.dumps([cell.get("outputs") for cell in notebook["cells"]])
        if found := re.search(r"/(tmp|home|root|Users)/\w+", outputs):
            yield f"{path.name}: an output names a path of a machine ({found[0]})"
    for module in MODULE.glob("*.py"):
        if module.name not in exported | BY_HAND:
            yield f"captionkit/{module.name} has no notebook: delete it, or add the notebook"
    before = {path: path.read_bytes() for path in MODULE.glob("*.py")}
    subprocess.run(["nbdev_export"], cwd=ROOT, check=True)
    after = {path: path.read_bytes() for path in MODULE.glob("*.py")}
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            yield f"captionkit/{path.name} is not what its notebook exports: run nbdev_export and commit"
            path.write_bytes(before[path]) if path in before else path.unlink()
    if (ROOT / "README.md").read_text(encoding="utf-8") != readme():
        yield "README.md is not what nbs/index.ipynb gives: run `tools/notebooks.py readme`"


def main(command="", *names):
    paths = [NOTEBOOKS / f"{name}.ipynb" for name in names] or sorted(NOTEBOOKS.glob("*.ipynb"))
    if command == "links":
        for path in paths:
            write(path, with_links(read(path), path.name))
    elif command == "run":
        run(paths)
    elif command == "readme":
        (ROOT / "README.md").write_text(readme(), encoding="utf-8")
    elif command == "check":
        found = list(problems())
        sys.exit("\n".join(found) if found else None)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
