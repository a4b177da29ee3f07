// The kernel's worker, made before JupyterLab is there; who first asks for such a worker gets it.
// A chapter that is opened for the first time comes before Python: on a slow line there is much
// to read until then. A demo has nothing to show without it.
{
  const chapter = /[?&]path=/.test(location.search), demo = /[?&]code=/.test(location.search);
  const known = localStorage.getItem("python-came"); // so the browser has most of it
  if (chapter || demo) localStorage.setItem("python-came", "yes");
  if (!crossOriginIsolated && (demo || (chapter && known))) {
    const address = new URL(WORKER, location), Usual = Worker;
    let early = new Worker(address);
    window.Worker = class extends Usual {
      constructor(asked, options) {
        if (early && new URL(asked, location).pathname === address.pathname) {
          const handed = early;
          early = null;
          return handed;
        }
        super(asked, options);
      }
    };
  }
}
