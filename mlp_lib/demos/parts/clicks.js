// Places on a picture that can be pressed, by mouse, finger or key.

function makePlace(name, press) {
  const button = document.createElement("button");
  button.className = "mlp-place";
  button.title = name;
  button.setAttribute("aria-label", name);
  button.dataset.lmSuppressShortcuts = "true";
  button.addEventListener("click", press);
  return button;
}

function render({ model, el }) {
  const board = document.createElement("div");
  const picture = document.createElement("img");
  board.className = "mlp-clicks";
  const buttons = model.get("names").map((name, number) =>
    makePlace(name, () => {
      model.set("pressed", number);
      model.save_changes();
    }),
  );
  board.append(picture, ...buttons);

  const fit = () => {
    const [width, height] = model.get("size");
    board.style.width = `${width}px`;
    board.style.aspectRatio = `${width} / ${height}`;
  };
  const place = () => {
    model.get("shares").forEach(([across, down], number) => {
      buttons[number].style.left = `${100 * across}%`;
      buttons[number].style.top = `${100 * down}%`;
    });
  };
  let shown = "";
  const show = () => {
    URL.revokeObjectURL(shown);
    shown = picture.src = URL.createObjectURL(new Blob([model.get("value")], { type: "image/png" }));
  };
  const follow = { "change:size": fit, "change:shares": place, "change:value": show };
  for (const [event, action] of Object.entries(follow)) {
    model.on(event, action);
    action();
  }
  el.append(board);
  return () => {
    URL.revokeObjectURL(shown);
    for (const [event, action] of Object.entries(follow)) model.off(event, action);
  };
}

export default { render };
