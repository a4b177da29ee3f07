// Counts hands by keys: a letter adds one to its choice, with Shift it takes one away, and Enter
// begins the other round. The number in front makes two equal keys two changes.

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
    const [count] = model.get("heard");
    model.set("heard", [count + 1, known ? letter : "enter", event.shiftKey ? -1 : 1]);
    model.save_changes();
  });
  model.on("change:words", show);
  model.on("change:calls", () => el.focus());
  show();
  if (model.get("calls")) requestAnimationFrame(() => el.focus());
}

export default { render };
