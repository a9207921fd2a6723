"""Before the reference notebooks run again: a small shop's tables, and the settings that make results repeatable."""

import os
import tempfile
from importlib import import_module
from pathlib import Path

import pytest
from jupyter_client.provisioning import KernelProvisionerFactory

from customer_segments.pages.report.show import PLAIN_VARIABLE
from customer_segments.run import environment, workspace
from customer_segments.run.kernel import Copied
from customer_segments.run.warm import LIBRARIES
from tests.support import Study, make_study


def small_study(folder: Path) -> Study:
    """The 300-customer shop that the reference notebooks study; notebooks run in this process's children find it."""
    study = make_study(folder, customers=300)
    study.change(validation={"references": 49, "bootstraps": 50})  # as in the project's own params.yaml
    study.stage("collect")  # the notebooks make the rest, one after the other
    os.environ.update(environment.pinned(threads=1))
    os.environ.update({workspace.ROOT_VARIABLE: str(study.folder), PLAIN_VARIABLE: "1"})
    return study


def pytest_collection_finish(session: pytest.Session) -> None:
    if session.items:
        small_study(Path(tempfile.mkdtemp()) / "study")
        copy_kernels()


def copy_kernels() -> None:
    """Kernels are copies of this process, as those of stages are: nine of them need not import everything anew."""
    for library in LIBRARIES:
        import_module(library)
    KernelProvisionerFactory.create_provisioner_instance = lambda _, kernel_id, kernel_spec, parent: Copied(
        kernel_id=kernel_id, kernel_spec=kernel_spec, parent=parent
    )
