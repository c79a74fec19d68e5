// Runs before the first paint, so that nobody sees the other theme flash by. src/look/theme.ts goes on from here.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem("floorwalker.theme");
  } catch {
    // Storage may be forbidden; then the system's theme holds.
  }
  if (chosen !== "light" && chosen !== "dark")
    chosen = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.dataset.theme = chosen;
})();
