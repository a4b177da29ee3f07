"""Kernel provisioner that starts a kernel in the sandbox, for any program on jupyter_client.

Registered as ``mlp-lib-sandbox``: with ``JUPYTER_DEFAULT_PROVISIONER_NAME=mlp-lib-sandbox`` the
kernels of nbgrader, nbconvert or nbclient are confined in the same way.
"""

import asyncio
import os
import signal

from jupyter_client.provisioning import LocalProvisioner

from mlp_lib.grading.confinement.limits import Limits
from mlp_lib.grading.confinement.room import CONNECTION, Room
from mlp_lib.grading.confinement.sandbox import require
from mlp_lib.grading.confinement.view import SOCKETS


class SandboxProvisioner(LocalProvisioner):
    """Starts this Python's kernel inside bubblewrap, whatever the kernel specification says.

    ``start_kernel`` takes four arguments for it: ``cwd``, the submission's folder, which is
    copied, ``limits``, a `Limits`, ``hidden``, names of libraries, and ``ahead``, whether the
    submission comes later, see `let_in`.
    """

    room = None
    running = None
    ahead = False

    async def pre_launch(self, **kwargs):
        """Make the folders and write the connection file, for sockets that need no network."""
        require()
        self.leave_room()
        limits = kwargs.pop("limits", None) or Limits()
        folder, self.ahead = kwargs.pop("cwd", None) or os.getcwd(), kwargs.pop("ahead", False)
        self.room = Room(None if self.ahead else folder, limits, kwargs.pop("hidden", ()))
        manager = self.parent
        manager.transport, manager.cache_ports = "ipc", False
        manager.ip = str(self.room.sockets / "kernel")
        manager.connection_file = str(self.room.base / CONNECTION)
        try:
            kwargs = await super().pre_launch(**kwargs)
        except BaseException:
            self.leave_room()
            raise
        self.room.tell_connection(manager.connection_file)
        return kwargs | {"cmd": self.room.kernel("-f", f"{SOCKETS}/{CONNECTION}")}

    async def launch_kernel(self, cmd, **kwargs):
        """Start the kernel; neither the environment nor the output of the caller reaches it."""
        self.running = self.room.start(cmd)
        self.process, self.pid = self.running.process, self.running.process.pid
        if not self.ahead:
            self.running.open_gate()
        return self.connection_info

    def let_in(self, folder):
        """Give a kernel that was started ahead its submission, a folder that is copied."""
        self.room.fill(folder)
        self.running.open_gate()

    async def send_signal(self, signum):
        """Pass an interrupt to the kernel itself; every other signal ends the sandbox."""
        if self.running is None or signum == 0:
            return
        if signum == signal.SIGINT:
            self.running.interrupt()
        else:
            self.running.kill()

    async def kill(self, restart=False):
        """End everything in the sandbox."""
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart=False):
        """End everything in the sandbox; it has nothing to save."""
        await self.send_signal(signal.SIGKILL)

    async def wait(self):
        """Wait until the sandbox has ended."""
        code = 0
        if self.process:
            code = await asyncio.to_thread(self.process.wait)
            self.process = None
        return code

    async def cleanup(self, restart=False):
        """Remove the folders, unless the kernel is started again."""
        await super().cleanup(restart=restart)
        if not restart:
            self.leave_room()

    def leave_room(self):
        """End what still runs and remove its folders."""
        if self.running is not None:
            self.running.kill()
            self.running.process.wait()
            self.running = None
        if self.room is not None:
            self.room.close()
            self.room = None
