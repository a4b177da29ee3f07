// "Move it here": the demo takes the place of its picture, in a frame that holds nothing else.
const ALONE = `.jp-CodeConsole-input, .jp-CodeConsole-promptCell, .jp-InputArea, .jp-OutputPrompt,
  .jp-OutputArea-promptOverlay, .jp-Toolbar, .jp-CodeConsole-banner, .lm-SplitPanel-handle { display: none !important }
  .jp-CodeConsole-content { inset: 0 !important; width: 100% !important; height: 100% !important }
  .jp-Cell { padding: 0 !important }`;

function move(link) {
  const page = new URL(link.href);
  if (document.documentElement.dataset.theme === "dark") page.searchParams.set("theme", "JupyterLab Dark");
  const frame = document.createElement("iframe"), words = document.createElement("p");
  frame.title = "The demo, alive";
  frame.className = "alive";
  words.className = "run-note";
  words.setAttribute("role", "status");
  words.textContent = "Python is coming into this page: some 50 MB the first time; later your browser has them.";
  if (link.nextElementSibling?.matches(".run-note")) link.nextElementSibling.remove(); // it spoke of the link
  link.closest("p, div").append(words, frame);
  frame.addEventListener("load", () => {
    const inside = frame.contentDocument, style = inside.createElement("style");
    style.textContent = ALONE;
    inside.head.append(style);
    const look = setInterval(() => {
      const demo = inside.querySelector(".mlp-demo img");
      if (!demo && !inside.querySelector(".jp-RenderedText[data-mime-type$=error]")) return;
      clearInterval(look);
      words.remove();
      frame.classList.add("ready");
    }, 200);
  });
  frame.src = page.href;
  link.remove();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.move-here");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  move(link);
});
