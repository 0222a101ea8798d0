// The page of a file of people looks again by itself while it is read or written; without this file
// the link does. When the work is over the page is asked for anew.
(function () {
  'use strict';

  var EVERY = 2000;

  function look() {
    var box = document.querySelector('[data-roster-running]');
    if (!box) { return; }
    if (document.hidden) { setTimeout(look, EVERY); return; }
    fetch(window.location.pathname, { redirect: 'error' }).then(function (answer) {
      if (!answer.ok) { throw new Error('refused'); }
      return answer.text();
    }).then(function (text) {
      var fresh = new DOMParser().parseFromString(text, 'text/html')
        .querySelector('[data-roster-running]');
      if (!fresh || fresh.getAttribute('data-roster-running') !==
          box.getAttribute('data-roster-running')) {
        window.location.replace(window.location.pathname);
        return;
      }
      box.parentNode.replaceChild(document.adoptNode(fresh), box);
      setTimeout(look, EVERY);
    }).catch(function () { setTimeout(look, EVERY * 4); });
  }

  setTimeout(look, EVERY);
}());
