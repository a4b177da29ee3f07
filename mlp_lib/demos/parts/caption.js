// The caption of a demo, its tasks, and what the demo as a whole does in the page: it finds its
// layout, tells the kernel what room, screen and theme there are, and reminds it, is shown alone,
// and says when its kernel has gone. It also gives the picture its text, the sliders their names, and keeps
// JupyterLab's shortcuts away from the controls: two zeros typed there restart a kernel.

const LOW = 560; // a screen of fewer pixels has the controls beside the picture
const BROAD = 620; // if it is as broad as this
const COLUMN = [230, 300]; // pixels of the column with the controls then: 30 % of the demo, if so many
const STAGE = [853, 480]; // shown alone, a demo is laid out for this, and enlarged
const GAP = 8;
const LEAST = [120, 200]; // of a picture: where even that is not there, one scrolls
const REMINDED_AFTER = 1000; // milliseconds: the kernel, of what it was sent last
const GONE = "The kernel was restarted: run this cell again.";

function make(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function label(demo, text) {
  demo.querySelector("img")?.setAttribute("alt", text);
  for (const slider of demo.querySelectorAll(".widget-slider")) {
    const name = slider.querySelector(".widget-label")?.textContent;
    const readout = slider.querySelector(".widget-readout");
    for (const handle of slider.querySelectorAll("[role=slider]")) {
      handle.setAttribute("aria-label", name);
      handle.setAttribute("aria-valuetext", readout?.textContent ?? "");
    }
    readout?.setAttribute("aria-label", `${name}, as a number`);
  }
  for (const control of demo.querySelectorAll("select, input, [role=slider]")) {
    control.setAttribute("data-lm-suppress-shortcuts", "true");
  }
}

function isDark() {
  const told = document.body.dataset.jpThemeLight;
  if (told) return told === "false";
  const ground = getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g)?.map(Number);
  if (!ground || ground[3] === 0) return false;
  return 0.2126 * ground[0] + 0.7152 * ground[1] + 0.0722 * ground[2] < 128;
}

// The tasks: all of them where there is room, else one after another.
function makeTasks(model) {
  const box = make("div", "mlp-tasks");
  const list = document.createElement("ol");
  const next = make("button", "jupyter-widgets jupyter-button widget-button", "Next task");
  let at = 0;
  const show = () => {
    const items = model.get("tasks").map((task) => make("li", "", task));
    at %= Math.max(items.length, 1);
    items[at]?.classList.add("mlp-now");
    list.replaceChildren(...items);
    next.hidden = items.length < 2;
    box.hidden = !items.length;
  };
  next.addEventListener("click", () => {
    at += 1;
    show();
  });
  box.append(next, list);
  show();
  return { box, show };
}

// The layout of the demo, and the room that it leaves for the picture.
function layOut(demo, enlarged) {
  const size = (selector) => {
    const box = demo.querySelector(selector)?.getBoundingClientRect();
    return box ? [box.width / enlarged, box.height / enlarged] : [0, 0];
  };
  const alone = demo.classList.contains("mlp-alone");
  const panel = demo.closest(".jp-WindowedPanel-outer");
  const page = alone ? window.innerHeight : (panel?.clientHeight ?? window.innerHeight);
  const { paddingLeft, paddingRight } = getComputedStyle(demo);
  const edges = parseFloat(paddingLeft) + parseFloat(paddingRight);
  const width = demo.getBoundingClientRect().width / enlarged - edges;
  const height = page / enlarged - 2 * GAP;
  const pad = demo.querySelector(".mlp-pad") !== null;
  const low = height < LOW && width >= BROAD && !pad;
  const column = Math.min(Math.max(0.3 * width, COLUMN[0]), COLUMN[1]);
  const setColumn = (pixels) => demo.style.setProperty("--mlp-column", `${pixels}px`);
  setColumn(column);
  demo.classList.toggle("mlp-low", low);
  demo.classList.remove("mlp-words-below");
  demo.classList.toggle("mlp-narrow", width < BROAD);
  demo.classList.toggle("mlp-one-task", low || height < LOW || width < BROAD);
  const [besideWidth, besideHeight] = size(":scope > .mlp-beside");
  const panelHeight = size(":scope > .mlp-panel")[1];
  let wordsHeight = size(":scope > .mlp-words")[1];
  if (low) {
    const controls = panelHeight + besideHeight;
    if (controls + wordsHeight <= height) return [width - column - 2 * GAP, height];
    demo.classList.add("mlp-words-below");
    const kept = controls ? column : 0; // nothing where all is done in the picture
    setColumn(kept);
    wordsHeight = size(":scope > .mlp-words")[1];
    return [width - kept - 2 * GAP, height - wordsHeight - GAP];
  }
  const left = height - panelHeight - wordsHeight - 2 * GAP;
  const share = width < BROAD ? 0.5 : 1; // of the height that a pad may have
  demo.style.setProperty("--mlp-height", `${Math.round(share * left)}px`);
  if (width < BROAD) return [width, left - besideHeight - (besideHeight && GAP)];
  return [width - besideWidth - (besideWidth && 2 * GAP), left];
}

// Shown alone: full screen where the browser allows it, else over all else in the window.
async function showAlone(demo, after) {
  demo.classList.add("mlp-alone");
  try {
    await demo.requestFullscreen();
  } catch {
    demo.popover = "manual";
    demo.showPopover?.();
  }
  after();
  demo.querySelector(".mlp-hands")?.focus(); // if hands are counted, Enter is for them
}

function endAlone(demo, after) {
  if (document.fullscreenElement === demo) document.exitFullscreen();
  if (demo.popover) {
    demo.hidePopover?.();
    demo.popover = null;
  }
  demo.classList.remove("mlp-alone");
  after();
}

