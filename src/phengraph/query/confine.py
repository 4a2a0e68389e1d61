"""What a worker gives up before it sees a query: network, core dumps, unbounded memory and processor time.

The engine would follow SERVICE to any address, and has no limit of its own. A Linux worker takes a network namespace
of its own, which has no interface that is up; where the system allows no namespaces (many containers), a seccomp
filter refuses to make sockets. Elsewhere the guard's refusal of SERVICE stands alone, and `Confinement` says so.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from dataclasses import dataclass

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
# AUDIT_ARCH of linux/audit.h and the number of socket(2), by machine: a filter must know both.
_SOCKET_CALLS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_STACK_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Confinement:
    """What holds a worker."""

    network: str
    """`namespace`, `seccomp`, or `open` where this system offers neither."""


def confine_process() -> Confinement:
    """Take the network away, forbid core dumps, end with the parent, and widen the stack.

    Call it while the process has one thread. The stack: the engine parses by recursion, and Linux lets the stack of
    the main thread grow up to its limit, so a wider limit costs nothing until it is needed.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    wanted = _STACK_BYTES if hard == resource.RLIM_INFINITY else min(_STACK_BYTES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_STACK, (wanted, hard))
    if sys.platform != "linux":
        return Confinement("open")
    libc = ctypes.CDLL(None, use_errno=True)
    die_with_parent(libc)
    if libc.unshare(_CLONE_NEWNET) == 0:
        return Confinement("namespace")
    if os.geteuid() != 0 and libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        return Confinement("namespace")
    return Confinement("seccomp" if _forbid_sockets(libc) else "open")


def die_with_parent(libc: ctypes.CDLL | None = None) -> None:
    """Be killed when the thread that made this process ends, however it ends; only on Linux."""
    if sys.platform == "linux":
        (libc or ctypes.CDLL(None, use_errno=True)).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def limit_memory(extra_bytes: int) -> None:
    """Let this process map at most so much more than it has mapped now; beyond that allocations fail."""
    resource.setrlimit(resource.RLIMIT_AS, (mapped_bytes() + extra_bytes,) * 2)


def limit_cpu(seconds: float) -> None:
    """Let the system end this process after so much more processor time."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = usage.ru_utime + usage.ru_stime
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 1, hard))


def mapped_bytes() -> int:
    """Address space of this process; 0 where /proc does not say."""
    return _statm(0)


def resident_bytes() -> int:
    """Memory of this process that is in use; 0 where /proc does not say."""
    return _statm(1)


def _statm(field: int) -> int:
    try:
        descriptor = os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return 0
    try:
        return int(os.read(descriptor, 200).split()[field]) * resource.getpagesize()
    finally:
        os.close(descriptor)


def _forbid_sockets(libc: ctypes.CDLL) -> bool:
    """Make socket(2) fail with EPERM from here on. Source of the form: seccomp(2), linux/bpf_common.h."""
    known = _SOCKET_CALLS.get(platform.machine())
    if known is None:
        return False
    architecture, socket_call = known
    load, jump_if_equal, give = 0x20, 0x15, 0x06
    allow, refuse, kill = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
    program = (
        (load, 0, 0, 4),  # seccomp_data.arch
        (jump_if_equal, 1, 0, architecture),
        (give, 0, 0, kill),
        (load, 0, 0, 0),  # seccomp_data.nr
        (jump_if_equal, 0, 1, socket_call),
        (give, 0, 0, refuse),
        (give, 0, 0, allow),
    )
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in program))
    # struct sock_fprog: an unsigned short, then a pointer at the pointer's alignment.
    filter_of = struct.pack("@HP", len(program), ctypes.addressof(code))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    taken: int = libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_char_p(filter_of), 0, 0)
    return taken == 0
