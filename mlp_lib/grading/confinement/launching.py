"""Start a kernel for a graded notebook, in the sandbox or without it."""

import os
import uuid

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import LocalProvisioner

from mlp_lib.grading.confinement.environment import PYTHON, environment, settings
from mlp_lib.grading.confinement.provisioner import SandboxProvisioner
from mlp_lib.grading.confinement.room import copy_folder
from mlp_lib.grading.confinement.view import KERNEL_START


class Manager(KernelManager):
    """A manager of kernels that come from no installed specification or provisioner."""

    @property
    def kernel_spec(self):
        return self.provisioner.kernel_spec if self.provisioner else None

    def provide(self, provisioner, command=()):
        """Let ``provisioner``, a class, start the ``command``."""
        spec = KernelSpec(argv=list(command), display_name="graded", language="python")
        self.kernel_id = str(uuid.uuid4())
        self.provisioner = provisioner(kernel_id=self.kernel_id, kernel_spec=spec, parent=self)


def confined(manager, limits, hidden=()):
    """Start a kernel in the sandbox, without the ``hidden`` libraries.

    It waits for its submission, which the manager's ``provisioner.let_in`` gives it.
    """
    manager.provide(SandboxProvisioner)
    manager.start_kernel(limits=limits, hidden=hidden, ahead=True)


def unconfined(manager, folder, limits, base):
    """Start a kernel with the system's limits alone, on a copy of ``folder`` below ``base``."""
    copy_folder(folder, base / "submission", limits)
    for name in ("home", "matplotlib"):
        (base / name).mkdir()
    command = [PYTHON, "-P", str(KERNEL_START), settings(limits), "-f", "{connection_file}"]
    manager.provide(LocalProvisioner, command)
    if os.name == "posix":
        manager.transport, manager.cache_ports = "ipc", False
        manager.ip = str(base / "kernel")
    with open(base / "complaints.txt", "wb") as errors:
        manager.start_kernel(cwd=str(base / "submission"), stdout=errors, stderr=errors,
                             env=environment(limits, str(base)))
