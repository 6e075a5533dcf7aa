"""A listener's login at Spotify: their consent, in a browser, and its token, kept under the home."""

import dataclasses
from collections.abc import Callable
from urllib.parse import urlsplit

from pydantic import SecretStr

from linernotes.config.settings import Settings
from linernotes.core.clock import SystemClock
from linernotes.core.errors import ConfigurationError, LinernotesError
from linernotes.providers.http import open_client
from linernotes.providers.spotify.consent import ConsentRequest, refused_consent
from linernotes.runs.redirect import HOST, Answer, RedirectListener
from linernotes.storage.consent import Consent, read_consent, write_consent

CLIENT_ID, REDIRECT = "SPOTIFY_CLIENT_ID", "SPOTIFY_REDIRECT_URI"
PATH = "/callback"
Announce = Callable[[str, str], None]


def login_spotify(
    settings: Settings, clock: SystemClock, announce: Announce, port: int | None, seconds: float
) -> Consent:
    """Ask the listener for consent and keep it; ``announce`` shows them the address, and the one they come back to.

    Without ``port`` it is that of SPOTIFY_REDIRECT_URI, else any free one; ``seconds`` is how long to wait.

    Raises:
        ConfigurationError: the app's id is missing, or the port is taken.
        AccessRefused: the listener or Spotify refuses.
        Stopped: the command was asked to stop.
        LinernotesError: nobody answered in time.
    """
    client_id = settings.environ.get(CLIENT_ID, "").strip()
    if not client_id:
        remedy = "make an app at developer.spotify.com/dashboard, and put its Client ID into .env"
        raise ConfigurationError(f"login spotify: {CLIENT_ID} is not set", remedy)
    own_port, path = _redirect_of(settings, asked=port is not None)
    provider = settings.configs.provider("spotify")
    session = open_client(provider, clock, settings.user_agent).session
    with RedirectListener(own_port if port is None else port, path) as listener:
        request = ConsentRequest(provider, client_id, listener.uri, session)
        listener.state = request.state
        announce(request.address, listener.uri)
        code = _code_of(listener.wait(clock, seconds), listener.uri, seconds)
    consent = Consent(request.exchange(code), client_id, clock.now())
    write_consent(settings.home, consent)
    return consent


def login_of(settings: Settings) -> Consent | None:
    """The login that is used: none while SPOTIFY_REFRESH_TOKEN is set, which wins.

    Raises:
        ConfigurationError: it was given to another app than SPOTIFY_CLIENT_ID names, or its file is damaged.
    """
    if settings.secret("SPOTIFY_REFRESH_TOKEN"):
        return None
    consent = read_consent(settings.home)
    client_id = settings.environ.get(CLIENT_ID, "").strip()
    if consent and client_id and consent.client_id != client_id:
        message = f"spotify: the login belongs to another app than {CLIENT_ID} names"
        raise ConfigurationError(message, "run: linernotes login spotify")
    return consent


def keep_token(settings: Settings, consent: Consent) -> Callable[[SecretStr], None]:
    """What to do with the token that replaces this one: keep it, with the age of the consent."""

    def keep(token: SecretStr) -> None:
        write_consent(settings.home, dataclasses.replace(consent, token=token))

    return keep


def _redirect_of(settings: Settings, *, asked: bool) -> tuple[int, str]:
    """The port and the path of SPOTIFY_REDIRECT_URI; without one, any port."""
    uri = urlsplit(settings.environ.get(REDIRECT, "").strip())
    if not uri.geturl():
        return 0, PATH
    if (uri.scheme, uri.hostname) == ("http", HOST):
        return uri.port or 0, uri.path or "/"
    if asked:
        return 0, PATH
    raise ConfigurationError(
        f"login spotify: {REDIRECT} is not an address on this machine",
        f"set it to http://{HOST}:8888{PATH} and add that to the app's redirect URIs, or use --port",
    )


def _code_of(answer: Answer | None, uri: str, seconds: float) -> str:
    if answer is None:
        raise LinernotesError(
            f"login spotify: no answer within {seconds / 60:g} minutes",
            f"repeat the command; if Spotify's page shows an error, check {CLIENT_ID}, and that {uri} is one of the "
            "app's redirect URIs",
        )
    if answer.error:
        raise refused_consent(answer.error)
    return answer.code
