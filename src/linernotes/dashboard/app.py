"""The script that Streamlit runs for every view: it lets people in, reads the address, and shows one page."""

import hmac
import os

import streamlit as st

from linernotes.core.errors import LinernotesError
from linernotes.dashboard.pages import PAGES
from linernotes.dashboard.reading import published
from linernotes.dashboard.server import PASSWORD
from linernotes.dashboard.widgets import choice


def main() -> None:
    """Show the page that the address names."""
    st.set_page_config(page_title="linernotes", layout="wide")
    if not _is_let_in():
        return
    name = choice("Page", list(PAGES), "page", st.sidebar)
    st.title(name)
    try:
        with published() as workspace:
            at = workspace.warehouse.published_at()
            st.sidebar.caption(f"As of {at:%Y-%m-%d %H:%M} UTC" if at else "As of the last command that ended")
            PAGES[name](workspace)
    except LinernotesError as error:
        st.error(error.message)
        st.text(error.remedy)


def _is_let_in() -> bool:
    """Whether the visitor knows the password; everybody does where there is none."""
    wanted = os.environ.get(PASSWORD, "")
    if not wanted or st.session_state.get("let_in"):
        return True
    given = st.text_input("Password", type="password")
    if given and hmac.compare_digest(given.encode(), wanted.encode()):
        st.session_state["let_in"] = True
        st.rerun()
    if given:
        st.error("That is not the password.")
    return False


main()
