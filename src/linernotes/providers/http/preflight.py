"""What can be wrong with our own settings, found before the first call: addresses, proxies, certificates, the contact.

A mistake of ours would look like a silent service, or worse, like artists that do not exist. ``doctor`` and every
command that calls a service open their client here, so they say the same.
"""

import os
import ssl
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import requests
from pydantic import SecretStr
from requests.utils import get_environ_proxies, select_proxy

from linernotes.config.providers import ProviderSettings
from linernotes.core.errors import ConfigurationError

BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
LONGEST_LABEL = 63
LAST_LATIN_1 = "\xff"  # a header can have no others
CORRECT = "correct it, then repeat the command"


def check_settings(settings: ProviderSettings, user_agent: str) -> None:
    """Check all that the calls to a provider depend on and that is set by us.

    Raises:
        ConfigurationError: something is wrong; it names the variable.
    """
    if not user_agent.isprintable() or max(user_agent, default="") > LAST_LATIN_1:
        raise ConfigurationError("LINERNOTES_CONTACT has letters that cannot be sent", "use plain ASCII")
    for role, url in settings.urls.items():
        if reason := why_unusable(url) or _why_no_base(url):
            raise ConfigurationError(f"{url_variable(settings, role)} is {url}: {reason}", CORRECT)
        _check_proxy(url)
        if url.startswith("https://"):
            _check_certificates()


def check_secrets(settings: ProviderSettings, secrets: Mapping[str, SecretStr]) -> None:
    """Check that credentials can be sent in a header.

    Raises:
        ConfigurationError: one of them cannot; it names the variable and not the value.
    """
    for role, secret in secrets.items():
        value = secret.get_secret_value()
        if not (value.isascii() and value.isprintable()) or " " in value:
            variable = settings.credentials.get(role, role)
            message = f"{settings.name}: {variable} has spaces or characters that no credential has"
            raise ConfigurationError(message, "copy it again")


def url_variable(settings: ProviderSettings, role: str) -> str:
    """The variable that sets a base URL."""
    own = f"LINERNOTES_{settings.name.upper()}__URLS__{role.upper()}"
    return own if own in os.environ else f"{settings.service.upper()}_{role.upper()}_URL"


def why_unusable(url: str) -> str:
    """The reason why nothing can be sent to an address; empty if it is one."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
        requests.Request("GET", url).prepare()
    except (ValueError, UnicodeError):  # requests' own errors about URLs are ValueErrors
        return "not a URL with a valid host and port"
    if not host:
        return "the host is missing"
    if ":" not in host and not all(0 < len(label) <= LONGEST_LABEL for label in host.removesuffix(".").split(".")):
        return f"no host can be called {host}"
    return ""


def _why_no_base(url: str) -> str:
    """The reason why paths cannot be put behind an address; empty if they can.

    Calls go through the sender that is mounted under the address, so it has to stand as it is sent.
    """
    if "?" in url or "#" in url:
        return "it must not have ? or #"
    sent = requests.Request("GET", url).prepare().url or ""
    return "" if sent.lower().startswith(url.lower().rstrip("/")) else f"write it as it is sent, {sent}"


def _check_proxy(url: str) -> None:
    """A proxy is never shown: its address may hold a password."""
    for variable, proxy in _proxies(url):
        address = proxy if "://" in proxy else f"http://{proxy}"
        kind = urlsplit(address).scheme.lower() if "://" in address else ""
        if kind not in ("http", "https", "socks4", "socks4a", "socks5", "socks5h") or why_unusable(_as_http(address)):
            raise ConfigurationError(f"{variable} is not the address of a proxy", CORRECT)
        if kind.startswith("socks") and not find_spec("socks"):
            raise ConfigurationError(f"{variable} needs support for SOCKS", "pip install 'requests[socks]'")


def _as_http(address: str) -> str:
    return "http://" + address.partition("://")[2]


def _proxies(url: str) -> Iterator[tuple[str, str]]:
    """The variable and the value of the proxy that calls to a URL go through, if there is one."""
    proxies = get_environ_proxies(url)
    if proxy := select_proxy(url, proxies):
        scheme = urlsplit(url).scheme
        names = [f"{kind}_proxy" for kind in (scheme, "all")]
        variables = [name for kind in names for name in (kind, kind.upper()) if os.environ.get(name) == proxy]
        yield next(iter(variables), "the proxy of this system"), proxy


def _check_certificates() -> None:
    variable = next((each for each in BUNDLES if os.environ.get(each)), None)
    if variable is None:
        return
    path = Path(os.environ[variable])
    if reason := _why_no_certificates(path):
        raise ConfigurationError(f"{variable} names {path}, which {reason}", CORRECT)


@cache  # it takes a twentieth of a second, for every provider
def _why_no_certificates(path: Path) -> str:
    if not path.exists():
        return "is not there"
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(*((None, str(path)) if path.is_dir() else (str(path), None)))
    except (OSError, ssl.SSLError):
        return "cannot be read as certificates"
    return ""
