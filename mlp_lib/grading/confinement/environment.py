"""What a graded notebook's kernel finds in its environment, and what it is told at its start."""

import json
import os
import site
import sys
from functools import lru_cache
from pathlib import Path

import mlp_lib

PACKAGE = Path(mlp_lib.__file__).resolve().parent
PYTHON = os.path.abspath(sys.executable)  # its links are kept: they tell Python its packages
LINEAR_ALGEBRA = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
                  "BLIS_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def environment(limits, temporary):
    """All environment variables of the kernel.

    Parameters
    ----------
    limits : Limits
    temporary : str
        A folder for temporary files, with ``home`` and ``matplotlib`` in it.

    Returns
    -------
    dict
        Nothing is taken over from the grader but the way to its programs.
    """
    programs = [str(Path(PYTHON).parent), "/usr/local/bin", "/usr/bin", "/bin"]
    return {
        "PATH": os.pathsep.join(programs), "LANG": "C.UTF-8", "USER": "student",
        "HOME": f"{temporary}/home", "TMPDIR": temporary, "TMP": temporary,
        "IPYTHONDIR": f"{temporary}/home/.ipython", "MPLCONFIGDIR": f"{temporary}/matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MLP_LIB_PROGRESS": os.devnull, "PYTHONSAFEPATH": "1", "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PIP_RETRIES": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1",  # nobody answers it
        **dict.fromkeys(LINEAR_ALGEBRA, str(limits.threads)),
    }


@lru_cache(maxsize=1)
def font_list():
    """Matplotlib's list of fonts, which every kernel would else make again in a second."""
    from matplotlib import font_manager, get_cachedir

    name = f"fontlist-v{font_manager.FontManager.__version__}.json"
    path = Path(get_cachedir()) / name
    return path if path.is_file() else None


def user_site():
    """The folder of packages that this Python's user installed, where it is in use."""
    folder = site.getusersitepackages()
    return [folder] if site.ENABLE_USER_SITE and os.path.isdir(folder) else []


def settings(limits, inbox=None, user=None):
    """JSON text that tells `kernel_start` what to do."""
    return json.dumps({"limits": vars(limits), "inbox": inbox, "user": user,
                       "paths": [*user_site(), str(PACKAGE.parent)]})
