"""LMSYS's FastChat on the file `fastchat rank` reads: python3 fastchat-ratings.py CHECKOUT FILE JOB.

Reads the JSONL with pandas and calls CHECKOUT's own functions, whole process measured from outside.
"""

import importlib.util
import sys

import pandas as pd

checkout, file, job = sys.argv[1:]
path = f"{checkout}/fastchat/serve/monitor/rating_systems.py"
spec = importlib.util.spec_from_file_location("rating_systems", path)
ratings = importlib.util.module_from_spec(spec)
sys.modules["rating_systems"] = ratings  # its pools send functions by their module's name
spec.loader.exec_module(ratings)

battles = pd.read_json(file, lines=True).sort_values("tstamp")
if job == "style":
    ratings.compute_style_control(battles)
    ratings.compute_bootstrap_style_control(battles, 100)
else:
    ratings.compute_bt(battles)
    if job == "bootstrap":
        ratings.compute_bootstrap_bt(battles, 100)
