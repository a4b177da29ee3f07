// What a chapter folds in JupyterLab is folded here, too: the sections whose heading begins with
// "Deeper". A link into one opens it, and print has them all.
function fold(section) {
  const heading = section.querySelector(":scope > :is(h2, h3, h4)");
  if (!heading?.textContent.startsWith("Deeper")) return;
  const details = document.createElement("details"), summary = document.createElement("summary");
  details.className = "deeper";
  summary.append(heading);
  details.append(summary, ...section.childNodes);
  section.append(details);
}

function openAt(address) {
  const target = address && document.getElementById(decodeURIComponent(address.slice(1)));
  if (!target) return;
  target.closest("details.deeper")?.setAttribute("open", "");
  target.querySelector(":scope > details.deeper")?.setAttribute("open", "");
  target.scrollIntoView();
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("article section").forEach(fold);
  openAt(location.hash);
});
window.addEventListener("hashchange", () => openAt(location.hash));
window.addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details.deeper")) part.open = true;
});
