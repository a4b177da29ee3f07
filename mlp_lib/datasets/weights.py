"""Numbers of networks that were trained before."""

import io
from pathlib import Path

import numpy as np

from mlp_lib.datasets.data_files import DATA, read_bytes


def load_weights(name, folder=None):
    """Arrays of a network that the workbook ships.

    Parameters
    ----------
    name : {"digit_reader", "row_writer", "digit_maker"}
        `data/networks/README.md` says what each is, and how it was trained.
    folder : path, optional
        Where the files lie; ``data/networks`` of the workbook.

    Returns
    -------
    dict of str to ndarray of float32
        ``theta``, all parameters in a row; with "row_writer" also ``rows``, what its words look
        like.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    """
    content = read_bytes(Path(folder or DATA / "networks") / f"{name}.npz")
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return {key: file[key].astype(np.float32) for key in file}
