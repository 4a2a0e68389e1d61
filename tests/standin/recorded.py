"""Recorded answers of the live service, replayed for the requests that they answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .wire import Answer, Request

# Headers of a connection that is not ours.
_NOT_REPLAYED = frozenset({"connection", "content-length", "content-encoding", "date", "transfer-encoding"})


def _asked(method: str, path: str, query: Any, body: Any) -> tuple[str, str, frozenset[tuple[str, str]], str]:
    return method, path, frozenset(query), json.dumps(body, sort_keys=True) if body else ""


class Recordings:
    """Request and answer pairs from a folder of JSON files, each with method, url, request_body, status, body."""

    def __init__(self, folder: Path) -> None:
        self._answers: dict[Any, Answer] = {}
        for path in sorted(folder.glob("*.json")):
            pair = json.loads(path.read_text(encoding="utf-8"))
            parts = urlsplit(pair["url"])
            query = parse_qsl(parts.query, keep_blank_values=True)
            asked = _asked(pair["method"], unquote(parts.path), query, pair["request_body"])
            headers = {name: value for name, value in pair["headers"].items() if name.lower() not in _NOT_REPLAYED}
            self._answers[asked] = Answer(pair["status"], pair["body"], headers)

    def __len__(self) -> int:
        return len(self._answers)

    def answer(self, request: Request) -> Answer | None:
        """The recorded answer, or None when this request was never recorded."""
        try:
            body = json.loads(request.body) if request.body else None
        except ValueError:
            return None
        return self._answers.get(_asked(request.method, request.path, request.query, body))
