"""No test, and no notebook that a test runs, writes into the record of someone's progress."""

import os

os.environ["MLP_LIB_PROGRESS"] = os.devnull
