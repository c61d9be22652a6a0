"""Makes src/archive/prices/models.tsv from the price table that the Python package litellm ships.

Takes the newest package from PyPI, or the version named as the only word. Prints what has changed: a model that is gone
from the table but may stand in old logs belongs into kept.tsv, by hand.
"""

import json
import re
import subprocess
import sys
import tempfile
import venv
from decimal import Decimal
from pathlib import Path

TARGET = Path(__file__).parent.parent / "src/archive/prices/models.tsv"
TABLE = "model_prices_and_context_window_backup.json"
# Makers of models that agents use, and hosts whose prices are their own.
PROVIDERS = set(
    "anthropic cerebras codestral cohere_chat dashscope deepseek gemini groq minimax mistral moonshot openai xai zai".split()
)
MODES = {"chat", "completion", "responses"}
COLUMNS = (
    "model provider input output cache_read cache_write_5m cache_write_1h "
    "long_above_tokens long_input long_output long_cache_read long_cache_write context_window"
).split()


def package(folder, version):
    """Installs the package alone, without what it needs to run; gives its version and its table."""
    venv.create(folder, with_pip=True)
    wanted = f"litellm=={version}" if version else "litellm"
    pip = [Path(folder) / "bin/python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--only-binary", ":all:", wanted], check=True)
    (info,) = Path(folder).glob("lib/python*/site-packages/litellm-*.dist-info")
    table = json.loads((info.parent / "litellm" / TABLE).read_bytes(), parse_float=Decimal)
    return info.name.removeprefix("litellm-").removesuffix(".dist-info"), table


def per_million(cost_per_token):
    """USD per million tokens, six decimals at most: micro-dollars per million are the unit of the program."""
    if cost_per_token is None:
        return ""
    cost = (Decimal(cost_per_token) * 1_000_000).quantize(Decimal("0.000001")).normalize()
    return f"{cost:f}"


def row(name, model):
    """The cells of one model."""
    bands = [re.fullmatch(r"input_cost_per_token_above_(\d+)k_tokens", key) for key in model]
    above = min((int(band[1]) for band in bands if band), default=None)

    def rate(key, suffix=""):
        return per_million(model.get(key + suffix))

    def long(key):
        return rate(key, f"_above_{above}k_tokens") if above else ""

    window = model.get("max_input_tokens")
    cells = [
        name,
        model["litellm_provider"],
        rate("input_cost_per_token"),
        rate("output_cost_per_token"),
        rate("cache_read_input_token_cost"),
        rate("cache_creation_input_token_cost"),
        rate("cache_creation_input_token_cost_above_1hr"),
        str(above * 1000) if above else "",
        long("input_cost_per_token"),
        long("output_cost_per_token"),
        long("cache_read_input_token_cost"),
        long("cache_creation_input_token_cost"),
        str(window) if isinstance(window, int) else "",
    ]
    return "\t".join(cells).rstrip("\t")


def is_wanted(model):
    """Whether it is a model that writes text at a price per token."""
    has_rates = all(model.get(f"{side}_cost_per_token") is not None for side in ("input", "output"))
    return model.get("litellm_provider") in PROVIDERS and model.get("mode") in MODES and has_rates


def main():
    with tempfile.TemporaryDirectory() as folder:
        version, table = package(folder, sys.argv[1] if len(sys.argv) > 1 else None)
    rows = {name: row(name, model) for name, model in sorted(table.items()) if is_wanted(model)}
    if len(rows) < 100:
        sys.exit(f"prices: litellm {version} has only {len(rows)} such models; its table must have another form now")
    before = TARGET.read_text().splitlines()[2:] if TARGET.exists() else []
    known = {line.split("\t")[0]: line for line in before}
    TARGET.write_text("\n".join([f"# litellm {version}", "\t".join(COLUMNS), *rows.values(), ""]))
    for name in sorted(known.keys() | rows.keys()):
        if name not in rows:
            print(f"gone     {known[name]}")
        elif name not in known:
            print(f"new      {rows[name]}")
        elif known[name] != rows[name]:
            print(f"changed  {known[name]}\n      -> {rows[name]}")
    print(f"{len(rows)} models, prices as of litellm {version}")


main()
