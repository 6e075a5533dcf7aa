"""Libraries that only some commands need, and the extra of pyproject.toml that installs each."""

from importlib.util import find_spec

from linernotes.core.errors import ConfigurationError

# By extra: the modules that its commands import, each with the package that contains it.
EXTRAS = {
    "api": {
        "fastapi": "fastapi",
        "httptools": "httptools",
        "jwt": "PyJWT",
        "limits": "limits",
        "uvicorn": "uvicorn",
        "uvloop": "uvloop",
    },
    "bigquery": {
        "google.cloud.bigquery": "google-cloud-bigquery",
        "google.cloud.storage": "google-cloud-storage",
        "dbt.adapters.bigquery": "dbt-bigquery",
    },
    "dashboard": {"streamlit": "streamlit"},
    "excel": {"openpyxl": "openpyxl"},
    "metrics": {"prometheus_client": "prometheus_client"},
    "ml": {"numpy": "numpy", "scipy": "scipy", "sklearn": "scikit-learn"},
    "sandbox": {"flask": "flask", "waitress": "waitress"},
}


def require(extra: str, purpose: str) -> None:
    """Make sure that an extra is installed; nothing is imported, so the check costs nothing.

    Args:
        extra: a key of ``EXTRAS``.
        purpose: the subject of the error's sentence, for instance ``report top-artists: an .xlsx file``.

    Raises:
        ConfigurationError: naming the missing packages and the command that installs them.
    """
    missing = [package for module, package in EXTRAS[extra].items() if not is_installed(module)]
    if missing:
        named = " and ".join(filter(None, [", ".join(missing[:-1]), missing[-1]]))
        raise ConfigurationError(f"{purpose} needs {named}", f"pip install 'linernotes[{extra}]'")


def is_installed(module: str) -> bool:
    """Whether a module can be imported; nothing is imported to find out."""
    try:
        return find_spec(module) is not None
    except ImportError:  # a package above it is missing
        return False
