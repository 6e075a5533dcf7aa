"""The server: one process, which listens until it is told to stop."""

from linernotes.config.settings import Settings
from linernotes.core.errors import ConfigurationError
from linernotes.rest.app import application
from linernotes.rest.keys import Keys


def serve(settings: Settings, keys: Keys, host: str, port: int, *, required: bool = True) -> None:
    """Listen until Ctrl-C or SIGTERM.

    Raises:
        ConfigurationError: the port is in use, or the address is not one of this machine.
    """
    import uvicorn  # noqa: PLC0415 - an extra

    config = uvicorn.Config(
        application(settings, keys, required=required),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=15,
        limit_concurrency=200,
    )
    try:
        uvicorn.Server(config).run()
    except SystemExit:
        raise ConfigurationError(f"api: cannot listen on {host}:{port}", "choose another --port or --host") from None
