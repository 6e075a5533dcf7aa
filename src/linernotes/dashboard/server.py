"""The server of the dashboard: Streamlit as a process of its own, on this machine alone unless somebody wants more."""

import os
import sys
from importlib.resources import files

from linernotes.config.settings import Settings

PASSWORD = "LINERNOTES_DASHBOARD_PASSWORD"  # noqa: S105 - the name of a variable
# It neither reports who uses it nor watches files, opens no browser, and answers no page of another address.
OPTIONS = {
    "browser.gatherUsageStats": "false",
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.enableXsrfProtection": "true",
    "server.enableCORS": "true",
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "global.developmentMode": "false",
}


def serve(settings: Settings, host: str, port: int) -> None:
    """Become Streamlit, which listens until Ctrl-C or SIGTERM."""
    options = {**OPTIONS, "server.address": host, "server.port": str(port)}
    words = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "streamlit", "run", str(files("linernotes.dashboard") / "app.py"), *words]
    environ = {**settings.environ, "LINERNOTES_HOME": str(settings.home), "LINERNOTES_ENV": settings.env}
    os.execve(sys.executable, command, environ)  # noqa: S606 - no shell, and words of our own
