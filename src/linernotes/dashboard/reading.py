"""The published tables for all visitors: one reader of them a process, and a newer one as soon as there is one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from linernotes.config.settings import read_settings
from linernotes.core.clock import SystemClock
from linernotes.runs.snapshots import Snapshots
from linernotes.storage.workspace import Workspace


@st.cache_resource(show_spinner=False)
def _snapshots(home: str, env: str) -> Snapshots:
    del home, env  # in the settings too; here they tell one home from another
    return Snapshots(read_settings(), SystemClock())


@contextmanager
def published() -> Iterator[Workspace]:
    """The tables as they were published last."""
    home, env = (os.environ.get(f"LINERNOTES_{name}", "") for name in ("HOME", "ENV"))
    with _snapshots(home, env).reading() as (workspace, _):
        yield workspace
