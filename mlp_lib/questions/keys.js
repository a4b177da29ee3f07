// Counts hands by keys: a letter adds one to its choice, with Shift it takes one away, and Enter
// begins the other round. Each key is a message: of states that change fast, some are left out.
// While the counters are open, the keys count from anywhere in the question; shown alone, from
// anywhere at all.

function render({ model, el }) {
  el.tabIndex = 0;
  el.className += " mlp-hands";
  el.setAttribute("role", "group");
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  const show = () => {
    el.textContent = model.get("words");
    el.setAttribute("aria-label", model.get("words"));
  };
  const isMeant = (event) => {
    const question = el.closest(".mlp-question");
    if (!question || !el.offsetHeight || event.target.matches?.("input, textarea")) return false;
    return question.matches(".mlp-alone") || question.contains(event.target);
  };
  const key = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !isMeant(event)) return;
    const letter = event.key.toLowerCase();
    const known = model.get("letters").includes(letter);
    const turns = event.key === "Enter" && !event.target.matches?.("button");
    if (!known && !turns) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // F may be a choice's letter, and present nothing then
    model.send({ key: known ? letter : "enter", step: event.shiftKey ? -1 : 1 });
  };
  window.addEventListener("keydown", key, true);
  model.on("change:words", show);
  model.on("change:calls", () => el.focus());
  show();
  if (model.get("calls")) requestAnimationFrame(() => el.focus());
  return () => window.removeEventListener("keydown", key, true);
}

export default { render };
