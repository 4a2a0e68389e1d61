"""What tests of the ingester share: a client to a stand-in, with time that does not pass by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests
from pydantic import SecretStr
from standin.server import StandIn
from standin.simulated import InProcess, SimulatedClock

from phengraph.ingest.client import Client
from phengraph.ingest.pace import Pace
from phengraph.ingest.transport import Transport
from phengraph.settings import RefreshSettings

KEY = "made-up-key-0123456789"


def make_client(
    address: str,
    folder: Path,
    *,
    clock: SimulatedClock | None = None,
    key: str | None = KEY,
    budget: int | None = None,
    session: requests.Session | None = None,
    **settings: Any,
) -> Client:
    """A client to this address; waits are simulated, and by default nothing paces it."""
    chosen = RefreshSettings(**{"seconds_between_requests": 0, "answer_seconds": 20, **settings})
    clock = clock or SimulatedClock()
    pace = Pace(folder, address, chosen.seconds_between_requests, clock)
    secret = SecretStr(key) if key else None
    transport = Transport(address, secret, pace=pace, clock=clock, settings=chosen, budget=budget, session=session)
    return Client(transport)


def in_process_session(stand_in: StandIn) -> requests.Session:
    """A session that asks a stand-in without a socket."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", InProcess(stand_in))
    return session
