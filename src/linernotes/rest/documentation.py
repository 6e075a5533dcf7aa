"""The page of the API: made of its own description, without a script and without a foreign server."""

from typing import Any

from jinja2 import Environment, PackageLoader


def documentation(api: dict[str, Any]) -> str:
    """The page of an OpenAPI description."""
    environment = Environment(loader=PackageLoader("linernotes.rest", "templates"), autoescape=True)
    tags: dict[str, list[tuple[str, str, Any]]] = {}
    for path, methods in api["paths"].items():
        for method, endpoint in methods.items():
            tags.setdefault(endpoint.get("tags", ["Other"])[0], []).append((method.upper(), path, endpoint))
    return environment.get_template("documentation.html").render(api=api, tags=tags)
