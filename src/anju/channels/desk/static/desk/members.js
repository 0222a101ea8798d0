// In the list of people "/" goes to the search, j and k over the lines; Enter opens the line that
// has the focus, as a link does. Without this file Tab does all of it.
(function () {
  'use strict';

  var search = document.getElementById('members-text');

  function isTyping(element) {
    return /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName) && element.type !== 'checkbox';
  }

  function step(by) {
    var lines = Array.prototype.slice.call(document.querySelectorAll('[data-line]'));
    var at = lines.indexOf(document.activeElement);
    var next = lines[Math.max(0, Math.min(lines.length - 1, at + by))];
    if (next) { next.focus(); }
  }

  document.addEventListener('keydown', function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) { return; }
    if (event.key === '/' && search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === 'j') {
      step(1);
    } else if (event.key === 'k') {
      step(-1);
    }
  });
}());
