"""Say in one line, before anything is fetched, where the locked packages cannot be installed; in any Python from 3.6 on.

What there are wheels for is held to the lock by tests/inputs/test_platforms.py.
"""

import platform
import sys

PYTHONS = ((3, 11), (3, 13))  # the oldest and the newest with a wheel of every compiled package
GLIBC, MACOS = (2, 28), (14, 0)
INSTEAD = "The lesion engine alone installs there: docs/library.md."


def complaint(system, machine, python, release):
    """Return why the lock cannot be installed, in one line; nothing where it can.

    system and machine are those of platform, python the version as (major, minor), release that of glibc or macOS.
    """
    (low, high), arm = PYTHONS, machine.lower() in ("aarch64", "arm64")
    versions = "Python {}.{} to {}.{}".format(*low, *high)
    if not low <= python <= high:
        return "{} is needed, and this is {}.{}: make PYTHON=python{}.{}".format(versions, *python, *high)
    if system == "Linux" and arm:
        return "Linux on ARM: embreex, which renders the images of the default study, has no wheel. " + INSTEAD
    if system == "Linux" and machine.lower() not in ("x86_64", "amd64"):
        return f"Linux on {machine}: torch has no wheel. Supported are Linux on x86_64 and macOS on Apple silicon."
    if system == "Linux" and release < GLIBC:
        return "Linux without glibc {}.{} or newer (this has {}): torch has no wheel.".format(*GLIBC, _told(release))
    if system == "Darwin" and not arm:
        return "macOS on Intel: torch has no wheel since version 2.3. Use Linux, or a Mac with Apple silicon."
    if system == "Darwin" and release < MACOS:
        return "macOS {}: torch has wheels for {}.{} and newer.".format(_told(release), *MACOS)
    if system not in ("Linux", "Darwin"):
        return f"{system}: the workflow runs on Linux and macOS; on Windows use its Linux (WSL 2). {INSTEAD}"
    return ""


def _told(release):
    return ".".join(map(str, release)) or "none"


def _numbers(release):
    return tuple(int(part) for part in release.split(".")[:2] if part.isdigit())


if __name__ == "__main__":
    of_system = platform.mac_ver()[0] if platform.system() == "Darwin" else platform.libc_ver()[1]
    sys.exit(complaint(platform.system(), platform.machine(), sys.version_info[:2], _numbers(of_system)) or 0)
