// The board of a day end looks again by itself while the day is not sealed; without this file the
// link does. It never takes away what somebody is writing, and rests when nobody looks.
(function () {
  'use strict';

  var EVERY = 4000;
  var LONGEST = 15 * 60 * 1000;
  var begun = Date.now();

  function typed() {
    var fields = document.querySelectorAll('main textarea');
    return Array.prototype.some.call(fields, function (field) { return field.value !== ''; });
  }

  function look() {
    var box = document.getElementById('day-end');
    if (!box || !box.hasAttribute('data-live') || Date.now() - begun > LONGEST) { return; }
    if (document.hidden) { setTimeout(look, EVERY); return; }
    fetch(box.getAttribute('data-href'), { redirect: 'error' }).then(function (answer) {
      if (!answer.ok) { throw new Error('refused'); }
      return answer.text();
    }).then(function (text) {
      var page = new DOMParser().parseFromString(text, 'text/html');
      var fresh = page.getElementById('day-end');
      if (!fresh) { return; }
      if (fresh.getAttribute('data-asks') !== box.getAttribute('data-asks') && !typed()) {
        window.location.assign(box.getAttribute('data-href'));
        return;
      }
      if (!box.contains(document.activeElement)) {
        box.parentNode.replaceChild(document.adoptNode(fresh), box);
      }
      setTimeout(look, EVERY);
    }).catch(function () { setTimeout(look, EVERY * 4); });
  }

  setTimeout(look, EVERY);
}());
