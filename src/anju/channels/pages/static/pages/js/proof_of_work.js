// The sign-in's safety check: the phone does a little arithmetic, the person does nothing.
// Without this file the form asks for an SMS code instead.
(function () {
  'use strict';

  var box = document.querySelector('[data-work]');
  if (!box || !window.Worker || !window.fetch) { return; }
  var form = box.closest('form');
  var field = form.querySelector('input[name="captcha"]');
  var text = box.querySelector('[data-work-text]');
  var bar = box.querySelector('progress');
  var worker = null;
  var waiting = null;

  function say(words, done) {
    text.textContent = words;
    box.classList.toggle('is-done', Boolean(done));
    bar.hidden = Boolean(done);
  }

  function goOn() {
    if (waiting) {
      var submit = waiting;
      waiting = null;
      form.removeAttribute('data-sent');
      submit.disabled = false;
      form.submit();
    }
  }

  // Whatever goes wrong, the form still goes: an empty field asks for an SMS code.
  function giveUp() {
    field.value = '';
    say('安全验证未能完成，将改用短信验证码登录。', true);
    goOn();
  }

  function solve(challenge) {
    worker = new Worker(box.getAttribute('data-worker'));
    worker.onerror = giveUp;
    worker.onmessage = function (event) {
      if (event.data.failed) { giveUp(); return; }
      if (event.data.tried !== undefined) {
        bar.value = event.data.tried;
        return;
      }
      field.value = event.data.payload;
      worker.terminate();
      say('安全验证已完成', true);
      goOn();
    };
    worker.postMessage({ challenge: challenge });
  }

  function begin() {
    field.value = '';
    say('正在进行安全验证，您无需操作', false);
    fetch(box.getAttribute('data-challenge'), { credentials: 'same-origin' }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    }).then(solve).catch(giveUp);
    // A page left open renews the check before it is too old.
    setTimeout(begin, Number(box.getAttribute('data-renew')) * 1000);
  }

  form.addEventListener('submit', function (event) {
    if (field.value || box.classList.contains('is-done')) { return; }
    event.preventDefault();
    waiting = form.querySelector('button[type="submit"]');
    say('安全验证即将完成，随后自动登录', false);
  }, true);

  box.hidden = false;
  begin();
}());
