// Pad to draw a digit on. Strokes are lists of points in 0..1; they are painted here at
// once, and sent to the kernel as a small bitmap, at most every SEND_EVERY milliseconds.

const SIZE = 280; // pixels of the page
const PEN = 0.075; // width of the pen, as a share of the pad
const SEND_EVERY = 40;
const WHAT = {
  false: "Draw a digit with mouse, pen or finger.",
  true: "Draw the top half of a digit above the line, with mouse, pen or finger.",
};
const KEYS =
  " Delete clears the pad, " +
  "Control Z takes the last stroke back. Without a pointer, load a test digit with the controls before the pad.";

function paintStroke(context, side, points, from = 0) {
  context.lineWidth = PEN * side;
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  const [x, y] = points[from];
  context.moveTo(x * side, y * side);
  for (const [x, y] of points.slice(from)) context.lineTo(x * side, y * side);
  context.stroke();
}

function paintAll(canvas, base, strokes) {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (base) context.drawImage(base, 0, 0, canvas.width, canvas.height);
  for (const points of strokes) paintStroke(context, canvas.width, points);
  return context;
}

function fromGrey(bytes) {
  const base = new OffscreenCanvas(28, 28);
  const image = new ImageData(28, 28);
  for (let i = 0; i < 784; i++) image.data[4 * i + 3] = bytes.getUint8(i);
  base.getContext("2d").putImageData(image, 0, 0);
  return base;
}

function makeButton(label, hint, onClick) {
  const button = document.createElement("button");
  button.className = "jupyter-widgets jupyter-button widget-button";
  button.textContent = label;
  button.title = hint;
  button.addEventListener("click", onClick);
  return button;
}

function makeCanvas(half) {
  const canvas = document.createElement("canvas");
  canvas.className = half ? "mlp-pad mlp-pad-half" : "mlp-pad";
  canvas.width = canvas.height = SIZE * (window.devicePixelRatio || 1);
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-roledescription", "drawing pad");
  canvas.setAttribute("aria-label", "Drawing pad. " + WHAT[half] + KEYS);
  return canvas;
}

function render({ model, el }) {
  const canvas = makeCanvas(model.get("half"));
  const small = document.createElement("canvas");
  small.width = small.height = model.get("side");
  let base = null;
  let strokes = [];
  let pointer = null; // the one that is drawing
  let timer = 0;

  const send = () => {
    clearTimeout(timer);
    timer = 0;
    const { data } = paintAll(small, base, strokes).getImageData(0, 0, small.width, small.height);
    model.set("bitmap", Uint8Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + 3]));
    model.save_changes();
  };
  const sendSoon = () => (timer ||= setTimeout(send, SEND_EVERY));

  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  const down = (event) => {
    if (pointer !== null || event.button !== 0) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    strokes.push([point(event)]);
    paintAll(canvas, base, strokes);
    sendSoon();
  };
  const move = (event) => {
    if (event.pointerId !== pointer) return;
    const points = strokes.at(-1);
    const from = points.length - 1;
    const events = event.getCoalescedEvents?.() ?? [];
    points.push(...(events.length ? events : [event]).map(point));
    paintStroke(canvas.getContext("2d"), canvas.width, points, from);
    sendSoon();
  };
  const up = (event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    send();
  };

  const repaint = () => {
    pointer = null;
    paintAll(canvas, base, strokes);
  };
  const clear = () => {
    base = null;
    strokes = [];
    repaint();
    send();
  };
  const undo = () => {
    if (strokes.length) strokes.pop();
    else base = null;
    repaint();
    send();
  };
  const key = (event) => {
    if (["Delete", "Backspace"].includes(event.key)) clear();
    else if (event.key === "z" && (event.ctrlKey || event.metaKey)) undo();
    else return;
    event.preventDefault();
  };
  const show = () => {
    clearTimeout(timer);
    timer = 0;
    base = model.get("picture").byteLength ? fromGrey(model.get("picture")) : null;
    strokes = [];
    repaint();
  };

  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, up);
  canvas.addEventListener("keydown", key);
  model.on("change:shown", show);
  show();

  const buttons = document.createElement("div");
  buttons.append(
    makeButton("Clear", "Take all ink away (Delete)", clear),
    makeButton("Undo", "Take the last stroke back (Ctrl+Z)", undo),
  );
  // JupyterLab shall not take these keys for commands on cells; it asks the focused element.
  canvas.dataset.lmSuppressShortcuts = "true";
  el.classList.add("mlp-pad-frame");
  el.append(canvas, buttons);
  return () => {
    clearTimeout(timer);
    model.off("change:shown", show);
  };
}

export default { render };