function render({ model, el }) {
  const line = make("p", "mlp-caption");
  const present = make("button", "jupyter-widgets jupyter-button widget-button mlp-present");
  const tasks = makeTasks(model);
  el.append(present, line, tasks.box);

  const theDemo = () => el.closest(".mlp-demo");
  let isGone = false; // the kernel
  const show = () => {
    line.setAttribute("role", isGone ? "alert" : "status");
    line.setAttribute("aria-live", model.get("busy") ? "off" : "polite");
    line.classList.toggle("mlp-failed", isGone || model.get("failed"));
    line.textContent = isGone ? GONE : model.get("text");
    const demo = theDemo();
    present.hidden = !demo;
    if (demo) label(demo, `${model.get("name")}. ${model.get("text")}`);
  };

  let told = "";
  let widest = 0;
  let frame = 0;
  let seen = false; // a demo out of sight is drawn for a new page when it comes into sight
  const tell = () => (frame ||= requestAnimationFrame(tellNow));
  const tellNow = () => {
    frame = 0;
    if (!seen) return;
    const demo = theDemo();
    const alone = demo?.classList.contains("mlp-alone");
    const enlarged = alone
      ? Math.max(1, Math.min(window.innerWidth / STAGE[0], window.innerHeight / STAGE[1]))
      : 1;
    const facts = { dots: window.devicePixelRatio, enlarged, dark: isDark() };
    if (demo?.offsetWidth) {
      demo.style.zoom = alone ? enlarged : "";
      if (widest !== line.offsetWidth) line.style.minHeight = "";
      widest = line.offsetWidth;
      line.style.minHeight = `${line.offsetHeight}px`; // it grows, and never jumps back
      if (demo.matches(".mlp-question")) {
        demo.classList.toggle("mlp-narrow", demo.getBoundingClientRect().width / enlarged < BROAD);
      } else {
        const room = layOut(demo, enlarged);
        facts.room = room.map((side, k) => Math.max(LEAST[k], Math.floor(side)));
      }
    }
    if (JSON.stringify(facts) === told) return;
    told = JSON.stringify(facts);
    model.set(facts);
    model.save_changes();
    remind();
  };
  // Seldom a kernel leaves the last message lying until another comes; this one asks for nothing.
  let reminder = 0;
  const remind = () => {
    clearTimeout(reminder);
    reminder = setTimeout(() => {
      try {
        if (!isGone) model.send({});
      } catch {
        // it has gone, and nobody has told yet
      }
    }, REMINDED_AFTER);
  };
  const used = (event) => theDemo()?.contains(event.target) && remind();
  const turn = () => {
    const demo = theDemo();
    const alone = demo?.classList.contains("mlp-alone");
    present.textContent = alone ? "Back" : "Present";
    present.title = alone ? "Back to the page (Escape)" : "Show it alone, full screen (F)";
    tell();
  };
  const toggle = () => {
    const demo = theDemo();
    if (demo.classList.contains("mlp-alone")) endAlone(demo, turn);
    else showAlone(demo, turn);
  };
  const left = () => {
    const demo = theDemo();
    if (demo?.classList.contains("mlp-alone") && !demo.popover && !document.fullscreenElement) {
      endAlone(demo, turn);
    }
  };
  const key = (event) => {
    const demo = theDemo();
    const alone = demo?.classList.contains("mlp-alone");
    if (!alone && !demo?.contains(event.target)) return;
    const typing = event.target.matches?.("input, textarea, select, [contenteditable]");
    const plain = !(event.ctrlKey || event.metaKey || event.altKey);
    if (event.key === "Escape" && alone) endAlone(demo, turn);
    else if (event.key.toLowerCase() === "f" && plain && !typing && !present.hidden) toggle();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  // A widget whose kernel has gone is marked as disconnected; its sliders would move all the same.
  const check = () => {
    const demo = theDemo();
    if (!demo) return;
    isGone = demo.matches(".jupyter-widgets-disconnected");
    for (const part of demo.children) part.inert = isGone && !part.contains(line);
    show();
  };
  const gone = () => setTimeout(check);

  present.addEventListener("click", toggle);
  window.addEventListener("keydown", key, true);
  for (const kind of ["keyup", "pointerup"]) window.addEventListener(kind, used, true);
  document.addEventListener("fullscreenchange", left);
  model.on("change", show);
  model.on("change:tasks", tasks.show);
  model.on("comm_live_update", gone);
  window.addEventListener("resize", tell); // zooming the page is a resize, too
  const theme = new MutationObserver(tell);
  theme.observe(document.body, { attributeFilter: ["data-jp-theme-light", "class", "style"] });
  const placed = new ResizeObserver(() => {
    show();
    for (const part of theDemo()?.children ?? []) placed.observe(part);
    if (theDemo()) {
      placed.observe(theDemo());
      sight.observe(theDemo());
    }
    tell();
  });
  const sight = new IntersectionObserver((entries) => {
    seen = entries.at(-1).isIntersecting;
    tell();
  });
  placed.observe(el); // called once the demo stands on the page
  show();
  turn();
  gone();
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(reminder);
    placed.disconnect();
    sight.disconnect();
    theme.disconnect();
    window.removeEventListener("resize", tell);
    window.removeEventListener("keydown", key, true);
    for (const kind of ["keyup", "pointerup"]) window.removeEventListener(kind, used, true);
    document.removeEventListener("fullscreenchange", left);
    model.off("change", show);
    model.off("change:tasks", tasks.show);
    model.off("comm_live_update", gone);
  };
}

export default { render };
