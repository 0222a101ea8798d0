// A session ends by itself at the server. This says so two minutes before, keeps it alive while
// somebody is really at work (typing a long note reaches no server), and leaves no case on screen.
(function () {
  'use strict';

  var SEEN = 'anju-counter-seen';
  var bar = document.querySelector('[data-idle]');
  if (!bar) { return; }
  var limit = Number(bar.getAttribute('data-idle')) * 1000;
  var warning = Math.min(120000, limit / 3);
  var says = bar.querySelector('[data-idle-says]');
  var out = document.querySelector('[data-sign-out]');
  var own = Date.now();
  var asked = own;

  // Several tabs share one session, so they share when it was last used.
  function seen() {
    try { return Math.max(own, Number(window.localStorage.getItem(SEEN)) || 0); }
    catch (error) { return own; }
  }

  function mark() {
    own = Date.now();
    try { window.localStorage.setItem(SEEN, String(own)); } catch (error) { return; }
  }

  function token() {
    return document.querySelector('input[name=csrfmiddlewaretoken]').value;
  }

  function stay() {
    if (Date.now() - asked < 60000) { return; }
    asked = Date.now();
    fetch(bar.getAttribute('data-stay'), {
      method: 'POST', headers: { 'X-CSRFToken': token() }, redirect: 'error'
    }).then(function (answer) { if (answer.ok) { mark(); } }).catch(function () {});
  }

  function leave() {
    var why = document.createElement('input');
    why.type = 'hidden';
    why.name = 'why';
    why.value = 'idle';
    out.appendChild(why);
    out.submit();
  }

  function look() {
    var left = limit - (Date.now() - seen());
    if (left <= 0) { leave(); return; }
    bar.hidden = left > warning;
    if (!bar.hidden) {
      var text = '您已较久没有操作，' + Math.ceil(left / 60000) + ' 分钟内将自动退出。';
      if (says.textContent !== text) { says.textContent = text; }
    }
    setTimeout(look, 1000);
  }

  mark();
  ['keydown', 'pointerdown'].forEach(function (kind) {
    document.addEventListener(kind, stay, { passive: true });
  });
  bar.querySelector('button').addEventListener('click', function () { bar.hidden = true; });
  look();
}());
