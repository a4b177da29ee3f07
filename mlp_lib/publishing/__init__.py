"""The book as a web site, to read and to run in a browser: ``python -m mlp_lib.publishing DIR``.

__main__     the command
pins         versions of all that does not come with the extra ``web``, in one place
registries   packages from npm and PyPI, kept in a cache
staging      notebooks made ready to be read: anchors of formulas, words of demos, links to run
pages        the front page, a page for each demo, the table of all formulas
reading      Sphinx makes pages of them
wheel        the package as a browser needs it
interpreter  Python for the browser, with its wheels, each with the hash that is expected
bytecode     those wheels compiled, by in_pyodide, which runs in that Python
running      JupyterLite beside the pages
early        Python starts there before JupyterLab asks for it

The site needs nothing from elsewhere when it is read. Building it needs the package registries,
npm, and ``python -m pip install -e ".[web]"``.
"""
