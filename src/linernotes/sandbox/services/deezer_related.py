"""The neighbours of an artist on Deezer; its quota is separate from that of the other routes."""

from flask import Blueprint, Response

from linernotes.sandbox.services.deezer import Deezer, artist_body
from linernotes.sandbox.world.facts import Facts

FIELDS = (
    *("id", "name", "link", "picture", "picture_small", "picture_medium", "picture_big", "picture_xl"),
    *("nb_album", "nb_fan", "radio", "tracklist", "type"),
)


class DeezerRelated(Deezer):
    """One imitated Deezer, for neighbours only."""

    def blueprint(self) -> Blueprint:
        """The route of its API."""
        routes = Blueprint("deezer_related", __name__, url_prefix="/deezer")
        routes.add_url_rule("/artist/<artist_id>/related", "related", self.related, methods=["GET"])
        return routes

    def environment(self, _url: str) -> dict[str, str]:
        """No settings: those of Deezer are enough."""
        return {}

    def related(self, artist_id: str) -> Response:
        """GET /artist/<id>/related."""
        return self.about(artist_id, self._neighbours)

    def _neighbours(self, facts: Facts) -> object:
        known = (self._stage.knowledge.of(artist.id) for artist in facts.similar)
        bodies = [artist_body(each, self._stage.seed) for each in known if each and each.deezer]
        data = [{name: body[name] for name in FIELDS} for body in bodies]
        return {"data": data, "total": len(data)}


SERVICE = DeezerRelated
