"""The sandbox that students' code runs in, and what is asked of it there.

limits       what a submission may take
sandbox      can this machine confine? and why not
execution    run a notebook, and compute its answers
probe        the answers: asked for in the kernel, read without trust
view, masks  what is seen inside
room, namespaces, seccomp   how it is held; resources, what it uses of the machine;
             inside, code that runs in it or stands beside it
kernel, spare, launching, provisioner, environment   the kernel in it
dialogue, watch   what is said to it, what it says and shows; what it holds
work, cells, answers, remainders   a notebook's cells and answers, carried from one kernel to the
             next; what failed lines left; what all that came to, the `Run`
"""

from mlp_lib.doors import open_door

__all__, __getattr__, __dir__ = open_door(__name__, {
    "limits": ["MIB", "Limits"],
    "sandbox": ["sandbox"],
    "execution": ["execution"],
    "probe": ["Answer", "Call"],
    "view": ["view"],
    "room": ["room"],
    "spare": ["spare"],
})
