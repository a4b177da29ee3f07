// The caption of a demo. It also gives the picture its text, the sliders their names, tells the
// kernel how fine the screen is, and keeps JupyterLab's shortcuts away from the controls: two
// zeros typed there restart a kernel.

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

function render({ model, el }) {
  const line = document.createElement("p");
  line.className = "mlp-caption";
  line.setAttribute("role", "status");
  el.append(line);

  const show = () => {
    line.setAttribute("aria-live", model.get("busy") ? "off" : "polite");
    line.classList.toggle("mlp-failed", model.get("failed"));
    line.textContent = model.get("text");
    const demo = el.closest(".mlp-demo");
    if (demo) label(demo, `${model.get("name")}. ${model.get("text")}`);
  };
  model.on("change", show);
  const measure = () => {
    model.set("dots", window.devicePixelRatio);
    model.save_changes();
  };
  window.addEventListener("resize", measure); // zooming the page is a resize, too
  measure();
  const placed = new ResizeObserver(show); // called once the demo stands on the page
  placed.observe(el);
  show();
  return () => {
    placed.disconnect();
    window.removeEventListener("resize", measure);
    model.off("change", show);
  };
}

export default { render };
