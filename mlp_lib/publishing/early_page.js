// The kernel's worker, made before JupyterLab is there; who first asks for such a worker gets it.
if (!crossOriginIsolated && /[?&](path|code)=/.test(location.search)) {
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
