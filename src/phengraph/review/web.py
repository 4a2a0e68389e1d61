"""The review as the page asks for it: the state as JSON, and what a key asks. Safe to call from any thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from phengraph.curate.decisions import paper_names
from phengraph.curate.insert import EditRefused
from phengraph.model import Stance, Verdict
from phengraph.problems import PhengraphError
from phengraph.review.acts import Outcome
from phengraph.review.opening import Review
from phengraph.review.session import Session, Told
from phengraph.review.showing import plain, show

_NOTICES = 20
_DRAFT = ("finding", "locator", "quote", "checked", "strength")
_LONGEST = 10_000


class WebReview:
    """One review, asked by the pages of a server.

    Args:
        open_review: opens it; called at the start, and when the page asks to look again.
    """

    def __init__(self, open_review: Callable[[], Review]) -> None:
        self._open = open_review
        self._lock = threading.RLock()
        self._review: Review | None = None
        self._message = "looking for what bears on the claims …"
        self._told: Told | None = None
        self._notices: deque[tuple[int, Told]] = deque(maxlen=_NOTICES)
        self._notice = 0

    def start(self) -> None:
        """Open the review; why it cannot be opened is told in the state."""
        try:
            review = self._open()
        except PhengraphError as error:
            self._message = str(error)
            return
        with self._lock:
            self._review = review
            review.start(on_outcome=self._hear, on_end=self._end)

    def stop(self) -> None:
        """Close it when all that was asked is written."""
        with self._lock:
            review, self._review = self._review, None
        # Without the lock: what the writer says until then takes it.
        if review is not None:
            review.close()

    def state(self) -> dict[str, Any]:
        """What the page shows."""
        with self._lock:
            if self._review is None:
                return {"ready": False, "message": self._message}
            return self._state_of(self._review.session)

    def act(self, asked: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Do what a key asks: `{"action": "accept", "stance", "draft"}`, `decline` with a `verdict`, `undo`, `reload`.

        All but `undo` and `reload` name the `claim` and `paper` that the page shows, so that a page that has fallen
        behind decides nothing.
        """
        action = asked.get("action")
        if action == "reload":
            return self._reload()
        with self._lock:
            if self._review is None:
                return 409, {"ready": False, "message": self._message}
            session = self._review.session
            if action in ("accept", "decline") and not _is_shown(session, asked):
                self._told = Told("the queue has moved on; nothing was decided", is_error=True)
                return 409, self._state_of(session)
            try:
                self._told = _do(session, action, asked)
            except PhengraphError as error:
                self._told = Told(str(error), is_error=True)
                return 422, self._state_of(session)
            return 200, self._state_of(session)

    def _reload(self) -> tuple[int, dict[str, Any]]:
        self.stop()
        self._told = None
        self.start()
        state = self.state()
        return 200 if state["ready"] else 409, state

    def _hear(self, outcome: Outcome) -> None:
        with self._lock:
            told = self._review.session.settle(outcome) if self._review is not None else None
            if told is not None:
                self._note(told)

    def _end(self, text: str) -> None:
        with self._lock:
            self._note(Told(text, is_error=True))

    def _note(self, told: Told) -> None:
        self._notice += 1
        self._notices.append((self._notice, told))

    def _state_of(self, session: Session) -> dict[str, Any]:
        shown = show(session)
        names = paper_names(session.current.paper) if session.current is not None else ()
        return {
            "ready": True,
            "curator": plain(session.curator),
            "total": session.total,
            "left": session.left,
            "accepted": session.accepted,
            "declined": session.declined,
            "putOff": session.put_off,
            "waiting": session.waiting,
            "canUndo": session.can_undo,
            "paper": names[0] if names else "",
            "shown": None if shown is None else asdict(shown),
            "told": None if self._told is None else _words(self._told),
            "notices": [{"id": number, **_words(told)} for number, told in self._notices],
        }


def _words(told: Told) -> dict[str, Any]:
    return {"text": plain(told.text), "about": plain(told.about), "isError": told.is_error}


def _is_shown(session: Session, asked: Mapping[str, Any]) -> bool:
    current = session.current
    return (
        current is not None and asked.get("claim") == current.claim and asked.get("paper") in paper_names(current.paper)
    )


def _do(session: Session, action: object, asked: Mapping[str, Any]) -> Told:
    if action == "accept":
        draft = asked.get("draft", {})
        words = {name: draft[name] for name in _DRAFT if name in draft} if isinstance(draft, dict) else None
        if words is None or not all(isinstance(text, str) and len(text) <= _LONGEST for text in words.values()):
            raise EditRefused("the draft is no object of short texts")
        if words:
            session.edit(**words)
        return session.accept(_one_of(Stance, asked.get("stance")))
    if action == "decline":
        verdict = _one_of(Verdict, asked.get("verdict"))
        if verdict is Verdict.ACCEPTED:
            raise EditRefused("what is accepted needs a stance")
        return session.decline(verdict)
    if action == "undo":
        return session.undo()
    raise EditRefused("'action' is accept, decline, undo or reload")


def _one_of(kind: type[Any], word: object) -> Any:
    try:
        return kind(word)
    except ValueError:
        raise EditRefused(f"known are {', '.join(str(one) for one in kind)}") from None
