"""The music services, imitated on loopback: to try linernotes without credentials, and to test it.

    with Sandbox(catalogue=Generated(seed=7), profile="development", faults=Faults.parse("5xx=0.1")) as sandbox:
        os.environ.update(sandbox.environment())

One file per service; catalogue, faults and call log are shared by all of them.
"""

from linernotes.core.extras import require

require("sandbox", "the sandbox")

from linernotes.sandbox.faults import Faults
from linernotes.sandbox.server import Sandbox, serve_forever
from linernotes.sandbox.world.catalogue import Artist, Catalogue, Image
from linernotes.sandbox.world.chosen import chosen_catalogue
from linernotes.sandbox.world.exports import write_history
from linernotes.sandbox.world.from_file import FromFile
from linernotes.sandbox.world.generated import Generated
from linernotes.sandbox.world.namesakes.catalogue import Namesakes

__all__ = [
    "Artist",
    "Catalogue",
    "Faults",
    "FromFile",
    "Generated",
    "Image",
    "Namesakes",
    "Sandbox",
    "chosen_catalogue",
    "serve_forever",
    "write_history",
]
