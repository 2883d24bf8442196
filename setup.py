"""Reads everything from settings.ini, so that a fact about the project stands in one place."""
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup

here = Path(__file__).parent
parser = ConfigParser(delimiters=["="])
parser.read(here / "settings.ini", encoding="utf-8")
settings = parser["DEFAULT"]

setup(
    name=settings["lib_name"],
    version=settings["version"],
    description=settings["description"],
    long_description=(here / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    url=settings["git_url"],
    author=settings["author"],
    author_email=settings["author_email"],
    license="Apache-2.0",
    keywords=settings["keywords"].split(),
    packages=find_packages(include=["captionkit", "captionkit.*"]),
    # the built web page, the templates of the evaluation report, the captioner with its card, and photographs
    package_data={"captionkit": ["web/*.html", "web/assets/*", "templates/*", "weights/*", "images/*", "py.typed"]},
    python_requires=">=" + settings["min_python"],
    install_requires=settings["requirements"].split(),
    extras_require={
        "serve": settings["serve_requirements"].split(),
        "hosted": settings["hosted_requirements"].split(),
        "notebook": settings["notebook_requirements"].split(),
        "offline": settings["offline_requirements"].split(),
        "heif": settings["heif_requirements"].split(),
        "parquet": settings["parquet_requirements"].split(),
        "dev": settings["dev_requirements"].split(),
    },
    entry_points={"console_scripts": settings["console_scripts"].split()},
    zip_safe=False,
)
