// Small comforts that every page may use and none needs: see each block's first line.
(function () {
  'use strict';

  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  // The error summary takes the focus, so that it is read first.
  each('[data-focus]', function (element) { element.focus(); });

  // A link of the error summary puts the cursor into the field it speaks of.
  each('.error-summary a[href^="#"]', function (link) {
    link.addEventListener('click', function (event) {
      var field = document.getElementById(link.getAttribute('href').slice(1));
      if (field) {
        event.preventDefault();
        field.focus();
        field.scrollIntoView({ block: 'center' });
      }
    });
  });

  // Look at the password one is typing.
  each('[data-peek]', function (button) {
    var field = document.getElementById(button.getAttribute('data-peek'));
    button.addEventListener('click', function () {
      var shown = field.type === 'text';
      field.type = shown ? 'password' : 'text';
      button.setAttribute('aria-pressed', shown ? 'false' : 'true');
      button.firstChild.nodeValue = shown ? '显示' : '隐藏';
      field.focus();
    });
  });

  // The resend clock: counts down on the button itself, then lets it be pressed again.
  each('[data-resend]', function (button) {
    var until = Date.now() + Number(button.getAttribute('data-resend')) * 1000;
    function tick() {
      var left = Math.ceil((until - Date.now()) / 1000);
      if (left > 0) {
        button.setAttribute('aria-disabled', 'true');
        button.textContent = left + ' 秒后重新获取';
        setTimeout(tick, 250);
      } else {
        button.removeAttribute('aria-disabled');
        button.textContent = button.getAttribute('data-label');
      }
    }
    if (until > Date.now()) { tick(); }
    button.addEventListener('click', function (event) {
      if (button.getAttribute('aria-disabled') === 'true') { event.preventDefault(); }
    });
  });

  // A form is sent once: a second tap while the first is on its way does nothing.
  each('form[method="post"]', function (form) {
    form.addEventListener('submit', function (event) {
      if (event.defaultPrevented) { return; }
      if (form.hasAttribute('data-sent')) { event.preventDefault(); return; }
      form.setAttribute('data-sent', '');
    });
  });
  // Coming back by the browser's own button finds the form ready again.
  window.addEventListener('pageshow', function () {
    each('form[data-sent]', function (form) { form.removeAttribute('data-sent'); });
  });

  // A print button where a page offers one.
  each('[data-print]', function (button) {
    button.addEventListener('click', function () { window.print(); });
  });
}());
