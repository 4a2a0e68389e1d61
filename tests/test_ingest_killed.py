"""A refresh that is killed at any instant, run twice at once, or cannot write: nothing that was recorded is lost."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ingest_fixtures import World, make_client, quick_folder
from standin import faults
from standin.corpus import Corpus
from standin.server import StandIn, serving
from standin.simulated import SimulatedClock

from phengraph.ingest import errors
from phengraph.ingest.archive import archive_path, read_archive
from phengraph.ingest.check import check_records
from phengraph.ingest.refresh import Interrupted, only_one, refresh
from phengraph.ingest.running import Watcher
from phengraph.model import Paper
from phengraph.project import Project

KILLS = 100
PAPERS = 10
SETTINGS = "citations_in_text = 30\n"


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as made:
        yield made


def build(folder: Path, corpus: Corpus | None = None) -> World:
    """A project with ten papers, some cited often; the service is that of another world when it is given."""
    world = World(folder, papers=PAPERS, settings=SETTINGS)
    if corpus is not None:
        world.stand_in.corpus = corpus
        return world
    for position, paper in enumerate(world.papers):
        world.cite(paper.key, range(50 * position, 50 * position + 30 + position * 7))
    world.cite(world.papers[3].key, range(9000, 10_100))
    return world


def change(world: World, first: World) -> None:
    """What happens in the service between two refreshes."""
    ids = first.ids
    world.corpus.cite(ids["made0001up"], range(20_000, 20_015))
    world.corpus.cite(ids["made0004up"], range(20_000, 20_003))
    world.corpus.uncite(ids["made0002up"], world.corpus.citations(ids["made0002up"])[4].citing)
    world.corpus.rename(ids["made0005up"])
    world.corpus.cite(ids["made0003up"], range(20_100, 20_140))


def run_refresh(root: Path, papers: list[Paper], address: str) -> None:
    """What the child does: one refresh over a real connection."""
    client = make_client(address, root.parent)
    refresh(Project(root), papers, client, SimulatedClock())


def archived(project: Project) -> dict[str, set[str]]:
    keys = [f"made{number:04d}up" for number in range(PAPERS)]
    return {key: {one["id"] for one in read_archive(archive_path(project, key))} for key in keys}


def test_killed_at_a_hundred_random_instants_the_records_are_those_of_an_undisturbed_run(folder):
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["phengraph.ingest.refresh", "ingest_fixtures"])
    chance = random.Random(20261124)
    undisturbed = build(folder / "undisturbed")
    undisturbed.refresh()
    first_files, first_archive = undisturbed.knowledge(), archived(undisturbed.project)
    template = folder / "first"
    shutil.copytree(undisturbed.root, template)
    changed = build(folder / "changed")
    change(changed, changed)
    shutil.rmtree(changed.root)
    shutil.copytree(template, changed.root)
    changed.refresh()
    second_files, second_archive = changed.knowledge(), archived(changed.project)
    assert second_files != first_files

    kills = rounds = 0
    before, after = build(folder / "service-before"), build(folder / "service-after")
    change(after, after)
    with serving(StandIn(before.corpus)) as old, serving(StandIn(after.corpus)) as new:
        while kills < KILLS:
            rounds += 1
            repeat = rounds % 2 == 0
            address = new if repeat else old
            world = World(folder / f"round{rounds}", settings=SETTINGS)
            if repeat:
                shutil.rmtree(world.root)
                shutil.copytree(template, world.root)
            longest = 0.3
            while True:
                child = context.Process(target=run_refresh, args=(world.root, before.papers, address))
                child.start()
                child.join(chance.uniform(0.02, longest))
                if child.exitcode is None:
                    os.kill(child.pid, signal.SIGKILL)
                child.join()
                assert [str(one) for one in check_records(world.project) if one.severity == "error"] == []
                if child.exitcode == 0:
                    break
                assert child.exitcode == -signal.SIGKILL
                kills += 1
                longest += 0.02  # a machine that is busy gets on, too
            assert world.knowledge() == (second_files if repeat else first_files)
            assert archived(world.project) == (second_archive if repeat else first_archive)
            assert not list(world.root.glob("ingest/**/.*.tmp"))
            shutil.rmtree(world.folder)


def test_ctrl_c_leaves_all_that_was_fetched_and_says_what_came(folder):
    world = build(folder)

    class Stop(Watcher):
        def reading(self, done: int, total: int, key: str) -> None:
            if done == 4:
                raise KeyboardInterrupt

    client = world.client()
    with pytest.raises(Interrupted) as caught:
        refresh(world.project, world.papers, client, world.clock, watcher=Stop())
    news = caught.value.news
    assert news.stopped == (
        "stopped (4 of 10 papers done); all that was fetched is kept. "
        "Run `phengraph refresh` again: it goes on from here."
    )
    assert len(news.first) == 4
    other = build(folder / "undisturbed")
    other.refresh()
    world.refresh()
    assert world.knowledge() == other.knowledge()


def test_the_second_of_two_refreshes_says_so_and_leaves(folder):
    world = build(folder)
    inside, done = threading.Event(), threading.Event()

    def hold() -> None:
        with only_one(world.project):
            inside.set()
            done.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    assert inside.wait(20)
    try:
        with pytest.raises(errors.RefreshRunning) as caught:
            world.refresh()
    finally:
        done.set()
        holder.join()
    assert str(caught.value) == (
        f"another refresh of this project is running (process {os.getpid()}); wait until it has ended, or stop it"
    )
    assert world.files() == {}
    world.refresh()


def test_a_killed_holder_gives_the_lock_back(folder):
    world = build(folder)
    code = (
        "import sys, time; from pathlib import Path; from phengraph.ingest.refresh import only_one;"
        "from phengraph.project import Project\n"
        "with only_one(Project(Path(sys.argv[1]))): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, world.root], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(errors.RefreshRunning):
            world.refresh()
        holder.kill()
    world.refresh()


# --- disks and permissions ----------------------------------------------------------------------------------------


def in_a_child(work: Callable[[], None]) -> str:
    """Run this in a forked child, whose limits and rights are its own; gives what it wrote on its pipe."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        words = "nothing was raised"
        try:
            work()
        except errors.IngestError as error:
            words = str(error)
        finally:
            os.write(writing, words.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().decode()
    os.waitpid(child, 0)
    return told


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_disk_that_is_full_is_told_and_nothing_recorded_is_lost(folder):
    world = build(folder)
    world.refresh(budget=4)
    before = world.knowledge()

    def with_little_room() -> None:
        # The operating system refuses bigger files with an error of its own, as a full disk does.
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        world.refresh()

    told = in_a_child(with_little_room)
    assert "is not written: the " in told
    assert told.endswith("then run `phengraph refresh` again: it goes on from there.")
    after = world.knowledge()
    assert all(set(content.splitlines()) <= set(after[name].splitlines()) for name, content in before.items())
    assert check_records(world.project) == []
    world.refresh()
    other = build(folder / "undisturbed")
    other.refresh()
    assert world.knowledge() == other.knowledge()


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.parametrize("place", ["ingest", ".phengraph"])
def test_a_folder_without_permission_is_told(place, folder):
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as made:
        Path(made).chmod(0o755)
        world = build(Path(made) / "world")
        locked = world.root / place / "semanticscholar"
        locked.mkdir(parents=True)
        other = world.root / ("ingest" if place == ".phengraph" else ".phengraph")
        other.mkdir(exist_ok=True)
        other.chmod(0o777)
        locked.chmod(0o555)

        def as_nobody() -> None:
            if os.geteuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            world.refresh()

        told = in_a_child(as_nobody)
        locked.chmod(stat.S_IRWXU)
    assert f"{place}/semanticscholar/" in told
    assert "is not written: no permission to write there. What was recorded before is whole; make the folder" in told


def test_what_was_fetched_before_an_outage_is_there(folder):
    world = build(folder)
    world.stand_in.switch(faults.gateway(503), "/citations", after=5, times=None)
    news = world.refresh(tries=2)
    assert news.stop == "service"
    assert len(news.first) == 4
    assert "4 of 10 papers done" in news.stopped
