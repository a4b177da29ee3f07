// Handles over a picture, at points of a matplotlib axes. They move here, at once; the
// kernel hears of it once a frame at most, and sends the picture below anew.

const STEP = 0.01; // an arrow key moves by this share of the axes, with Shift by ten times that
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
const SVG = "http://www.w3.org/2000/svg";

// Between data and shares of the picture, measured from its top left corner.
function toShare([x, y], { limits: [x0, x1, y0, y1], box: [left, right, bottom, top] }) {
  const across = left + ((x - x0) / (x1 - x0)) * (right - left);
  const up = bottom + ((y - y0) / (y1 - y0)) * (top - bottom);
  return [across, 1 - up];
}

function toData([across, down], { limits: [x0, x1, y0, y1], box: [left, right, bottom, top] }) {
  const x = x0 + ((across - left) / (right - left)) * (x1 - x0);
  const y = y0 + ((1 - down - bottom) / (top - bottom)) * (y1 - y0);
  return [x, y];
}

const clamp = (value, a, b) => Math.min(Math.max(value, Math.min(a, b)), Math.max(a, b));

function spell([x, y], { limits: [x0, x1, y0, y1] }) {
  const range = Math.min(Math.abs(x1 - x0), Math.abs(y1 - y0));
  const digits = Math.max(0, Math.ceil(-Math.log10(range * STEP)));
  return `x ${x.toFixed(digits)}, y ${y.toFixed(digits)}`;
}

function makeHandle(name, number) {
  const handle = document.createElement("div");
  handle.className = "mlp-handle";
  handle.dataset.number = number;
  handle.tabIndex = 0;
  handle.title = `${name}: drag it, or move it with the arrow keys (Shift: larger steps)`;
  handle.setAttribute("role", "slider");
  handle.setAttribute("aria-roledescription", "movable point");
  handle.setAttribute("aria-label", name);
  // JupyterLab shall not take keys for commands on cells; it asks the focused element only.
  handle.dataset.lmSuppressShortcuts = "true";
  return handle;
}

function render({ model, el }) {
  const board = document.createElement("div");
  const picture = document.createElement("img");
  const drawing = document.createElementNS(SVG, "svg");
  board.className = "mlp-drag";
  const fit = () => {
    const [width, height] = model.get("size");
    board.style.width = `${width}px`;
    board.style.aspectRatio = `${width} / ${height}`;
  };
  picture.draggable = false;
  drawing.setAttribute("viewBox", "0 0 1 1");
  drawing.setAttribute("preserveAspectRatio", "none");
  const lines = model.get("lines").map(() => document.createElementNS(SVG, "line"));
  drawing.append(...lines);

  let points = model.get("points").map((point) => [...point]);
  let moved = -1; // the handle that the reader moved last
  let drag = null; // the one under a pointer: { id, number, dx, dy }
  let frame = 0;
  const handles = model.get("names").map(makeHandle);

  const place = () => {
    const axes = model.get("axes");
    const shares = points.map((point) => toShare(point, axes));
    handles.forEach((handle, k) => {
      handle.style.left = `${100 * shares[k][0]}%`;
      handle.style.top = `${100 * shares[k][1]}%`;
      handle.setAttribute("aria-valuemin", Math.min(axes.limits[0], axes.limits[1]));
      handle.setAttribute("aria-valuemax", Math.max(axes.limits[0], axes.limits[1]));
      handle.setAttribute("aria-valuenow", points[k][0]);
      handle.setAttribute("aria-valuetext", spell(points[k], axes));
    });
    model.get("lines").forEach(([a, b], k) => {
      [lines[k].x1, lines[k].y1, lines[k].x2, lines[k].y2].forEach(({ baseVal }, i) => {
        baseVal.value = [...shares[a], ...shares[b]][i];
      });
    });
  };

  const send = () => {
    frame = 0;
    if (JSON.stringify(points) === JSON.stringify(model.get("points"))) return;
    model.set({ points: points.map((point) => [...point]), moved, moves: model.get("moves") + 1 });
    model.save_changes();
  };

  const move = (number, [x, y]) => {
    const [x0, x1, y0, y1] = model.get("axes").limits;
    const [oldX, oldY] = points[number];
    points[number] = [clamp(x, x0, x1), clamp(y, y0, y1)];
    const carried = model.get("carries").find(([carrier]) => carrier === number)?.[1] ?? [];
    for (const k of carried) {
      points[k][0] += points[number][0] - oldX;
      points[k][1] += points[number][1] - oldY;
    }
    moved = number;
    place();
    frame ||= requestAnimationFrame(send);
  };

  const share = (event) => {
    const { left, top, width, height } = board.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height];
  };
  const down = (event) => {
    if (drag || event.button !== 0) return;
    const number = Number(event.currentTarget.dataset.number);
    const [across, below] = toShare(points[number], model.get("axes"));
    const [atX, atY] = share(event);
    drag = { id: event.pointerId, number, dx: across - atX, dy: below - atY };
    event.currentTarget.setPointerCapture(drag.id);
    event.currentTarget.focus({ preventScroll: true });
    event.preventDefault(); // no text is selected on the way
  };
  const slide = (event) => {
    if (event.pointerId !== drag?.id) return;
    const [across, below] = share(event);
    move(drag.number, toData([across + drag.dx, below + drag.dy], model.get("axes")));
  };
  const up = (event) => {
    if (event.pointerId === drag?.id) drag = null;
  };
  const key = (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const number = Number(event.currentTarget.dataset.number);
    const [x0, x1, y0, y1] = model.get("axes").limits;
    const step = event.shiftKey ? 10 * STEP : STEP;
    const [x, y] = points[number];
    move(number, [x + arrow[0] * step * (x1 - x0), y + arrow[1] * step * (y1 - y0)]);
  };
  for (const handle of handles) {
    handle.addEventListener("pointerdown", down);
    handle.addEventListener("pointermove", slide);
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      handle.addEventListener(end, up);
    }
    handle.addEventListener("keydown", key);
  }

  // The kernel has put the handles elsewhere. Where the reader has moved one of them on in
  // the meantime, that one stays under the pointer.
  const obey = () => {
    const { points: wanted, after } = model.get("placed");
    if (!wanted) return;
    const late = frame || after < model.get("moves");
    points = wanted.map((point, k) => (late && k === moved ? points[k] : [...point]));
    place();
  };

  let shown = "";
  const outdated = [];
  const showPicture = () => {
    const png = model.get("value");
    picture.hidden = !png.byteLength;
    if (!png.byteLength) return;
    outdated.push(shown);
    shown = picture.src = URL.createObjectURL(new Blob([png], { type: "image/png" }));
  };
  picture.addEventListener("load", () => {
    for (const url of outdated.splice(0)) URL.revokeObjectURL(url);
  });

  fit();
  model.on("change:size", fit);
  model.on("change:value", showPicture);
  model.on("change:axes", place);
  model.on("change:placed", obey);
  showPicture();
  place();

  board.append(picture, drawing, ...handles);
  el.append(board);
  return () => {
    cancelAnimationFrame(frame);
    URL.revokeObjectURL(shown);
    model.off("change:size", fit);
    model.off("change:value", showPicture);
    model.off("change:axes", place);
    model.off("change:placed", obey);
  };
}

export default { render };
