// node bytecode.js PYODIDE FOLDER SCRIPT PLACES: run SCRIPT in Pyodide, which sees FOLDER as /wheels.
const [core, folder, script, places] = process.argv.slice(2);
const { readFileSync } = require("node:fs");
const { loadPyodide } = require(`${core}/pyodide.js`);

(async () => {
  const pyodide = await loadPyodide({ indexURL: `${core}/` });
  pyodide.FS.mkdir("/wheels");
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: folder }, "/wheels");
  pyodide.globals.set("places", places);
  pyodide.runPython(readFileSync(script, "utf8"));
})();
