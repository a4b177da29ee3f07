// Counts hands by keys: a letter adds one to its choice, with Shift it takes one away, and Enter
// begins the other round. Each key is a message: of states that change fast, some are left out.

function render({ model, el }) {
  el.tabIndex = 0;
  el.className += " mlp-hands";
  el.setAttribute("role", "group");
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  const show = () => {
    el.textContent = model.get("words");
    el.setAttribute("aria-label", model.get("words"));
  };
  el.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const letter = event.key.toLowerCase();
    const known = model.get("letters").includes(letter);
    if (!known && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    model.send({ key: known ? letter : "enter", step: event.shiftKey ? -1 : 1 });
  });
  model.on("change:words", show);
  model.on("change:calls", () => el.focus());
  show();
  if (model.get("calls")) requestAnimationFrame(() => el.focus());
}

export default { render };
