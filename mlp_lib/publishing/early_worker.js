// Python begins to load at once; the kernel, which brings the loader once more, gets what has begun.
{
  let load, loading;
  Object.defineProperty(self, "loadPyodide", {
    configurable: true,
    get: () => (loading ? () => loading : load),
    set: (given) => { if (typeof given === "function") load ??= given; },
  });
  const core = new URL("../../../../static/pyodide/", location);
  importScripts(`${core}pyodide.js`);
  loading = load({ indexURL: `${core}`, ...OPTIONS });
}
