"""What axe-core finds on a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = {"serious", "critical"}


def expect_accessible(page: Page, within: str = "html") -> None:
    """The page, or what is within a selector, has no fault that axe-core calls serious or critical."""
    violations = Axe().run(page, within).response["violations"]
    faults = [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in violations
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]
    assert not faults, "\n".join(faults)
