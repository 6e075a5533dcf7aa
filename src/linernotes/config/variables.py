"""The variables of a process, from its options, its environment and ``.env``, with where each one is from."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dotenv import dotenv_values

from linernotes.config.aliases import ALIASES, PREFIX, Ignored, idle_aliases, with_aliases
from linernotes.core.errors import ConfigurationError
from linernotes.core.text import nearest

STEP = "LINERNOTES_STEP"  # the step of a flow that a command belongs to; flows set it
OWN_NAMES = ("ENRICHMENT_APIFY_API_TOKEN", "ENRICHMENT_APIFY_MAX_USD")  # ours too, by the same names


@dataclass(frozen=True, slots=True)
class Variables:
    """``values`` by name, the ``origins`` (option, environment, .env) of each, and the alias ``spelled`` for it."""

    values: Mapping[str, str]
    origins: Mapping[str, str]
    spelled: Mapping[str, str]
    unused: tuple[Ignored, ...] = ()

    def idle(self, read: set[str]) -> Iterator[Ignored]:
        """The variables of other documents that change nothing; ``read`` are those of configs/."""
        yield from self.unused
        known = [alias.name for alias in ALIASES] + [*OWN_NAMES]
        yield from idle_aliases(self.values, read)
        for name in self.values:
            if name.startswith(PREFIX) and name not in known and name not in read:
                yield Ignored(name, f"unknown setting, {nearest(name, known)}")


def read_variables(flags: Mapping[str, str], environ: Mapping[str, str] | None = None) -> Variables:
    """The variables: ``flags`` win over the environment, which wins over ``.env`` in this folder.

    An alias stands for ours in its own layer, so that one in the environment wins over ours in ``.env``.

    Raises:
        ConfigurationError: .env is not readable, or an alias has a value that it cannot have.
    """
    layers = {"environment": os.environ if environ is None else environ, "option": flags}
    if environ is None:
        layers = {".env": _dotenv(), **layers}
    values, origins, spelled, notes = dict[str, str](), dict[str, str](), dict[str, str](), list[Ignored]()
    for origin, layer in layers.items():
        found, aliased, unused = with_aliases(layer)
        spelled = {name: alias for name, alias in spelled.items() if name not in found} | aliased
        values |= found
        origins |= dict.fromkeys(found, origin)
        notes += unused
    return Variables(values, origins, spelled, tuple(notes))


def _dotenv() -> dict[str, str]:
    try:
        return {name: value for name, value in dotenv_values(".env").items() if value is not None}
    except UnicodeDecodeError:
        raise ConfigurationError(".env is not UTF-8", "save it as UTF-8, or remove it") from None
