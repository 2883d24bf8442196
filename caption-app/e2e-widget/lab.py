"""A Jupyter server (JupyterLab at /lab, Notebook at /notebooks) with the widget in a notebook: python lab.py FOLDER"""
import json
import os
import sys
from pathlib import Path

import numpy as np
from PIL import Image

PORT = 8766
folder = Path(sys.argv[1]).resolve()
folder.mkdir(parents=True, exist_ok=True)


def notebook(*cells):
    """A notebook with these code cells."""
    blank = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    numbered = [blank | {"id": str(number), "source": cell} for number, cell in enumerate(cells)]
    kernel = {"kernelspec": {"display_name": "python3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": numbered, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


show = """from captionkit import Captioner
from captionkit.widget import CaptionWidget
widget = CaptionWidget(Captioner.load("photos", device="cpu"))
widget"""
delay = """import time
hear = widget.receive
widget.receive = lambda *message: (time.sleep(7), hear(*message))  # as in a kernel that is busy"""
for name in ("lab", "notebook"):
    (folder / f"{name}.ipynb").write_text(notebook(show, delay))

photo = Image.open(Path(__file__).parents[2] / "images/chelsea.jpg").resize((6000, 4000))
noise = np.random.default_rng(0).integers(-60, 60, (4000, 6000, 3), np.int16)
Image.fromarray((np.asarray(photo) + noise).clip(0, 255).astype(np.uint8)).save(folder / "large.jpg", quality=98)
(folder / "text.jpg").write_text("this is not a picture")
(folder / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
(folder / "large.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(12_000_000))

for variable in ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR"):
    os.environ[variable] = str(folder / "settings" / variable)  # of nobody but this test
news = folder / "settings/JUPYTERLAB_SETTINGS_DIR/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
news.parent.mkdir(parents=True, exist_ok=True)
news.write_text('{"fetchNews": "false", "checkForUpdates": false}')
options = [f"--port={PORT}", f"--ServerApp.root_dir={folder}", "--no-browser", "--allow-root",
           "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"]
os.execv(sys.executable, [sys.executable, "-m", "jupyter", "lab", *options])
