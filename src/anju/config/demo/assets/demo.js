// Keeps the clock and the staff's codes fresh. Without script they are as of the last load.
"use strict";
async function refresh() {
  try {
    const live = await (await fetch("/live.json", { cache: "no-store" })).json();
    document.getElementById("now").textContent = live.now;
    for (const [who, code] of Object.entries(live.codes)) {
      const cell = document.querySelector(`[data-code="${who}"]`);
      if (cell) cell.textContent = code;
    }
  } catch (_) {
    // The demo has been stopped or is being reset; the next try will tell.
  }
}
setInterval(refresh, 2000);
document.querySelector("form").addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button && button.value === "reset") {
    button.textContent = "正在重置…";
  }
});
