"""Spark for tests: quick starts, a cluster of its own on 127.0.0.1, and a word where there is no Java."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

# Small work is mostly the compiling of code that runs once: Java's quick compiler only, and none of Spark's own.
_DEFAULTS = """
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.sql.adaptive.enabled false
spark.sql.autoBroadcastJoinThreshold -1
"""
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"


def spark_environment(folder: Path) -> dict[str, str]:
    """The environment in which Spark starts quickly and listens on this machine only."""
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        pytest.skip("no Java on this machine: Spark is not tried")
    pytest.importorskip("pyspark", reason="pyspark is not installed: Spark is not tried")
    conf = folder / "spark-conf"
    conf.mkdir(parents=True, exist_ok=True)
    (conf / "spark-defaults.conf").write_text(_DEFAULTS, encoding="utf-8")
    return {
        **os.environ,
        "SPARK_CONF_DIR": str(conf),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "JDK_JAVA_OPTIONS": _JAVA,
    }


@dataclass
class Cluster:
    """A master and its workers, each a process of its own."""

    url: str
    workers: list[subprocess.Popen[bytes]]
    environment: dict[str, str]

    def kill(self, worker: int) -> None:
        """End a worker and its executor at once, as when its machine loses power."""
        os.killpg(self.workers[worker].pid, signal.SIGKILL)
        self.workers[worker].wait()


@contextlib.contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """A standalone Spark cluster on 127.0.0.1 while the block lasts."""
    environment = spark_environment(folder)
    import pyspark

    program = str(Path(pyspark.__file__).parent / "bin" / "spark-class")
    port, web = _free_port(), _free_port()
    where = ["--host", "127.0.0.1", "--port", str(port), "--webui-port", str(web)]
    started: list[subprocess.Popen[bytes]] = []
    log = (folder / "cluster.log").open("wb")

    def start(*words: str) -> subprocess.Popen[bytes]:
        # A group of its own, so that its executors can be ended with it.
        made = subprocess.Popen(
            [program, *words], env=environment, stdout=log, stderr=log, start_new_session=True, cwd=folder
        )
        started.append(made)
        return made

    try:
        start("org.apache.spark.deploy.master.Master", *where)
        url = f"spark://127.0.0.1:{port}"
        _wait(lambda: _alive(web) == 0)
        limits = ["--host", "127.0.0.1", "--cores", "1", "--memory", "700m", "--webui-port", "0"]
        made = [
            start("org.apache.spark.deploy.worker.Worker", *limits, "--work-dir", str(folder / f"work{place}"), url)
            for place in range(workers)
        ]
        _wait(lambda: _alive(web) == workers)
        yield Cluster(url, made, environment)
    finally:
        for process in started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.close()


@contextlib.contextmanager
def connect_server(folder: Path) -> Iterator[str]:
    """A Spark Connect server on 127.0.0.1 while the block lasts: its `sc://` address."""
    environment = spark_environment(folder)
    pytest.importorskip("grpc", reason="pyspark[connect] is not installed: Spark Connect is not tried")
    import pyspark

    port = _free_port()
    words = [
        str(Path(pyspark.__file__).parent / "bin" / "spark-submit"),
        *("--class", "org.apache.spark.sql.connect.service.SparkConnectServer"),
        *("--master", "local[2]", "--driver-memory", "1g"),
        *("--conf", f"spark.connect.grpc.binding.port={port}", "--conf", "spark.ui.enabled=false"),
        *("--conf", "spark.connect.grpc.binding.address=127.0.0.1"),
        "spark-internal",
    ]
    with (folder / "connect.log").open("wb") as log:
        server = subprocess.Popen(words, env=environment, stdout=log, stderr=log, start_new_session=True, cwd=folder)
        try:
            _wait(lambda: _listens(port))
            yield f"sc://127.0.0.1:{port}"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _listens(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        port: int = made.getsockname()[1]
        return port


def _alive(web: int) -> int:
    """How many workers the master has; -1 while it does not answer."""
    import json

    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{web}/json/", timeout=5) as answer:
            told = json.load(answer)
    except (OSError, ValueError):
        return -1
    return int(told.get("aliveworkers", -1))


def _wait(done: object, seconds: float = 240) -> None:
    assert callable(done)
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "the cluster does not start"
        time.sleep(0.3)
