"""The catalogue that the command line asks for."""

from linernotes.core.errors import ConfigurationError
from linernotes.sandbox.world.catalogue import Catalogue
from linernotes.sandbox.world.from_file import FromFile
from linernotes.sandbox.world.generated import Generated
from linernotes.sandbox.world.namesakes.catalogue import Namesakes


def chosen_catalogue(catalogue: str | None, namesakes: float | None, errors: float | None) -> Catalogue:
    """The artists of a file, those of a world of namesakes, or else the generated ones.

    Raises:
        ConfigurationError: both a file and a world of namesakes are wanted.
    """
    if namesakes is None and errors is None:
        return FromFile(catalogue) if catalogue else Generated()
    if catalogue:
        message = "sandbox: --catalogue cannot be combined with --namesakes and --errors"
        raise ConfigurationError(message, "choose one of them")
    return Namesakes(namesakes=namesakes or 0.0, errors=errors or 0.0)
