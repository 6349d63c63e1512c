"""Looks for known holes in what the locks pin; says so where the vulnerability service can't be asked."""

import json
import subprocess
import sys

LOCK = "tests/requirements.lock"
"""Holds all packages."""
REQUEST_S, ALL_S = 5, 120


def known_holes(lock: str) -> list[str] | None:
    """One line for each hole known in the packages of a lock; None where the service told nothing."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", lock, "--require-hashes", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", str(REQUEST_S)]
    try:
        audit = subprocess.run(command, capture_output=True, text=True, timeout=ALL_S, check=False)
        packages = json.loads(audit.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError):
        return None
    if not any("vulns" in package for package in packages):
        return None
    return [
        f"{package['name']} {package['version']} has {hole['id']}, mended in {hole['fix_versions']}"
        for package in packages
        for hole in package.get("vulns", ())
    ]


def main() -> None:
    """Print the holes and fail if there are any."""
    holes = known_holes(LOCK)
    if holes is None:
        print("audit skipped: the vulnerability service can't be reached")
    elif holes:
        sys.exit("\n".join(holes))


if __name__ == "__main__":
    main()
