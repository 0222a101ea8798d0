// Keys for those who decide eighty cases a day. A key only follows a link, opens a form or moves
// the focus: nothing here decides. Without this file every page works by mouse and Tab.
(function () {
  'use strict';

  var OFF = 'anju-counter-keys-off';
  var dialog = document.getElementById('keys');

  function stored() {
    try { return window.localStorage.getItem(OFF) === '1'; } catch (error) { return false; }
  }

  function isTyping(element) {
    return element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);
  }

  function openForm(summary) {
    var form = summary.parentNode;
    form.open = true;
    var first = form.querySelector('select, input:not([type=hidden]), textarea, button');
    if (first) { first.focus(); }
    summary.scrollIntoView({ block: 'nearest' });
  }

  function press(element) {
    if (element.tagName === 'SUMMARY') { openForm(element); return; }
    if (element.tagName === 'INPUT') { element.focus(); element.select(); return; }
    element.click();
  }

  function find(key) {
    return Array.prototype.filter.call(document.querySelectorAll('[data-key]'), function (element) {
      return element.getAttribute('data-key') === key;
    })[0];
  }

  // Esc goes back one thing at a time: the field, the form, the page.
  function back() {
    var active = document.activeElement;
    var form = active && active.closest && active.closest('details[open]');
    if (!form) { form = document.querySelector('.act[open]'); }
    if (form) {
      form.open = false;
      form.querySelector('summary').focus();
      return true;
    }
    if (active && isTyping(active)) { active.blur(); return true; }
    var way = find('Escape');
    if (way) { way.click(); }
    return Boolean(way);
  }

  // In a list j and k move over the lines, and Enter opens the one that has the focus.
  function step(by) {
    var lines = Array.prototype.slice.call(document.querySelectorAll('[data-line]'));
    if (!lines.length) { return false; }
    var at = lines.indexOf(document.activeElement);
    var next = lines[Math.max(0, Math.min(lines.length - 1, at + by))];
    next.focus();
    next.scrollIntoView({ block: 'nearest' });
    return true;
  }

  function act(key) {
    if (key === 'Escape') { return back(); }
    if ((key === 'j' || key === 'k') && step(key === 'j' ? 1 : -1)) { return true; }
    var element = find(key === '=' ? '+' : key);
    if (element) { press(element); }
    return Boolean(element);
  }

  document.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    if (dialog && dialog.open) { return; }
    var key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key !== 'Escape' && (stored() || isTyping(event.target))) { return; }
    if (event.key.length === 1 || key === 'Escape') {
      if (act(key)) { event.preventDefault(); }
    }
  });

  // The list of keys opens in place; the link behind it leads to the same list as a page.
  var way = find('?');
  if (dialog && dialog.showModal && way) {
    way.addEventListener('click', function (event) {
      event.preventDefault();
      dialog.showModal();
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll('[data-keys-off]'), function (box) {
    box.checked = stored();
    box.addEventListener('change', function () {
      try { window.localStorage.setItem(OFF, box.checked ? '1' : '0'); } catch (error) { return; }
    });
  });
}());
