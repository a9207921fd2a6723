"""Tells, from within each process of a study, which texts matplotlib draws and which it takes for mathematics."""

import importlib.util
import json
import os
import sys
from pathlib import Path

DRAWN = "TORTURE_DRAWN"


class Watcher:
    """Lets the module that draws texts be loaded, and then watches it."""

    def find_spec(self, name, path=None, target=None):
        if name != "matplotlib.text":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            watch(module.Text)

        spec.loader.exec_module = exec_module
        return spec


def watch(text):
    """Note what is drawn."""
    preprocess = text._preprocess_math

    def noted(self, drawn):
        clean, mathematics = preprocess(self, drawn)
        with Path(os.environ[DRAWN]).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"text": drawn, "clean": clean, "mathematics": bool(mathematics)}) + "\n")
        return clean, mathematics

    text._preprocess_math = noted


if os.environ.get(DRAWN):
    sys.meta_path.insert(0, Watcher())
