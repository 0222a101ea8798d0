// Keeps the lists fresh. Without it the pages work and a person reloads.
(function () {
  "use strict";
  function freshen() {
    if (document.hidden) return;
    fetch(location.href, { headers: { Accept: "text/html" } })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (text) {
        if (!text) return;
        var fresh = new DOMParser().parseFromString(text, "text/html");
        document.querySelectorAll("[data-live]").forEach(function (here) {
          // Never under somebody's fingers.
          if (here.contains(document.activeElement)) return;
          var there = fresh.querySelector('[data-live="' + here.dataset.live + '"]');
          if (there && there.innerHTML !== here.innerHTML) here.innerHTML = there.innerHTML;
        });
      })
      .catch(function () { /* the world is away for a moment; the next round tries again */ });
  }
  setInterval(freshen, 2000);
})();
